"""Builds `desk`: its settings, and the use cases that its routes call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from petitions import config
from petitions.adapters.reference import ReferenceSet
from petitions.adapters.understanding.routers import router_of, routing_rules
from petitions.adapters.understanding.vocabulary import search_words
from petitions.domain.citizen.citizen import PRIVACY_PAGE
from petitions.domain.files.sheets import Sheet
from petitions.domain.lifecycle.lifecycle import STATE_LABELS, State
from petitions.domain.petition.answering import AnswerTemplates
from petitions.domain.petition.petition import Petition
from petitions.domain.routing.proposed_class import danger_detector, judge_readers
from petitions.errors import ConfigError
from petitions.ports.world import Identities
from petitions.usecases.accusations.keep_apart import KeepApart
from petitions.usecases.channels.add_words import AddWords
from petitions.usecases.channels.alarm import Alarm
from petitions.usecases.channels.entry_files import EntryFiles
from petitions.usecases.channels.file_request import FileRequest
from petitions.usecases.channels.follow_changes import FollowChanges
from petitions.usecases.channels.hand_in import HandIn
from petitions.usecases.channels.own_entries import OwnEntries
from petitions.usecases.channels.read_for_system import ReadForSystem
from petitions.usecases.contact.handle_contact import HandleContact
from petitions.usecases.contact.read_contacts import ReadContacts
from petitions.usecases.contact.request_contact import RequestContact
from petitions.usecases.dead_letters.replay_at_the_desk import TOPICS, ReplayAtTheDesk
from petitions.usecases.dead_letters.replay_dead_letter import ReplayDeadLetters
from petitions.usecases.desk.do_many import DoMany
from petitions.usecases.desk.export_list import ExportList
from petitions.usecases.desk.note_view import NoteView
from petitions.usecases.desk.preview_merge import PreviewMerge
from petitions.usecases.desk.read_attachment import ReadAttachment
from petitions.usecases.desk.read_audit import ReadAudit
from petitions.usecases.desk.read_boards import ReadBoards
from petitions.usecases.desk.read_changes import ReadChanges
from petitions.usecases.desk.read_petition import ReadPetition
from petitions.usecases.desk.read_work_list import ReadWorkList
from petitions.usecases.desk.search_petitions import SearchPetitions
from petitions.usecases.desk.unit_choices import PlacePetition
from petitions.usecases.difficulties.handle_difficulty import HandleDifficulty
from petitions.usecases.difficulties.read_difficulties import ReadDifficulties
from petitions.usecases.difficulties.report_difficulty import ReportDifficulty
from petitions.usecases.exports.list_request import LIST_FILES, ReadListRequest
from petitions.usecases.figures.list_figures import ListFigures
from petitions.usecases.figures.read_figures import ReadFigures
from petitions.usecases.figures.read_overdue import ReadOverdue
from petitions.usecases.jobs.ask_job import AskJob
from petitions.usecases.jobs.read_jobs import ReadJobs
from petitions.usecases.lifecycle.act_on_petition import ActOnPetition
from petitions.usecases.lifecycle.classify_petition import ClassifyPetition
from petitions.usecases.lifecycle.manage_handlers import ManageHandlers
from petitions.usecases.lifecycle.submit_answer import SubmitAnswer, own_answers
from petitions.usecases.lifecycle.take_up import TakeUp
from petitions.usecases.mailbox.handle_mail import HandleMail
from petitions.usecases.mailbox.read_tray import ReadTray
from petitions.usecases.management.read_management import ReadManagement
from petitions.usecases.notices.read_sending import SendingState, read_sending
from petitions.usecases.officers.arrange_lists import ArrangeLists
from petitions.usecases.officers.duty_entries import DutyEntries
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.save_filter import SaveFilter
from petitions.usecases.officers.set_profile import SetProfile
from petitions.usecases.officers.share_page import SharePage
from petitions.usecases.papers.draft_paper import DraftPaper
from petitions.usecases.papers.issue_paper import IssuePaper
from petitions.usecases.papers.read_paper import ReadPaper
from petitions.usecases.petition.draft_answer import EditAnswerDraft
from petitions.usecases.petition.file_petition import PetitionFiling
from petitions.usecases.petition.note_petition import NotePetition
from petitions.usecases.petition.plan_recovery import PlanRecovery
from petitions.usecases.petition.read_receipt import ReadReceipt, SendReceipt
from petitions.usecases.petition.tell_citizen import TellCitizen
from petitions.usecases.portal.desk_differences import DeskDifferences
from petitions.usecases.privacy.erase_at_the_desk import EraseAtTheDesk
from petitions.usecases.privacy.reveal_contact import RevealContact
from petitions.usecases.reference.unit_answers import EditUnitAnswers
from petitions.usecases.reminders.read_duties import ReadDuties
from petitions.usecases.reminders.read_week import ReadWeek
from petitions.usecases.reports.publish_report import PublishReport
from petitions.usecases.reports.read_reports import ReadReports
from petitions.usecases.scoring.contest_scores import ContestScores
from petitions.usecases.scoring.keep_scoring import KeepScoring
from petitions.usecases.scoring.read_scoring import ReadScoring
from petitions.usecases.shared.named_officers import CoordinatorsJudge
from petitions.usecases.shared.rehearsal import Rehearsal, SilentPublisher
from petitions.usecases.shared.tell_lateness import TellLateness
from petitions.usecases.zalo.zalo_consent import AskConsent
from petitions.wiring import base
from petitions.wiring.desk_admin import AdminParts
from petitions.wiring.portal_sync import portal_mapping

if TYPE_CHECKING:
    from petitions.adapters.incoming import Incoming
    from petitions.domain.routing.routing import Router, RoutingDecision

BODY_SECONDS, BODY_PACE = 5.0, 2.0**20
"""The seconds that a form may take to arrive, and the bytes per additional second."""


@dataclass(frozen=True, kw_only=True)
class Parts(AdminParts):
    """All use cases of the desk, built on first use over the given ports and reference data.

    A route calls `parts().NAME(...)`. A test builds the same class over fakes.
    """

    @property
    def templates(self) -> AnswerTemplates:
        return self.reference.answers

    def templates_for(self, petition: Petition) -> AnswerTemplates:
        """Return the answer templates for a petition, the unit's own first, with the petition's data filled in."""
        return self.templates.with_own(own_answers(self.store, petition.unit)).filled(petition)

    @cached_property
    def unit_answers(self) -> EditUnitAnswers:
        return EditUnitAnswers(self.store, self.clock, self.ids)

    def portal_state(self, word: str) -> str:
        """Return the label of a state by the portal's code. A code without a label is returned unchanged."""
        labels = {portal: STATE_LABELS[State(ours)] for ours, portal in portal_mapping().states.items()}
        return labels.get(word, word)

    @cached_property
    def lists(self) -> ReadWorkList:
        placing = PlacePetition(self.directory, self.staff, self.classifying)
        return ReadWorkList(self.store, self.clock, self.directory, self.timekeeping, self.staff, placing)

    @cached_property
    def export(self) -> ExportList:
        return ExportList(self.lists, self.ids)

    def workbook(self, sheet: Sheet) -> bytes:
        """Return a list as XLSX. The library is loaded on first use."""
        from petitions.adapters.documents.workbook import workbook

        return workbook(sheet, self.clock.now())

    @cached_property
    def changes(self) -> ReadChanges:
        return ReadChanges(self.lists)

    @property
    def _entries(self) -> DutyEntries:
        return DutyEntries(self.reference.texts, self.directory)

    @cached_property
    def duties(self) -> ReadDuties:
        return ReadDuties(self.store, self.clock, self._entries, self.timekeeping)

    @cached_property
    def week(self) -> ReadWeek:
        return ReadWeek(self.figures, self._entries, self.timekeeping)

    @cached_property
    def follow(self) -> FollowChanges:
        return FollowChanges(self.store, self.clock)

    @cached_property
    def for_system(self) -> ReadForSystem:
        return ReadForSystem(self.store)

    @cached_property
    def share_page(self) -> SharePage:
        return SharePage(self.store, self.clock)

    @cached_property
    def petitions(self) -> ReadPetition:
        shown = self.store, self.clock, self.directory, self.timekeeping, self.staff, self.classifying
        return ReadPetition(*shown, search_words())

    @cached_property
    def search(self) -> SearchPetitions:
        return SearchPetitions(self.store, self.clock, self.ids, self.directory, self.staff)

    @cached_property
    def audit(self) -> ReadAudit:
        return ReadAudit(self.store, self.clock, self.ids, self.petitions)

    @cached_property
    def note_view(self) -> NoteView:
        return NoteView(self.store, self.clock)

    @cached_property
    def merge_preview(self) -> PreviewMerge:
        return PreviewMerge(self.store, self.petitions, self.search, self.act.services.merging)

    @cached_property
    def read_file(self) -> ReadAttachment:
        return ReadAttachment(self.store, self.publisher, self.clock, self.files, self.petitions)

    @cached_property
    def act(self) -> ActOnPetition:
        ports = (self.store, self.publisher, self.clock, self.ids, self.directory, self.timekeeping)
        telling = TellCitizen(self.reference.texts, self.directory, self.settings.citizen_url)
        return ActOnPetition(*ports, telling, SubmitAnswer(self.templates), self.classifying)

    @cached_property
    def take_up(self) -> TakeUp:
        return TakeUp(self.act)

    @cached_property
    def classifying(self) -> ClassifyPetition:
        return ClassifyPetition(self.reference.fields, self.directory, routing_rules().superiors)

    @cached_property
    def draft(self) -> EditAnswerDraft:
        return EditAnswerDraft(self.store, self.clock, self.ids, self.files)

    @cached_property
    def hand_in(self) -> HandIn:
        ports = (self.store, self.publisher, self.clock, self.ids, self.files)
        contacting = RequestContact(self.reference.texts, self.timekeeping, self._judge)
        alarm = Alarm(contacting, self._danger)
        return HandIn(*ports, self.directory, self._filing, alarm)

    def notice_to_read(self) -> str:
        """Return the notice about data processing, to be read out or handed to a filer."""
        texts, storage = self.reference.texts, base.storage_of(self.settings)
        return texts.render("notice_read", link=f"{self.settings.public_url}{PRIVACY_PAGE}", **storage.worded(texts))

    @cached_property
    def entry_files(self) -> EntryFiles:
        return EntryFiles(self.files, self.ask_job, self.jobs)

    @cached_property
    def tray(self) -> ReadTray:
        return ReadTray(self.store, self.clock, self.files)

    @cached_property
    def handle_mail(self) -> HandleMail:
        ports = (self.store, self.publisher, self.clock, self.ids, self.staff)
        return HandleMail(*ports, self.hand_in, self._filing, self._keep_apart)

    @cached_property
    def file_request(self) -> FileRequest:
        return FileRequest(self.hand_in, self.clock, self.ids)

    @cached_property
    def own_entries(self) -> OwnEntries:
        return OwnEntries(self.store, self.clock)

    @cached_property
    def add_words(self) -> AddWords:
        return AddWords(self.store, self.publisher, self.clock, self.ids, self._filing, self._keep_apart)

    @cached_property
    def _keep_apart(self) -> KeepApart:
        return KeepApart(self._judge, self._filing, self.reference.texts)

    @cached_property
    def _judge(self) -> CoordinatorsJudge:
        return CoordinatorsJudge(routing_rules().superiors, self.directory, *judge_readers(self._route))

    def _route(self, text: str) -> RoutingDecision:
        return self._router.route(text)

    @cached_property
    def _filing(self) -> PetitionFiling:
        return PetitionFiling(self.ids, self.reference.texts, self.timekeeping)

    def _danger(self, text: str) -> bool:
        return danger_detector(self._router)(text)

    @cached_property
    def _router(self) -> Router:
        return router_of(self.reference)

    @cached_property
    def receipts(self) -> ReadReceipt:
        urls = (self.settings.public_url, self.settings.citizen_url)
        return ReadReceipt(self.store, self.directory, self.reference.texts, *urls, self.clock)

    @cached_property
    def send_receipt(self) -> SendReceipt:
        ports = (self.store, self.publisher, self.clock, self.ids)
        return SendReceipt(*ports, self.reference.texts, self.settings.public_url, self.settings.citizen_url)

    @cached_property
    def papers(self) -> DraftPaper:
        return DraftPaper(self.store, self.clock, self.ids, self.directory, self.reference.paper_forms)

    @cached_property
    def issue_paper(self) -> IssuePaper:
        ports = (self.store, self.publisher, self.clock, self.ids)
        return IssuePaper(*ports, self.directory, self.reference.paper_forms)

    @cached_property
    def read_paper(self) -> ReadPaper:
        return ReadPaper(self.store, self.publisher, self.clock, self.ids, self.files)

    @cached_property
    def staffing(self) -> ManageHandlers:
        texts = self.reference.texts
        people = (self.staff, self.act, texts, self.mail)
        return ManageHandlers(self.store, self.publisher, self.clock, self.ids, *people)

    @property
    def mail(self) -> OfficerMail:
        return OfficerMail(self.reference.texts, self.directory, self.settings.desk_url)

    @cached_property
    def note(self) -> NotePetition:
        ports = (self.store, self.publisher, self.clock, self.ids)
        return NotePetition(*ports, self.directory, self.staff, self.mail)

    @cached_property
    def reveal(self) -> RevealContact:
        return RevealContact(self.store, self.clock, self.ids)

    @cached_property
    def erase(self) -> EraseAtTheDesk:
        key = self.settings.id_key
        return EraseAtTheDesk(self.store, self.publisher, self.clock, self.ids, self.reference.texts, key)

    @cached_property
    def plan(self) -> PlanRecovery:
        telling = TellLateness(self.reference.texts, self.directory)
        return PlanRecovery(self.store, self.publisher, self.clock, self.ids, self.timekeeping, telling)

    @cached_property
    def profile(self) -> SetProfile:
        return SetProfile(self.store)

    @cached_property
    def many(self) -> DoMany:
        return DoMany(self.act, self.take_up, self.staffing, self.directory, self.staff)

    def rehearsed(self) -> Parts:
        """Return the use cases for previews: they do the same work, but nothing is written or published."""
        return replace(self, store=Rehearsal(self.store), publisher=SilentPublisher())

    @cached_property
    def arrange_lists(self) -> ArrangeLists:
        return ArrangeLists(self.store)

    @cached_property
    def save_filter(self) -> SaveFilter:
        return SaveFilter(self.store, self.clock, self.ids, self.directory)

    @cached_property
    def figures(self) -> ReadFigures:
        return ReadFigures(self.store, self.clock)

    @cached_property
    def overdue(self) -> ReadOverdue:
        return ReadOverdue(self.store, self.clock)

    @cached_property
    def figure_lists(self) -> ListFigures:
        return ListFigures(self.store, self.clock)

    @cached_property
    def ask_job(self) -> AskJob:
        read = ReadListRequest(self.directory, self.staff, self.reference.fields)
        return AskJob(self.store, self.publisher, self.clock, {LIST_FILES: read})

    @cached_property
    def jobs(self) -> ReadJobs:
        return ReadJobs(self.store, self.clock, self.ids, self.files)

    @cached_property
    def reports(self) -> ReadReports:
        return ReadReports(self.store, self.jobs, self.files, self.frozen)

    @cached_property
    def publish_report(self) -> PublishReport:
        return PublishReport(self.store, self.clock, self.ids, self.reports)

    @cached_property
    def management(self) -> ReadManagement:
        data = (self.reference.management, self.directory, self.reference.fields, self.timekeeping.calendar)
        return ReadManagement(self.store, self.clock, self.figures, *data)

    @cached_property
    def scoring(self) -> ReadScoring:
        return ReadScoring(self.store, self.clock, self.ids, KeepScoring(self.frozen))

    @cached_property
    def contest_scores(self) -> ContestScores:
        return ContestScores(self.store, self.clock, self.ids, self.staff, KeepScoring(self.frozen))

    @cached_property
    def boards(self) -> ReadBoards:
        return ReadBoards(self.store, self.clock, self.timekeeping)

    @property
    def sending(self) -> SendingState:
        return read_sending(self.store, self.clock)

    @cached_property
    def contacts(self) -> ReadContacts:
        return ReadContacts(self.store, self.clock, self.directory)

    @cached_property
    def handle_contact(self) -> HandleContact:
        return HandleContact(self.store, self.publisher, self.clock, self.ids, self.reference.texts, self.directory)

    @cached_property
    def report_difficulty(self) -> ReportDifficulty:
        return ReportDifficulty(self.store, self.clock, self.ids, self.files)

    @cached_property
    def difficulties(self) -> ReadDifficulties:
        return ReadDifficulties(self.store, self.clock, self.files)

    @cached_property
    def handle_difficulty(self) -> HandleDifficulty:
        return HandleDifficulty(self.store, self.clock, self.ids, self.staff, self.directory)

    @cached_property
    def letters(self) -> ReplayDeadLetters:
        return ReplayDeadLetters(self.store, self.publisher, self.clock, TOPICS)

    @cached_property
    def replay(self) -> ReplayAtTheDesk:
        return ReplayAtTheDesk(self.store, self.clock, self.ids, self.letters)

    @cached_property
    def differences(self) -> DeskDifferences:
        return DeskDifferences(self.store, self.clock, self.ids)

    @cached_property
    def consent(self) -> AskConsent:
        ports, settings = (self.store, self.publisher, self.clock, self.ids), self.settings
        return AskConsent(*ports, settings.app_id, settings.oauth_url, settings.desk_url)


@base.in_force
def parts(reference: ReferenceSet) -> Parts:
    return Parts(
        settings=desk_settings(),
        store=base.petitions_store(),
        publisher=base.publisher(),
        clock=base.clock(),
        ids=base.ids(),
        files=base.attachment_files(),
        frozen=base.frozen_files(),
        identities=identities(),
        staff=base.staff(),
        reference=reference,
        timekeeping=base.timekeeping(),
    )


def desk_settings() -> config.DeskSettings:
    """Return the settings of `desk`. Raise ConfigError with all faults.

    It is a fault if officers could not be identified, i.e. if there is no `IAP_AUDIENCE` outside the emulator.
    """
    settings = base.settings_of(config.DeskSettings)
    if not (settings.iap_audience or base.on_emulator()):
        raise ConfigError(["IAP_AUDIENCE is missing"])
    return settings


@base.once
def incoming() -> Incoming:
    from petitions.adapters.incoming import Incoming

    return Incoming(0, BODY_SECONDS, BODY_PACE)


@base.once
def identities() -> Identities:
    import httpx

    from petitions.adapters.iap import IapIdentities

    return IapIdentities(desk_settings().iap_audience, httpx.Client())
