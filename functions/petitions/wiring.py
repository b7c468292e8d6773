"""Builds for an entry point just what it needs, on first use.

Nothing heavy is imported at module level: the webhook imports this file, and the parent process of every function
server must stay small.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from petitions import config
from petitions.entry import Entry, Job, Push, Untraced
from petitions.errors import ConfigError

if TYPE_CHECKING:
    from petitions.adapters.portal_mapping import Mapping as PortalNames
    from petitions.adapters.reference import InForce, Reference
    from petitions.domain.answering import AnswerTemplates
    from petitions.domain.boundaries import Boundaries
    from petitions.domain.channels import Template
    from petitions.domain.directory import Directory
    from petitions.domain.routing import Router
    from petitions.ports import Clock, Files, Identities, Ids, Portal, Publisher, Store, TokenVault, Tracer
    from petitions.usecases.act_on_petition import ActOnPetition
    from petitions.usecases.apply_change import ApplyChange
    from petitions.usecases.carry_attachments import CarryAttachments
    from petitions.usecases.check_figures import CheckFigures
    from petitions.usecases.desk_differences import DeskDifferences
    from petitions.usecases.draft_answer import DraftAnswer
    from petitions.usecases.effects import Effects
    from petitions.usecases.erase_at_the_desk import EraseAtTheDesk
    from petitions.usecases.erase_citizen import EraseCitizen
    from petitions.usecases.fire_reminders import FireReminders
    from petitions.usecases.fold_figures import FoldFigures
    from petitions.usecases.hand_over import HandOver
    from petitions.usecases.keep_attachments import KeepAttachments
    from petitions.usecases.keep_dead_letter import KeepDeadLetter
    from petitions.usecases.key_in import KeyIn
    from petitions.usecases.manage_officers import ManageOfficers
    from petitions.usecases.note_petition import NotePetition
    from petitions.usecases.officer_mail import OfficerMail
    from petitions.usecases.plan_recovery import PlanRecovery
    from petitions.usecases.portal_breaker import Breaker
    from petitions.usecases.public_view import ProjectPublic, PublicView
    from petitions.usecases.pull_changes import PullChanges
    from petitions.usecases.push_petition import PushPetition
    from petitions.usecases.read_attachment import ReadAttachment
    from petitions.usecases.read_boards import ReadBoards
    from petitions.usecases.read_desk import DeskView
    from petitions.usecases.read_figures import ReadFigures
    from petitions.usecases.read_petition import PetitionView
    from petitions.usecases.read_receipt import ReadReceipt
    from petitions.usecases.receive_event import ReceiveEvent
    from petitions.usecases.recompute_deadlines import RecomputeDeadlines
    from petitions.usecases.reconcile_portal import ReconcilePortal
    from petitions.usecases.recover_messages import RecoverMessages
    from petitions.usecases.relay import RelayUnpublished
    from petitions.usecases.repair_portal import RepairPortal
    from petitions.usecases.replay_at_the_desk import ReplayAtTheDesk
    from petitions.usecases.replaying import DeadLetters
    from petitions.usecases.reveal_contact import RevealContact
    from petitions.usecases.route_petition import RoutePetition
    from petitions.usecases.save_filter import SaveFilter
    from petitions.usecases.send_digests import SendDigests
    from petitions.usecases.send_notice import SendNotice
    from petitions.usecases.sending_limits import MinuteBudget, SendingSwitch
    from petitions.usecases.set_profile import SetProfile
    from petitions.usecases.settle_notice import SettleNotice
    from petitions.usecases.staff import Staff
    from petitions.usecases.staffing import Staffing
    from petitions.usecases.sweep_attachments import SweepAttachments
    from petitions.usecases.sweep_citizens import SweepCitizens
    from petitions.usecases.sweep_notices import SweepNotices
    from petitions.usecases.sweep_portal import SweepPortal
    from petitions.usecases.take_feedback import TakeFeedback
    from petitions.usecases.take_input import TakeInput
    from petitions.usecases.tell_units import TellUnits
    from petitions.usecases.timekeeping import Timekeeping
    from petitions.usecases.zalo_consent import AskConsent, TakeConsent
    from petitions.usecases.zalo_tokens import ZaloTokens

T = TypeVar("T")
S = TypeVar("S", bound=config.Settings)

_LOCK = threading.RLock()


def once(build: Callable[[], T]) -> Callable[[], T]:
    """`build` on first use, once a process, also when threads race for it."""
    made: list[T] = []

    @wraps(build)
    def get() -> T:
        if not made:
            with _LOCK:
                if not made:
                    made.append(build())
        return made[0]

    return get


def in_force(build: Callable[[Reference], T]) -> Callable[[], T]:
    """`build` on first use, and again once other reference data are in force: at most a minute later."""
    made: list[tuple[Reference, T]] = []

    @wraps(build)
    def get() -> T:
        current = reference_in_force()()
        if not made or made[0][0] is not current:
            with _LOCK:
                if not made or made[0][0] is not current:
                    made[:] = [(current, build(current))]
        return made[0][1]

    return get


def _settings(kind: type[S]) -> S:
    return config.load(kind, os.environ)


def entry(
    function: str, *, pushes: Mapping[str, Callable[[Push], object]], schedules: Mapping[str, Callable[[], Job]]
) -> Entry:
    """The door of a function. Its settings are read now: a wrong one stops the deployment, not the first message."""
    _settings(config.FUNCTIONS[function])
    return Entry(function, publisher, pushes, schedules, once(lambda: tracer(function)))


def tracer(function: str) -> Tracer:
    """Where this function's spans go; beside the emulators nowhere, unless a place is asked for."""
    settings = _settings(config.Traced)
    where = settings.traces or ("off" if on_emulator() else "cloud")
    if where == "off":
        return Untraced()
    from petitions.adapters.traces import OtelTracer, cloud_trace, collector

    return OtelTracer(function, settings.project, cloud_trace() if where == "cloud" else collector(where))


@once
def receive_event() -> ReceiveEvent:
    """The webhook's use case: standard library alone."""
    from petitions.adapters.clock import make_clock
    from petitions.adapters.pubsub_rest import RestPublisher
    from petitions.adapters.secret_keys import GivenKeys, MountedKeys
    from petitions.usecases.receive_event import MinuteCap, ReceiveEvent

    settings, clock = _settings(config.WebhookSettings), make_clock()
    given = settings.oa_secret_keys
    mounted = given.startswith("/")
    return ReceiveEvent(
        app_id=settings.app_id,
        oa_id=settings.oa_id,
        keys=MountedKeys(Path(given), config.secret_keys) if mounted else GivenKeys(config.secret_keys(given)),
        id_key=settings.id_key,
        publisher=RestPublisher(settings.pubsub_url, settings.project),
        clock=clock,
        max_age=timedelta(days=settings.event_max_age_days),
        quarantine=MinuteCap(clock),
    )


def verification() -> str:
    """The code of Zalo's domain verification, or nothing."""
    return _settings(config.WebhookSettings).verification


@once
def publisher() -> Publisher:
    """Pub/Sub through the official client."""
    from petitions.adapters.pubsub import PubsubPublisher

    return PubsubPublisher(_settings(config.Settings).project)


@once
def petitions_store() -> Store:
    """The database of petitions."""
    from petitions.adapters.firestore import FirestoreStore

    settings = _settings(config.WithPetitions)
    return FirestoreStore(settings.project, settings.database)


@once
def public_store() -> Store:
    """The database of what is public; the setting is the same for its writer and its reader."""
    from petitions.adapters.firestore import FirestoreStore

    settings = _settings(config.PublicSettings)
    return FirestoreStore(settings.project, settings.public_database)


@once
def reference_in_force() -> InForce:
    """Directory, calendar, rules, ladder and texts as `rules/current` has them."""
    from petitions.adapters.clock import make_clock
    from petitions.adapters.reference import InForce

    return InForce(petitions_store(), make_clock())


@in_force
def timekeeping(reference: Reference) -> Timekeeping:
    """Calendar, deadline rules and ladder in force."""
    from petitions.usecases.timekeeping import Timekeeping

    return Timekeeping(reference.rules, reference.calendar, reference.ladder, reference.chores)


@in_force
def conversation_effects(reference: Reference) -> Effects:
    """What the conversation can do."""
    from petitions.adapters.ids import RandomIds
    from petitions.usecases.effects import Effects
    from petitions.usecases.filing import Filing
    from petitions.usecases.guide import HanoiGuide
    from petitions.usecases.looking_up import LookingUp

    texts, directory = reference.texts, reference.directory
    return Effects(
        guide=HanoiGuide(directory, reference.places(boundaries()), reference.router(boundaries())),
        texts=texts,
        filing=Filing(RandomIds(), texts, timekeeping()),
        looking_up=LookingUp(directory, _settings(config.IntakeSettings).public_url),
    )


@in_force
def take_input(_: Reference) -> TakeInput:
    """The use case of `intake`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.take_input import TakeInput

    settings = _settings(config.IntakeSettings)
    return TakeInput(
        store=petitions_store(),
        publisher=publisher(),
        clock=make_clock(),
        id_key=settings.id_key,
        effects=conversation_effects(),
        silence=timedelta(minutes=settings.officer_silence_minutes),
    )


@once
def attachment_files() -> Files:
    """The bucket of attachments."""
    from petitions.adapters.storage import BucketFiles

    settings = _settings(config.WithAttachments)
    return BucketFiles(settings.project, settings.bucket)


@in_force
def keep_attachments(reference: Reference) -> KeepAttachments:
    """The use case of `attachments`."""
    from petitions.adapters.clock import make_clock
    from petitions.adapters.download import make_downloader
    from petitions.adapters.ids import RandomIds
    from petitions.usecases.keep_attachments import KeepAttachments
    from petitions.usecases.tell_attachments import TellAttachments

    return KeepAttachments(
        store=petitions_store(),
        publisher=publisher(),
        clock=make_clock(),
        ids=RandomIds(),
        downloader=make_downloader(_settings(config.AttachmentsSettings).hosts),
        files=attachment_files(),
        tell=TellAttachments(reference.texts),
    )


@once
def carry_attachments() -> CarryAttachments:
    """What a petition's birth asks of `attachments`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.carry_attachments import CarryAttachments

    return CarryAttachments(petitions_store(), publisher(), make_clock())


@once
def sweep_attachments() -> SweepAttachments:
    """The minute's sweep of `attachments`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.sweep_attachments import SweepAttachments

    return SweepAttachments(petitions_store(), publisher(), make_clock())


@in_force
def sweep_citizens(_: Reference) -> SweepCitizens:
    """The sweep of `intake`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.sweep_citizens import SweepCitizens

    return SweepCitizens(petitions_store(), publisher(), make_clock(), ids(), conversation_effects())


@once
def erase_citizen() -> EraseCitizen:
    """The sweep of erasures, in `attachments`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.erase_citizen import EraseCitizen
    from petitions.usecases.restrict_petition import RestrictPetition

    store, clock, files = petitions_store(), make_clock(), attachment_files()
    restrict = RestrictPetition(store, publisher(), clock, ids(), files)
    return EraseCitizen(store, clock, files, restrict, _settings(config.AttachmentsSettings).kept_years)


@in_force
def route_petition(reference: Reference) -> RoutePetition:
    """The use case of `routing`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.route_petition import RoutePetition

    router = reference.router(boundaries())
    return RoutePetition(petitions_store(), publisher(), make_clock(), router, reference.directory)


@once
def router() -> Router:
    """What decides where a petition goes, over the shipped directory: for files of petitions."""
    from petitions.adapters import reference

    return reference.shipped().router(boundaries())


@once
def boundaries() -> Boundaries | None:
    """The wards' boundaries, if the operator supplies a file of them."""
    from petitions.adapters.boundaries import read_boundaries

    return read_boundaries(os.environ.get("WARD_BOUNDARIES", "").strip())


@in_force
def fire_reminders(reference: Reference) -> FireReminders:
    """The use case of `reminders`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.fire_reminders import FireReminders
    from petitions.usecases.keep_house import KeepHouse

    return FireReminders(
        store=petitions_store(),
        publisher=publisher(),
        clock=make_clock(),
        ids=ids(),
        mail=_officer_mail(reference),
        timekeeping=timekeeping(),
        house=KeepHouse(reference.texts, timekeeping()),
    )


@in_force
def recompute_deadlines(reference: Reference) -> RecomputeDeadlines:
    """The job of `reminders` after a change of calendar or rules."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.recompute_deadlines import RecomputeDeadlines
    from petitions.usecases.tell_moves import TellMoves

    store, clock = petitions_store(), make_clock()
    tell = TellMoves(store, publisher(), clock, _officer_mail(reference))
    return RecomputeDeadlines(store, publisher(), clock, timekeeping(), reference.texts, tell)


def repair_deadlines() -> Job:
    """The same, anew, each night."""
    return recompute_deadlines().repair


@in_force
def hand_over(reference: Reference) -> HandOver:
    """The sweep of `reminders` for units that have been merged."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.hand_over import HandOver

    return HandOver(petitions_store(), publisher(), make_clock(), reference.directory)


def _officer_mail(reference: Reference) -> OfficerMail:
    """The e-mail of `reminders`."""
    from petitions.usecases.officer_mail import OfficerMail

    desk_url = _settings(config.RemindersSettings).desk_url
    return OfficerMail(reference.texts, reference.directory, desk_url)


@in_force
def tell_units(reference: Reference) -> TellUnits:
    """What is new for units, for `reminders`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.tell_units import TellUnits

    return TellUnits(petitions_store(), publisher(), make_clock(), ids(), _officer_mail(reference), timekeeping())


@in_force
def send_digests(reference: Reference) -> SendDigests:
    """The morning's digests of `reminders`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.send_digests import SendDigests

    return SendDigests(petitions_store(), publisher(), make_clock(), _officer_mail(reference), timekeeping(), staff())


@once
def relay_unpublished() -> RelayUnpublished:
    """The sweep of `relay`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.relay import RelayUnpublished

    return RelayUnpublished(petitions_store(), publisher(), make_clock())


@once
def fold_figures() -> FoldFigures:
    """The figures of each minute, in `relay`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.fold_figures import FoldFigures

    return FoldFigures(petitions_store(), make_clock())


@once
def check_figures() -> CheckFigures:
    """Their comparison with a full count, in `relay`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.check_figures import CheckFigures

    return CheckFigures(petitions_store(), make_clock(), fold_figures())


@once
def keep_dead_letter() -> KeepDeadLetter:
    """The consumer of `dead-letters`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.keep_dead_letter import KeepDeadLetter

    return KeepDeadLetter(petitions_store(), make_clock(), _settings(config.RelaySettings).id_key)


@in_force
def project_public(reference: Reference) -> ProjectPublic:
    """The consumer of `petition-events` that keeps the public database."""
    from petitions.usecases.public_view import ProjectPublic

    return ProjectPublic(petitions_store(), public_store(), reference.directory)


@once
def public_view() -> PublicView:
    """The use case of `public_site`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.public_view import PublicView

    return PublicView(public_store(), make_clock())


@in_force
def act_on_petition(reference: Reference) -> ActOnPetition:
    """What officers do, for the desk."""
    from petitions.adapters.clock import make_clock
    from petitions.adapters.ids import RandomIds
    from petitions.usecases.act_on_petition import ActOnPetition
    from petitions.usecases.answering import Answering
    from petitions.usecases.telling import Telling

    return ActOnPetition(
        store=petitions_store(),
        publisher=publisher(),
        clock=make_clock(),
        ids=RandomIds(),
        directory=reference.directory,
        timekeeping=timekeeping(),
        telling=Telling(reference.texts, reference.directory),
        answering=Answering(reference.answers),
    )


@in_force
def key_in(reference: Reference) -> KeyIn:
    """Petitions on paper or by telephone, for the desk."""
    from petitions.usecases.filing import Filing
    from petitions.usecases.key_in import KeyIn

    filing = Filing(ids(), reference.texts, timekeeping())
    return KeyIn(petitions_store(), publisher(), clock(), ids(), reference.directory, filing)


@in_force
def read_receipt(reference: Reference) -> ReadReceipt:
    """Their receipts."""
    from petitions.usecases.read_receipt import ReadReceipt

    return ReadReceipt(petitions_store(), reference.directory, reference.texts, desk_settings().public_url)


@in_force
def staffing(reference: Reference) -> Staffing:
    """Bulk work, hand-overs and deputies, for the desk."""
    from petitions.usecases.officer_mail import OfficerMail
    from petitions.usecases.staffing import Staffing

    mail = OfficerMail(reference.texts, reference.directory, desk_settings().desk_url)
    people = (staff(), act_on_petition(), reference.texts, mail)
    return Staffing(petitions_store(), publisher(), clock(), ids(), *people)


@in_force
def answer_templates(reference: Reference) -> AnswerTemplates:
    """The skeletons of answers, for the desk."""
    return reference.answers


@once
def draft_answer() -> DraftAnswer:
    """Answers being written, for the desk."""
    from petitions.usecases.draft_answer import DraftAnswer

    return DraftAnswer(petitions_store(), clock(), ids(), attachment_files())


@once
def zalo_tokens() -> ZaloTokens:
    """The tokens of the Official Account, in a database of their own."""
    from petitions.adapters.clock import make_clock
    from petitions.adapters.firestore import FirestoreStore
    from petitions.adapters.ids import RandomIds
    from petitions.adapters.zalo import ZaloTokenEndpoint
    from petitions.domain.grant import Grant
    from petitions.usecases.zalo_tokens import ZaloTokens

    settings = _settings(config.NotificationsSettings)
    return ZaloTokens(
        store=FirestoreStore(settings.project, settings.channel_database),
        oauth=ZaloTokenEndpoint(settings.oauth_url, settings.app_id, settings.app_secret_key),
        clock=make_clock(),
        ids=RandomIds(),
        first=Grant(
            project=settings.project,
            app_id=settings.app_id,
            oa_id=settings.oa_id,
            refresh_token=settings.refresh_token,
        ),
        vault=_vault(settings.tokens_vault),
        sleep=time.sleep,
        consent_url=f"{settings.desk_url}/zalo",
    )


def _vault(name: str) -> TokenVault:
    """A secret of Secret Manager, or on a laptop a file."""
    from petitions.adapters.token_vault import FileVault, SecretVault

    return FileVault(Path(name)) if name.startswith("/") else SecretVault(name)


@once
def take_consent() -> TakeConsent:
    """The consumer of the consents for the Official Account."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.zalo_consent import TakeConsent

    oa_id = _settings(config.NotificationsSettings).oa_id
    return TakeConsent(petitions_store(), make_clock(), zalo_tokens(), oa_id)


@once
def ask_consent() -> AskConsent:
    """The consent for the Official Account, as the desk asks for it."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.zalo_consent import AskConsent

    settings = _settings(config.DeskSettings)
    return AskConsent(
        store=petitions_store(),
        publisher=publisher(),
        clock=make_clock(),
        ids=ids(),
        app_id=settings.app_id,
        oauth_url=settings.oauth_url,
        desk_url=settings.desk_url,
    )


@once
def send_notice() -> SendNotice:
    """The use case of `notifications`."""
    from petitions.adapters.clock import make_clock
    from petitions.adapters.ids import RandomIds
    from petitions.adapters.mail import SmtpMailer
    from petitions.adapters.zalo import ZaloApi
    from petitions.domain.channels import Terms
    from petitions.usecases.prepare_notice import PrepareNotice
    from petitions.usecases.send_notice import SendNotice
    from petitions.usecases.send_part import SendPart
    from petitions.usecases.send_zalo import SendZalo

    settings = _settings(config.NotificationsSettings)
    clock = make_clock()
    messages = ZaloApi(settings.openapi_url, settings.business_url)
    terms = Terms(settings.paid_messages, _templates(settings.templates), settings.public_url)
    return SendNotice(
        store=petitions_store(),
        clock=clock,
        ids=RandomIds(),
        part=SendPart(
            SendZalo(zalo_tokens(), messages, minute_budget()),
            attachment_files,
            f"{settings.public_url}/assets/contact.png",
        ),
        mailer=SmtpMailer(settings.smtp_url, clock),
        prepare=PrepareNotice(clock, RandomIds(), terms, minute_budget(), sending_switch()),
    )


def _templates(raw: str) -> dict[str, Template]:
    """The approved templates by kind of notice."""
    from pydantic import TypeAdapter, ValidationError

    from petitions.domain.channels import Template
    from petitions.errors import ConfigError

    try:
        return TypeAdapter(dict[str, Template]).validate_json(raw)
    except ValidationError as error:
        where = {".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False)}
        raise ConfigError([f"ZALO_TEMPLATES is wrong at {', '.join(sorted(where))}"]) from error


@once
def minute_budget() -> MinuteBudget:
    """This instance's share of Zalo's limit."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.sending_limits import MinuteBudget

    calls = _settings(config.NotificationsSettings).calls_per_minute
    return MinuteBudget(make_clock(), max(1, calls // config.NOTIFICATIONS_INSTANCES))


@once
def sending_switch() -> SendingSwitch:
    """The operators' switch."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.sending_limits import SendingSwitch

    return SendingSwitch(petitions_store(), make_clock())


@once
def sweep_notices() -> SweepNotices:
    """The minute's sweep of `notifications`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.sweep_notices import SweepNotices

    return SweepNotices(petitions_store(), make_clock(), send_notice(), sending_switch(), minute_budget())


@once
def take_feedback() -> TakeFeedback:
    """The consumer of ratings in Zalo's templates."""
    from petitions.usecases.take_feedback import TakeFeedback

    return TakeFeedback(petitions_store(), publisher(), clock())


@once
def settle_notice() -> SettleNotice:
    """The consumer of Zalo's receipts and echoes."""
    from petitions.usecases.settle_notice import SettleNotice

    return SettleNotice(petitions_store(), _settings(config.NotificationsSettings).id_key)


@once
def recover_messages() -> RecoverMessages:
    """What an outage lost, read back from Zalo's conversations."""
    from petitions.adapters.clock import make_clock
    from petitions.adapters.zalo import ZaloConversations
    from petitions.usecases.recover_messages import RecoverMessages

    settings = _settings(config.NotificationsSettings)
    return RecoverMessages(
        store=petitions_store(),
        publisher=publisher(),
        clock=make_clock(),
        tokens=zalo_tokens(),
        history=ZaloConversations(settings.openapi_url),
        app_id=settings.app_id,
        oa_id=settings.oa_id,
        id_key=settings.id_key,
    )


@once
def portal() -> Portal:
    """The national portal, with one session for all threads."""
    from petitions.adapters.clock import make_clock
    from petitions.adapters.portal_gateway import PortalGateway

    settings = _settings(config.PortalSettings)
    return PortalGateway(
        settings.portal_url,
        username=settings.username,
        password=settings.password,
        unit_code=settings.unit_code,
        dstcode=settings.dstcode,
        mapping=portal_mapping(),
        clock=make_clock(),
    )


@in_force
def push_petition(reference: Reference) -> PushPetition:
    """The consumer of `petition-events` of `portal_sync`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.portal_files import PortalFiles
    from petitions.usecases.push_petition import PushPetition

    files = PortalFiles(petitions_store(), attachment_files(), portal())
    return PushPetition(petitions_store(), make_clock(), portal(), reference.directory, portal_breaker(), files)


@once
def portal_breaker() -> Breaker:
    """The portal's circuit breaker, as this process knows it."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.portal_breaker import Breaker

    return Breaker(petitions_store(), make_clock())


def sweep_portal() -> SweepPortal:
    """The minute's sweep of `portal_sync`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.sweep_portal import SweepPortal

    return SweepPortal(petitions_store(), make_clock(), push_petition())


def pull_changes() -> PullChanges:
    """The pull of `portal_sync`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.pull_changes import PullChanges

    return PullChanges(petitions_store(), make_clock(), portal(), apply_change(), portal_breaker(), repair_portal())


def reconcile_portal() -> ReconcilePortal:
    """The nightly comparison of `portal_sync`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.reconcile_portal import ReconcilePortal

    return ReconcilePortal(petitions_store(), make_clock(), portal(), portal_breaker(), repair_portal())


def repair_portal() -> RepairPortal:
    """What puts differences right."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.repair_portal import RepairPortal

    return RepairPortal(petitions_store(), publisher(), make_clock(), portal(), apply_change())


@in_force
def apply_change(reference: Reference) -> ApplyChange:
    """What does to petitions what the portal did."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.apply_change import ApplyChange
    from petitions.usecases.portal_births import PortalBirths

    births = PortalBirths(ids(), reference.directory, timekeeping())
    store, texts = petitions_store(), reference.texts
    return ApplyChange(store, publisher(), make_clock(), texts, timekeeping(), reference.directory, births)


def desk_settings() -> config.DeskSettings:
    """The settings of `desk`. Raises ConfigError where nobody could be known: no emulator and no audience."""
    settings = _settings(config.DeskSettings)
    if not (settings.iap_audience or on_emulator()):
        raise ConfigError(["IAP_AUDIENCE is missing"])
    return settings


@once
def identities() -> Identities:
    """Who signed in at Identity-Aware Proxy, for `desk` in the cloud."""
    import httpx

    from petitions.adapters.iap import IapIdentities

    return IapIdentities(desk_settings().iap_audience, httpx.Client())


def clock() -> Clock:
    """Time."""
    from petitions.adapters.clock import make_clock

    return make_clock()


def public_settings() -> config.PublicSettings:
    """The settings of `public_site`."""
    return _settings(config.PublicSettings)


def on_emulator() -> bool:
    """Whether this runs beside the Firestore emulator, so on a laptop: what may never run in the cloud asks this."""
    return bool(os.environ.get("FIRESTORE_EMULATOR_HOST"))


@in_force
def directory(reference: Reference) -> Directory:
    """Units and wards, for their names."""
    return reference.directory


@once
def ids() -> Ids:
    """Chance."""
    from petitions.adapters.ids import RandomIds

    return RandomIds()


@once
def staff() -> Staff:
    """The officers."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.staff import Staff

    return Staff(petitions_store(), make_clock())


@in_force
def note_petition(reference: Reference) -> NotePetition:
    """What officers write beside a petition."""
    from petitions.usecases.note_petition import NotePetition

    return NotePetition(petitions_store(), publisher(), clock(), ids(), reference.directory)


@once
def save_filter() -> SaveFilter:
    """The saved filters of officers."""
    from petitions.usecases.save_filter import SaveFilter

    return SaveFilter(petitions_store(), clock(), ids())


@in_force
def desk_view(reference: Reference) -> DeskView:
    """The work lists of `desk`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.read_desk import DeskView

    return DeskView(petitions_store(), make_clock(), reference.directory, timekeeping(), staff())


@once
def read_figures() -> ReadFigures:
    """The dashboards of `desk`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.read_figures import ReadFigures

    return ReadFigures(petitions_store(), make_clock())


@in_force
def manage_officers(reference: Reference) -> ManageOfficers:
    """The administrators' work at the `desk`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.manage_officers import ManageOfficers

    return ManageOfficers(petitions_store(), make_clock(), ids(), reference.directory)


@in_force
def read_boards(_: Reference) -> ReadBoards:
    """The coordinators' boards of `desk`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.read_boards import ReadBoards

    return ReadBoards(petitions_store(), make_clock(), timekeeping())


@once
def dead_letters() -> DeadLetters:
    """Dead letters, for `desk`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.replay_at_the_desk import TOPICS
    from petitions.usecases.replaying import DeadLetters

    return DeadLetters(petitions_store(), publisher(), make_clock(), TOPICS)


@once
def replay_at_the_desk() -> ReplayAtTheDesk:
    """Their replay by a coordinator, in `desk`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.replay_at_the_desk import ReplayAtTheDesk

    return ReplayAtTheDesk(petitions_store(), make_clock(), ids(), dead_letters())


@in_force
def petition_view(reference: Reference) -> PetitionView:
    """One petition, for `desk`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.read_petition import PetitionView

    return PetitionView(petitions_store(), make_clock(), reference.directory, timekeeping(), staff())


@once
def portal_mapping() -> PortalNames:
    """The portal's names."""
    from petitions.adapters import reference
    from petitions.adapters.portal_mapping import Mapping
    from petitions.domain.reference_data import parse

    return parse(Mapping, reference.parsed("portal.json"), "portal.json")


@once
def desk_differences() -> DeskDifferences:
    """Where the portal differs, for `desk`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.desk_differences import DeskDifferences

    return DeskDifferences(petitions_store(), make_clock(), ids())


def portal_state(word: str) -> str:
    """The label of a state that the portal has its own word for; an unknown word names itself."""
    from petitions.domain.lifecycle import STATE_LABELS, State

    return {portal: STATE_LABELS[State(ours)] for ours, portal in portal_mapping().states.items()}.get(word, word)


@in_force
def erase_at_the_desk(reference: Reference) -> EraseAtTheDesk:
    """The erasure that a coordinator begins."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.erase_at_the_desk import EraseAtTheDesk

    return EraseAtTheDesk(petitions_store(), publisher(), make_clock(), ids(), reference.texts)


@once
def reveal_contact() -> RevealContact:
    """Who filed a petition, for `desk`, with a line of the audit."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.reveal_contact import RevealContact

    return RevealContact(petitions_store(), make_clock(), ids())


@once
def read_attachment() -> ReadAttachment:
    """The files of petitions, for `desk`."""
    from petitions.usecases.read_attachment import ReadAttachment

    return ReadAttachment(petitions_store(), attachment_files(), petition_view())


@in_force
def plan_recovery(reference: Reference) -> PlanRecovery:
    """A head's plan for what is overdue, for `desk`."""
    from petitions.adapters.clock import make_clock
    from petitions.usecases.plan_recovery import PlanRecovery

    return PlanRecovery(petitions_store(), publisher(), make_clock(), ids(), reference.calendar)


@once
def set_profile() -> SetProfile:
    """An officer's own settings, for `desk`."""
    from petitions.usecases.set_profile import SetProfile

    return SetProfile(petitions_store())
