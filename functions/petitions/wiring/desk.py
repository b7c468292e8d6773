"""The use cases of `desk`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from petitions import config
from petitions.errors import ConfigError
from petitions.wiring.base import (
    attachment_files,
    clock,
    ids,
    in_force,
    on_emulator,
    once,
    petitions_store,
    publisher,
    settings_of,
    staff,
    timekeeping,
)
from petitions.wiring.portal_sync import portal_mapping

if TYPE_CHECKING:
    from petitions.adapters.reference import Reference
    from petitions.domain.petition.answering import AnswerTemplates
    from petitions.domain.routing.routing import Router
    from petitions.ports.world import Identities
    from petitions.usecases.dead_letters.replay_at_the_desk import ReplayAtTheDesk
    from petitions.usecases.dead_letters.replay_dead_letter import DeadLetters
    from petitions.usecases.desk.read_attachment import ReadAttachment
    from petitions.usecases.desk.read_boards import ReadBoards
    from petitions.usecases.desk.read_petition import PetitionView
    from petitions.usecases.desk.read_work_list import DeskView
    from petitions.usecases.figures.read_figures import ReadFigures
    from petitions.usecases.officers.manage_officers import ManageOfficers
    from petitions.usecases.officers.save_filter import SaveFilter
    from petitions.usecases.officers.set_profile import SetProfile
    from petitions.usecases.petition.act_on_petition import ActOnPetition
    from petitions.usecases.petition.draft_answer import DraftAnswer
    from petitions.usecases.petition.key_in import KeyIn
    from petitions.usecases.petition.manage_handlers import Staffing
    from petitions.usecases.petition.note_petition import NotePetition
    from petitions.usecases.petition.plan_recovery import PlanRecovery
    from petitions.usecases.petition.read_receipt import ReadReceipt
    from petitions.usecases.portal.desk_differences import DeskDifferences
    from petitions.usecases.privacy.erase_at_the_desk import EraseAtTheDesk
    from petitions.usecases.privacy.reveal_contact import RevealContact
    from petitions.usecases.reference.edit_answers import EditAnswers
    from petitions.usecases.reference.edit_texts import EditTexts
    from petitions.usecases.reference.edit_unit import EditUnit
    from petitions.usecases.reference.publish_reference import PublishReference
    from petitions.usecases.reference.read_unit import ReadUnit
    from petitions.usecases.zalo.zalo_consent import AskConsent


@in_force
def act_on_petition(reference: Reference) -> ActOnPetition:
    """Return the use case of officers' actions."""
    from petitions.adapters.ids import RandomIds
    from petitions.usecases.petition.act_on_petition import ActOnPetition
    from petitions.usecases.petition.submit_answer import Answering
    from petitions.usecases.petition.tell_citizen import Telling

    return ActOnPetition(
        store=petitions_store(),
        publisher=publisher(),
        clock=clock(),
        ids=RandomIds(),
        directory=reference.directory,
        timekeeping=timekeeping(),
        telling=Telling(reference.texts, reference.directory, desk_settings().public_url),
        answering=Answering(reference.answers),
    )


@in_force
def key_in(reference: Reference) -> KeyIn:
    """Return the use case that files petitions received on paper or by telephone."""
    from petitions.usecases.petition.file_petition import Filing
    from petitions.usecases.petition.key_in import KeyIn

    filing = Filing(ids(), reference.texts, timekeeping())
    return KeyIn(petitions_store(), publisher(), clock(), ids(), reference.directory, filing)


@in_force
def read_receipt(reference: Reference) -> ReadReceipt:
    """Return the use case of receipts for petitions received on paper or by telephone."""
    from petitions.usecases.petition.read_receipt import ReadReceipt

    return ReadReceipt(petitions_store(), reference.directory, reference.texts, desk_settings().public_url)


@in_force
def staffing(reference: Reference) -> Staffing:
    """Return the use case of bulk work, hand-overs and deputies."""
    from petitions.usecases.officers.officer_mail import OfficerMail
    from petitions.usecases.petition.manage_handlers import Staffing

    mail = OfficerMail(reference.texts, reference.directory, desk_settings().desk_url)
    people = (staff(), act_on_petition(), reference.texts, mail)
    return Staffing(petitions_store(), publisher(), clock(), ids(), *people)


@in_force
def answer_templates(reference: Reference) -> AnswerTemplates:
    """Return the skeletons of answers in force."""
    return reference.answers


@once
def draft_answer() -> DraftAnswer:
    """Return the use case of drafts of answers."""
    from petitions.usecases.petition.draft_answer import DraftAnswer

    return DraftAnswer(petitions_store(), clock(), ids(), attachment_files())


@once
def ask_consent() -> AskConsent:
    """Return the use case that asks for consent for the Official Account."""
    from petitions.usecases.zalo.zalo_consent import AskConsent

    settings = settings_of(config.DeskSettings)
    return AskConsent(
        store=petitions_store(),
        publisher=publisher(),
        clock=clock(),
        ids=ids(),
        app_id=settings.app_id,
        oauth_url=settings.oauth_url,
        desk_url=settings.desk_url,
    )


def desk_settings() -> config.DeskSettings:
    """Return the settings of `desk`. Raise ConfigError without emulator and audience.

    Without them nobody could be identified.
    """
    settings = settings_of(config.DeskSettings)
    if not (settings.iap_audience or on_emulator()):
        raise ConfigError(["IAP_AUDIENCE is missing"])
    return settings


@once
def identities() -> Identities:
    """Return the sign-in by Identity-Aware Proxy, for the cloud."""
    import httpx

    from petitions.adapters.iap import IapIdentities

    return IapIdentities(desk_settings().iap_audience, httpx.Client())


@in_force
def note_petition(reference: Reference) -> NotePetition:
    """Return the use case of officers' notes on a petition."""
    from petitions.usecases.petition.note_petition import NotePetition

    return NotePetition(petitions_store(), publisher(), clock(), ids(), reference.directory)


@once
def save_filter() -> SaveFilter:
    """Return the use case of officers' saved filters."""
    from petitions.usecases.officers.save_filter import SaveFilter

    return SaveFilter(petitions_store(), clock(), ids())


@in_force
def desk_view(reference: Reference) -> DeskView:
    """Return the work lists."""
    from petitions.usecases.desk.read_work_list import DeskView

    return DeskView(petitions_store(), clock(), reference.directory, timekeeping(), staff())


@once
def read_figures() -> ReadFigures:
    """Return the dashboards."""
    from petitions.usecases.figures.read_figures import ReadFigures

    return ReadFigures(petitions_store(), clock())


@in_force
def manage_officers(reference: Reference) -> ManageOfficers:
    """Return the use case of administrators who manage officers."""
    from petitions.usecases.officers.manage_officers import ManageOfficers

    return ManageOfficers(petitions_store(), clock(), ids(), reference.directory)


@once
def publish_reference() -> PublishReference:
    """Return the use case of administrators who publish calendars and deadline rules."""
    from petitions.adapters.reference import SEEDS, InForce, Reference, parsed
    from petitions.usecases.reference.publish_reference import PublishReference

    store = petitions_store()
    return PublishReference(store, clock(), lambda kind: parsed(SEEDS[kind]), Reference, InForce(store, clock()))


@once
def edit_answers() -> EditAnswers:
    """Return the use case of administrators who edit skeletons of answers."""
    from petitions.usecases.reference.edit_answers import EditAnswers

    return EditAnswers(publish_reference(), ids())


@once
def edit_texts() -> EditTexts:
    """Return the use case of administrators who edit texts of the catalogue."""
    from petitions.adapters.clock import make_clock
    from petitions.adapters.reference import SEEDS, parsed
    from petitions.usecases.reference.edit_texts import EditTexts

    return EditTexts(petitions_store(), make_clock(), ids(), lambda kind: parsed(SEEDS[kind]))


@in_force
def read_unit(reference: Reference) -> ReadUnit:
    """Return the administrators' view of one unit."""
    from petitions.usecases.reference.read_unit import ReadUnit

    return ReadUnit(petitions_store(), clock(), reference.directory, staff())


@once
def edit_unit() -> EditUnit:
    """Return the use case of administrators who edit a unit; an edit is tried on petitions first."""
    from petitions.adapters.reference import SEEDS, Reference, parsed
    from petitions.domain.units.versions import DIRECTORY
    from petitions.usecases.reference.edit_unit import EditUnit

    def router(directory: Mapping[str, Any]) -> Router:
        return Reference({DIRECTORY: directory}.__getitem__).router()

    return EditUnit(petitions_store(), clock(), lambda: parsed(SEEDS[DIRECTORY]), router)


@in_force
def read_boards(_: Reference) -> ReadBoards:
    """Return the coordinators' boards."""
    from petitions.usecases.desk.read_boards import ReadBoards

    return ReadBoards(petitions_store(), clock(), timekeeping())


@once
def dead_letters() -> DeadLetters:
    """Return the dead letters."""
    from petitions.usecases.dead_letters.replay_at_the_desk import TOPICS
    from petitions.usecases.dead_letters.replay_dead_letter import DeadLetters

    return DeadLetters(petitions_store(), publisher(), clock(), TOPICS)


@once
def replay_at_the_desk() -> ReplayAtTheDesk:
    """Return the use case of coordinators who replay dead letters."""
    from petitions.usecases.dead_letters.replay_at_the_desk import ReplayAtTheDesk

    return ReplayAtTheDesk(petitions_store(), clock(), ids(), dead_letters())


@in_force
def petition_view(reference: Reference) -> PetitionView:
    """Return the view of one petition."""
    from petitions.usecases.desk.read_petition import PetitionView

    return PetitionView(petitions_store(), clock(), reference.directory, timekeeping(), staff())


@once
def desk_differences() -> DeskDifferences:
    """Return the differences between the portal and us."""
    from petitions.usecases.portal.desk_differences import DeskDifferences

    return DeskDifferences(petitions_store(), clock(), ids())


def portal_state(word: str) -> str:
    """Return the label of a state in the portal's words; an unknown word is returned unchanged."""
    from petitions.domain.lifecycle.lifecycle import STATE_LABELS, State

    return {portal: STATE_LABELS[State(ours)] for ours, portal in portal_mapping().states.items()}.get(word, word)


@in_force
def erase_at_the_desk(reference: Reference) -> EraseAtTheDesk:
    """Return the use case of coordinators who begin an erasure."""
    from petitions.usecases.privacy.erase_at_the_desk import EraseAtTheDesk

    key = settings_of(config.DeskSettings).id_key
    return EraseAtTheDesk(petitions_store(), publisher(), clock(), ids(), reference.texts, key)


@once
def reveal_contact() -> RevealContact:
    """Return the use case that shows who filed a petition and writes it to the audit."""
    from petitions.usecases.privacy.reveal_contact import RevealContact

    return RevealContact(petitions_store(), clock(), ids())


@once
def read_attachment() -> ReadAttachment:
    """Return the reader of petitions' files."""
    from petitions.usecases.desk.read_attachment import ReadAttachment

    return ReadAttachment(petitions_store(), attachment_files(), petition_view())


@in_force
def plan_recovery(reference: Reference) -> PlanRecovery:
    """Return the use case of heads who plan overdue work."""
    from petitions.usecases.petition.plan_recovery import PlanRecovery

    return PlanRecovery(petitions_store(), publisher(), clock(), ids(), reference.calendar)


@once
def set_profile() -> SetProfile:
    """Return the use case of an officer's own settings."""
    from petitions.usecases.officers.set_profile import SetProfile

    return SetProfile(petitions_store())
