"""Build `desk`: its settings, and the use cases that its routes call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from petitions import config
from petitions.adapters.reference import ReferenceSet, routing_rules
from petitions.adapters.understanding.vocabulary import search_words
from petitions.domain.citizen.citizen import PRIVACY_PAGE
from petitions.domain.files.sheets import Sheet
from petitions.domain.lifecycle.lifecycle import STATE_LABELS, State
from petitions.domain.petition.answering import AnswerTemplates
from petitions.domain.petition.petition import Petition
from petitions.domain.routing.proposed_class import (
    danger_reader,
    may_concern_coordinators,
    may_tell_of_misconduct,
    tells_of_misconduct,
)
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
    from petitions.domain.routing.routing import Router

BODY_SECONDS, BODY_PACE = 5.0, 2.0**20
"""Seconds that a form may take to arrive, and bytes of its files per additional second."""


@dataclass(frozen=True, kw_only=True)
class Parts(AdminParts):
    """The use cases of the desk, over the ports and the reference data that it is given.

    This and `AdminParts` are their only list: a route calls `parts().NAME`, and a test builds the same class over
    fakes. A use case is built on first use.
    """

    @property
    def templates(self) -> AnswerTemplates:
        """The templates of answers."""
        return self.reference.answers

    def templates_for(self, petition: Petition) -> AnswerTemplates:
        """Return the templates for this petition, its unit's own first, filled with the known facts."""
        return self.templates.with_own(own_answers(self.store, petition.unit)).filled(petition)

    @cached_property
    def unit_answers(self) -> EditUnitAnswers:
        """The units' own templates."""
        return EditUnitAnswers(self.store, self.clock, self.ids)

    def portal_state(self, word: str) -> str:
        """Return the label of a state by the portal's own word for it. An unknown word is its own label."""
        labels = {portal: STATE_LABELS[State(ours)] for ours, portal in portal_mapping().states.items()}
        return labels.get(word, word)

    @cached_property
    def lists(self) -> ReadWorkList:
        """The work lists."""
        placing = PlacePetition(self.directory, self.staff, self.classifying)
        return ReadWorkList(self.store, self.clock, self.directory, self.timekeeping, self.staff, placing)

    @cached_property
    def export(self) -> ExportList:
        """A complete list, for export to a file."""
        return ExportList(self.lists, self.ids)

    def workbook(self, sheet: Sheet) -> bytes:
        """Return the table as a workbook. The library is loaded on first use."""
        from petitions.adapters.documents.workbook import workbook

        return workbook(sheet, self.clock.now())

    @cached_property
    def changes(self) -> ReadChanges:
        """The changes since the page was loaded."""
        return ReadChanges(self.lists)

    @property
    def _entries(self) -> DutyEntries:
        return DutyEntries(self.reference.texts, self.directory)

    @cached_property
    def duties(self) -> ReadDuties:
        """An officer's duties, as in the morning's mail."""
        return ReadDuties(self.store, self.clock, self._entries, self.timekeeping)

    @cached_property
    def week(self) -> ReadWeek:
        """The week of a unit, as in the mail to its head."""
        return ReadWeek(self.figures, self._entries, self.timekeeping)

    @cached_property
    def follow(self) -> FollowChanges:
        """The changes since a cursor, for other systems."""
        return FollowChanges(self.store, self.clock)

    @cached_property
    def for_system(self) -> ReadForSystem:
        """One petition, for other systems."""
        return ReadForSystem(self.store)

    @cached_property
    def share_page(self) -> SharePage:
        """The other officers with a petition open."""
        return SharePage(self.store, self.clock)

    @cached_property
    def petitions(self) -> ReadPetition:
        """One petition."""
        shown = self.store, self.clock, self.directory, self.timekeeping, self.staff, self.classifying
        return ReadPetition(*shown, search_words())

    @cached_property
    def search(self) -> SearchPetitions:
        """The search across all states."""
        return SearchPetitions(self.store, self.clock, self.ids, self.directory, self.staff)

    @cached_property
    def audit(self) -> ReadAudit:
        """The audit, for officers with the right to read it."""
        return ReadAudit(self.store, self.clock, self.ids, self.petitions)

    @cached_property
    def note_view(self) -> NoteView:
        """The audit's lines of viewed petitions."""
        return NoteView(self.store, self.clock)

    @cached_property
    def merge_preview(self) -> PreviewMerge:
        """Two petitions before one is merged into the other."""
        return PreviewMerge(self.store, self.petitions, self.search, self.act.services.merging)

    @cached_property
    def read_file(self) -> ReadAttachment:
        """The files of a petition."""
        return ReadAttachment(self.store, self.publisher, self.clock, self.files, self.petitions)

    @cached_property
    def act(self) -> ActOnPetition:
        """The actions of the lifecycle."""
        ports = (self.store, self.publisher, self.clock, self.ids, self.directory, self.timekeeping)
        telling = TellCitizen(self.reference.texts, self.directory, self.settings.citizen_url)
        return ActOnPetition(*ports, telling, SubmitAnswer(self.templates), self.classifying)

    @cached_property
    def take_up(self) -> TakeUp:
        """The steps that are usually taken together."""
        return TakeUp(self.act)

    @cached_property
    def classifying(self) -> ClassifyPetition:
        """The classification of petitions."""
        return ClassifyPetition(self.reference.fields, self.directory, routing_rules().superiors)

    @cached_property
    def draft(self) -> EditAnswerDraft:
        """Answers being written."""
        return EditAnswerDraft(self.store, self.clock, self.ids, self.files)

    @cached_property
    def hand_in(self) -> HandIn:
        """Petitions that came on other channels."""
        ports = (self.store, self.publisher, self.clock, self.ids, self.files)
        contacting = RequestContact(self.reference.texts, self.timekeeping, self._judge)
        alarm = Alarm(contacting, self._danger)
        return HandIn(*ports, self.directory, self._filing, alarm)

    def notice_to_read(self) -> str:
        """Return the notice of data processing to read out or hand to the filer."""
        texts, storage = self.reference.texts, base.storage_of(self.settings)
        return texts.render("notice_read", link=f"{self.settings.public_url}{PRIVACY_PAGE}", **storage.worded(texts))

    @cached_property
    def entry_files(self) -> EntryFiles:
        """Files of many petitions."""
        return EntryFiles(self.files, self.ask_job, self.jobs)

    @cached_property
    def tray(self) -> ReadTray:
        """Citizens' e-mails, for officers with the right to read them."""
        return ReadTray(self.store, self.clock, self.files)

    @cached_property
    def handle_mail(self) -> HandleMail:
        """Officers' actions on citizens' e-mails."""
        ports = (self.store, self.publisher, self.clock, self.ids, self.staff)
        return HandleMail(*ports, self.hand_in, self._filing, self._keep_apart)

    @cached_property
    def file_request(self) -> FileRequest:
        """Petitions made of requests for a person."""
        return FileRequest(self.hand_in, self.clock, self.ids)

    @cached_property
    def own_entries(self) -> OwnEntries:
        """The petitions that an officer entered lately."""
        return OwnEntries(self.store, self.clock)

    @cached_property
    def add_words(self) -> AddWords:
        """Later words of filers, passed on by other systems."""
        return AddWords(self.store, self.publisher, self.clock, self.ids, self._filing, self._keep_apart)

    @cached_property
    def _keep_apart(self) -> KeepApart:
        return KeepApart(self._judge, self._filing, self.reference.texts)

    @cached_property
    def _judge(self) -> CoordinatorsJudge:
        readers = (self._tells_of_misconduct, self._may_concern_coordinators, self._may_tell_of_misconduct)
        return CoordinatorsJudge(routing_rules().superiors, self.directory, *readers)

    @cached_property
    def _filing(self) -> PetitionFiling:
        return PetitionFiling(self.ids, self.reference.texts, self.timekeeping)

    def _tells_of_misconduct(self, text: str) -> bool:
        """Return whether a text reports misconduct. The router is compiled for the first text."""
        return tells_of_misconduct(self._router.route(text))

    def _may_tell_of_misconduct(self, text: str) -> bool:
        return may_tell_of_misconduct(self._router.route(text))

    def _may_concern_coordinators(self, text: str) -> bool:
        return may_concern_coordinators(self._router.route(text), text)

    def _danger(self, text: str) -> bool:
        """Return whether a text reports a danger."""
        return danger_reader(self._router)(text)

    @cached_property
    def _router(self) -> Router:
        return self.reference.router()

    @cached_property
    def receipts(self) -> ReadReceipt:
        """Receipts of petitions handed in on other channels."""
        urls = (self.settings.public_url, self.settings.citizen_url)
        return ReadReceipt(self.store, self.directory, self.reference.texts, *urls, self.clock)

    @cached_property
    def send_receipt(self) -> SendReceipt:
        """Receipts sent to the filer."""
        ports = (self.store, self.publisher, self.clock, self.ids)
        return SendReceipt(*ports, self.reference.texts, self.settings.public_url, self.settings.citizen_url)

    @cached_property
    def papers(self) -> DraftPaper:
        """Drafts of formal papers."""
        return DraftPaper(self.store, self.clock, self.ids, self.directory, self.reference.paper_forms)

    @cached_property
    def issue_paper(self) -> IssuePaper:
        """The number and the signature of a paper."""
        ports = (self.store, self.publisher, self.clock, self.ids)
        return IssuePaper(*ports, self.directory, self.reference.paper_forms)

    @cached_property
    def read_paper(self) -> ReadPaper:
        """The files of papers."""
        return ReadPaper(self.store, self.publisher, self.clock, self.ids, self.files)

    @cached_property
    def staffing(self) -> ManageHandlers:
        """Handlers: bulk assignment, hand-overs, deputies."""
        texts = self.reference.texts
        people = (self.staff, self.act, texts, self.mail)
        return ManageHandlers(self.store, self.publisher, self.clock, self.ids, *people)

    @property
    def mail(self) -> OfficerMail:
        """The maker of mails to officers."""
        return OfficerMail(self.reference.texts, self.directory, self.settings.desk_url)

    @cached_property
    def note(self) -> NotePetition:
        """Notes beside a petition."""
        ports = (self.store, self.publisher, self.clock, self.ids)
        return NotePetition(*ports, self.directory, self.staff, self.mail)

    @cached_property
    def reveal(self) -> RevealContact:
        """The filer of a petition, with a line of the audit."""
        return RevealContact(self.store, self.clock, self.ids)

    @cached_property
    def erase(self) -> EraseAtTheDesk:
        """The erasure that a coordinator begins."""
        key = self.settings.id_key
        return EraseAtTheDesk(self.store, self.publisher, self.clock, self.ids, self.reference.texts, key)

    @cached_property
    def plan(self) -> PlanRecovery:
        """A head's plan for an overdue petition."""
        telling = TellLateness(self.reference.texts, self.directory)
        return PlanRecovery(self.store, self.publisher, self.clock, self.ids, self.timekeeping, telling)

    @cached_property
    def profile(self) -> SetProfile:
        """An officer's own settings."""
        return SetProfile(self.store)

    @cached_property
    def many(self) -> DoMany:
        """One action on many petitions."""
        return DoMany(self.act, self.take_up, self.staffing, self.directory, self.staff)

    def rehearsed(self) -> Parts:
        """Return the same use cases as a rehearsal: they write and publish nothing."""
        return replace(self, store=Rehearsal(self.store), publisher=SilentPublisher())

    @cached_property
    def arrange_lists(self) -> ArrangeLists:
        """An officer's choice of columns and order."""
        return ArrangeLists(self.store)

    @cached_property
    def save_filter(self) -> SaveFilter:
        """The saved filters of an officer."""
        return SaveFilter(self.store, self.clock, self.ids, self.directory)

    @cached_property
    def figures(self) -> ReadFigures:
        """The dashboards."""
        return ReadFigures(self.store, self.clock)

    @cached_property
    def overdue(self) -> ReadOverdue:
        """The overdue petitions now, by step and officer."""
        return ReadOverdue(self.store, self.clock)

    @cached_property
    def figure_lists(self) -> ListFigures:
        """The lists behind the numbers of the dashboards."""
        return ListFigures(self.store, self.clock)

    @cached_property
    def ask_job(self) -> AskJob:
        """The requests for long-running jobs."""
        read = ReadListRequest(self.directory, self.staff, self.reference.fields)
        return AskJob(self.store, self.publisher, self.clock, {LIST_FILES: read})

    @cached_property
    def jobs(self) -> ReadJobs:
        """An officer's own long-running jobs, and their files."""
        return ReadJobs(self.store, self.clock, self.ids, self.files)

    @cached_property
    def reports(self) -> ReadReports:
        """Official reports that were made or frozen."""
        return ReadReports(self.store, self.jobs, self.files, self.frozen)

    @cached_property
    def publish_report(self) -> PublishReport:
        """The publication of frozen reports."""
        return PublishReport(self.store, self.clock, self.ids, self.reports)

    @cached_property
    def management(self) -> ReadManagement:
        """The monthly report."""
        data = (self.reference.management, self.directory, self.reference.fields, self.timekeeping.calendar)
        return ReadManagement(self.store, self.clock, self.figures, *data)

    @cached_property
    def scoring(self) -> ReadScoring:
        """The yearly scores."""
        return ReadScoring(self.store, self.clock, self.ids, KeepScoring(self.frozen))

    @cached_property
    def contest_scores(self) -> ContestScores:
        """Units' contests of their scores, and the answers."""
        return ContestScores(self.store, self.clock, self.ids, self.staff, KeepScoring(self.frozen))

    @cached_property
    def boards(self) -> ReadBoards:
        """The coordinators' boards."""
        return ReadBoards(self.store, self.clock, self.timekeeping)

    @property
    def sending(self) -> SendingState:
        """The state of sending now."""
        return read_sending(self.store, self.clock)

    @cached_property
    def contacts(self) -> ReadContacts:
        """Citizens' requests for a person."""
        return ReadContacts(self.store, self.clock, self.directory)

    @cached_property
    def handle_contact(self) -> HandleContact:
        """Officers' actions on requests for a person."""
        return HandleContact(self.store, self.publisher, self.clock, self.ids, self.reference.texts, self.directory)

    @cached_property
    def report_difficulty(self) -> ReportDifficulty:
        """Difficulties as officers report them."""
        return ReportDifficulty(self.store, self.clock, self.ids, self.files)

    @cached_property
    def difficulties(self) -> ReadDifficulties:
        """Difficulties, for officers with the right to read them."""
        return ReadDifficulties(self.store, self.clock, self.files)

    @cached_property
    def handle_difficulty(self) -> HandleDifficulty:
        """Actions on difficulties."""
        return HandleDifficulty(self.store, self.clock, self.ids, self.staff, self.directory)

    @cached_property
    def letters(self) -> ReplayDeadLetters:
        """Dead letters."""
        return ReplayDeadLetters(self.store, self.publisher, self.clock, TOPICS)

    @cached_property
    def replay(self) -> ReplayAtTheDesk:
        """The replay of dead letters by a coordinator."""
        return ReplayAtTheDesk(self.store, self.clock, self.ids, self.letters)

    @cached_property
    def differences(self) -> DeskDifferences:
        """The differences from the national portal."""
        return DeskDifferences(self.store, self.clock, self.ids)

    @cached_property
    def consent(self) -> AskConsent:
        """The consent for the Official Account."""
        ports, settings = (self.store, self.publisher, self.clock, self.ids), self.settings
        return AskConsent(*ports, settings.app_id, settings.oauth_url, settings.desk_url)


@base.in_force
def parts(reference: ReferenceSet) -> Parts:
    """Return the use cases over the reference data in force."""
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
    """Return the settings of `desk`.

    Raise ConfigError if nobody could be identified: there is no emulator and no audience.
    """
    settings = base.settings_of(config.DeskSettings)
    if not (settings.iap_audience or base.on_emulator()):
        raise ConfigError(["IAP_AUDIENCE is missing"])
    return settings


@base.once
def incoming() -> Incoming:
    """Return the reader of incoming requests. The desk needs no client address."""
    from petitions.adapters.incoming import Incoming

    return Incoming(0, BODY_SECONDS, BODY_PACE)


@base.once
def identities() -> Identities:
    """Return the sign-in by Identity-Aware Proxy."""
    import httpx

    from petitions.adapters.iap import IapIdentities

    return IapIdentities(desk_settings().iap_audience, httpx.Client())
