"""The list of all stored fields: the personal data that they may hold, and their treatment in an erasure.

Documents of the types in DELETED_RECORDS are deleted as a whole. For all other types, every field has a treatment.
Tests compare the list with the models, with the paths that the code writes (`stored_documents`) and with stored
documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import unquote_plus

from pydantic import BaseModel

from petitions.domain.citizen.citizen import Citizen, OwnPetition, StoredInput
from petitions.domain.citizen.guidance import Guidance
from petitions.domain.citizen.recovered import RecoveryState
from petitions.domain.contact.contact_request import ContactRequest
from petitions.domain.difficulties.difficulty import Difficulty, DifficultyFile, MadeChange, StepTaken
from petitions.domain.figures.published_figures import (
    CityFigures,
    PeriodTables,
    PublishedPeriod,
    PublishedRow,
    UnitFigures,
    UnitTables,
)
from petitions.domain.figures.stored_figures import (
    DueFigures,
    FiguresCheck,
    FlowFigures,
    OpenFigures,
    StandingFigures,
)
from petitions.domain.jobs.job import Job, JobFile
from petitions.domain.lifecycle.lifecycle import OPEN_STATES
from petitions.domain.mailbox.mail import Mail, MailboxState, MailFile, MailMark
from petitions.domain.notices.notice import Notice
from petitions.domain.officers.audit import AuditEntry
from petitions.domain.officers.list_layout import ListLayout
from petitions.domain.officers.officer import Deputy, Officer, OpenPage, SavedFilter, StandsIn, with_filters
from petitions.domain.officers.service_account import ServiceAccount, ServiceKey
from petitions.domain.pages.browsers import PageBrowsers
from petitions.domain.pages.page_copy import PageCopy
from petitions.domain.papers.paper import Paper, PaperRegister
from petitions.domain.papers.sheet import Sheet
from petitions.domain.petition.answering import AnswerTemplate, UnitAnswers
from petitions.domain.petition.classification import Classification
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.known_person import KnownPerson
from petitions.domain.petition.outcomes import AnswerDocument, DraftDocument
from petitions.domain.petition.petition import Addition, Contact, KeyedIn, Petition, Rating, RecoveryPlan, RoutingResult
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.petition.stored_answer import AnswerDraft, Publication, StoredAnswer
from petitions.domain.petition.transfers import RoutingCorrection
from petitions.domain.portal.portal_change import InboundChange, PortalFiling
from petitions.domain.portal.portal_differences import Difference
from petitions.domain.privacy.erasure import Erasure
from petitions.domain.publishing.digit_tries import GuessBudget
from petitions.domain.publishing.figure_names import FigureNames
from petitions.domain.publishing.late_step import LateStep
from petitions.domain.publishing.own_view import SealedDoor
from petitions.domain.publishing.public import PublicResult, PublicStatus
from petitions.domain.publishing.published import IndexedPart, PublishedResult, ResultFacets
from petitions.domain.publishing.search_index import IndexPart
from petitions.domain.reminders.deadline_moves import MovedDeadlines, RecomputeJob
from petitions.domain.reminders.digests import Digest
from petitions.domain.reports.frozen import FrozenFile, FrozenReport, FrozenVersion, PublicNumber, PublicReport
from petitions.domain.scoring.scoring import Contest, Scoring, ScoringVersion
from petitions.domain.shared.edges import Until
from petitions.domain.shared.personal import Personal, personal_classes
from petitions.domain.shared.records import Record, replace
from petitions.domain.units.versions import ReferenceVersion, VersionsInForce
from petitions.domain.watch.arrivals import Arrivals
from petitions.domain.watch.schedule_run import ScheduleRun
from petitions.domain.zalo.grant import ZaloGrant
from petitions.domain.zalo.zalo_consent import ZaloConsent

R = TypeVar("R", bound=BaseModel)
TextMask = Callable[[str], str]


class ErasureTreatment(StrEnum):
    """The treatment of a field in an erasure."""

    OURS = "ours"
    """Ids, states, times and figures written by the system, and officials' own data. They stay."""
    WHO = "who"
    """Data that identify the citizen, or that the citizen gave besides the petition. They are removed."""
    FILE = "file"
    """Texts of the file that the law keeps. The petitioner is removed from them at once, the rest after the retention
    period.
    """
    WORDS = "words"
    """Officers' texts that are public or kept for good. The petitioner is removed from them."""
    WITHIN = "within"
    """A record, or a list of records, with treatments of its own fields."""


_O, _W, _F, _I = ErasureTreatment.OURS, ErasureTreatment.WHO, ErasureTreatment.FILE, ErasureTreatment.WITHIN
_T = ErasureTreatment.WORDS


def _fields(**parts: ErasureTreatment) -> Mapping[str, ErasureTreatment]:
    return MappingProxyType(parts)


def _ours(names: str) -> dict[str, ErasureTreatment]:
    return dict.fromkeys(names.split(), _O)


DELETED_RECORDS: frozenset[type[Record]] = frozenset(
    {StoredInput, PetitionFile, Guidance, ContactRequest, SealedDoor, PageCopy}
)
"""Notices to the citizen are deleted too. Notices to officers are classified below."""

PERSONAL_DATA_FIELDS: Mapping[type[BaseModel], Mapping[str, ErasureTreatment]] = {
    Citizen: _fields(
        **_ours("schema_version last_interaction_at erased_at"),
        zalo_id=_W,
        consent=_W,
        contact=_W,
        language=_W,
        petitions=_I,
        conversation=_W,
        next_attempt_at=_W,
        following=_W,
        silent_until=_W,
        untold=_W,
        recovered=_W,
        posts=_W,
        changes=_O,
    ),
    OwnPetition: _fields(code=_O, filed_at=_O, title=_W, fingerprint=_W, page=_W),
    # `citizen` is the HMAC. It identifies nobody without the key and the Zalo id, which is erased. It lets returning
    # petitioners look up and withdraw their petitions, and lets an erasure be repeated after a restore.
    Petition: _fields(
        **_ours("schema_version code source citizen kind petition_class level ward state came_from unit handler"),
        **_ours("held_by clocks due_at next_attempt_at rungs accountable news told_at rating_asked_at derived_from"),
        **_ours("closing_held_until lateness_told_at legal_basis"),
        **_ours(
            "accused closed_with opened_by sync filed_at restricted_at version coordinating help_awaited refused_for"
        ),
        **_ours("merged_into merged absorbed"),
        # The key of the filer's page, which ends when the petition is restricted: it finds the copy to remove.
        **_ours("changed page page_until apart_from papers"),
        decision=_F,
        title=_F,
        content=_F,
        files=_W,
        additions=_I,
        address=_F,
        location=_W,
        contact=_I,
        recovery=_I,
        classified=_I,
        routed=_I,
        taken=_I,
        drafted=_I,
        reply=_I,
        publication=_I,
        rating=_I,
    ),
    Contact: _fields(),  # by the classes of its fields
    # The number of another system's ticket leads to its filer. Its mark stays, so that an erased petition is not filed
    # again.
    KeyedIn: _fields(
        **_ours("by unit at notice key body channel number_mark dated answered_back late"), number=_W, authority=_F
    ),
    Addition: _fields(by=_O, input=_O, at=_O, type=_O, text=_F, correction=_O),
    RecoveryPlan: _fields(text=_F, until=_O, by=_O, at=_O),
    RoutingResult: _fields(
        **_ours("proposals confidence auto may_accuse ward_choices directory_version nature statement coordinating at"),
        why=_F,
    ),
    Classification: _fields(**_ours("nature statement field by at")),
    # The files of an answer usually address the citizen by name: they are removed like the citizen's own.
    StoredAnswer: _fields(
        **_ours("author unit written_at approved_by approved_instead_of approved_at doubts outcome"),
        document=_I,
        text=_F,
        basis=_F,
        attachments=_W,
        no_evidence=_F,
        fingerprint=_W,
    ),
    AnswerDraft: _fields(**_ours("by at outcome"), document=_I, basis=_F, text=_F, attachments=_W, no_evidence=_F),
    Publication: _fields(summary=_T, answer=_T, by=_O, at=_O),  # public, and projected again after every change
    # The signer is an officer.
    AnswerDocument: _fields(**_ours("number date signer position")),
    DraftDocument: _fields(**_ours("number date signer position")),
    Rating: _fields(level=_O, at=_O, reason=_F),
    # An issued paper keeps its number, and the hashes of files that are gone: the register has no gaps.
    Paper: _fields(
        **_ours(
            "schema_version id code unit kind state drafted_by drafted_at number year issued_by issued_at rendered"
        ),
        **_ours("issued_instead_of writers facts pdf docx signature making fault handed_at handed_by"),
        subject=_F,
        body=_F,
        sheet=_I,
        object=_W,
    ),
    Sheet: _fields(
        **_ours("superior issuer place symbol number day year heading recipients authority signer"),
        subject=_F,
        addressee=_W,
        body=_F,
    ),
    PaperRegister: _fields(**_ours("schema_version unit year last day")),
    HistoryEntry: _fields(
        **_ours("schema_version seq at action role actor unit from_state to_state clock_effects figures unfolded_at"),
        **_ours("instead_of actor_unit promised counted_under outcome asked"),
        classified=_I,
        reason=_F,
        filer_text=_F,
    ),
    Notice: _fields(
        **_ours(
            "schema_version id kind channel citizen officer about mentions page state created_at expires_at attempt"
        ),
        **_ours("next_attempt_at message_ids sent_at error route reasons closed waits_for repeated"),
        asks_rating=_O,
        subject=_W,
        text=_W,
        form=_O,
        files=_W,
        template=_W,
    ),
    InboundChange: _fields(
        **_ours("schema_version id kind code national_code key unit level strange at received_at state reason tries"),
        text=_F,
        filed=_I,
        raw=_W,
    ),
    PortalFiling: _fields(**_ours("code unit ward kind at"), title=_F, content=_F),  # and the filer's classes
    Difference: _fields(
        **_ours("schema_version id kind code national_code reason here there repair state found_at seen_at times by")
    ),
    # `done` are HMACs of the citizens with conversations read in this round.
    RecoveryState: _fields(**_ours("schema_version read_to until offset done warned_at")),
    # Figures: counts by place and time.
    StandingFigures: _fields(**_ours("schema_version unit day total units fields wards kinds")),
    FlowFigures: _fields(**_ours("schema_version unit day total units fields wards kinds days mends")),
    OpenFigures: _fields(**_ours("schema_version unit total units fields wards kinds as_of mends")),
    DueFigures: _fields(**_ours("schema_version unit day cells mends")),
    FiguresCheck: _fields(**_ours("schema_version day at differences found")),
    # The officer and the reason of a view or an erasure are the office's own record of its conduct.
    AuditEntry: _fields(
        **_ours("schema_version officer role instead_of unit what code citizen action seq subject words at expires_at"),
        reason=_T,
    ),
    # An officer's request, in ids and days. The file is in Cloud Storage for a day.
    Job: _fields(
        **_ours("schema_version id kind params by role instead_of unit asked_at state done total attempt failure"),
        **_ours("files finished_at until next_attempt_at expires_at"),
    ),
    FrozenReport: _fields(**_ours("schema_version id form period_kind period_name period_label until versions public")),
    FrozenVersion: _fields(**_ours(" ".join(FrozenVersion.model_fields))),
    PublicReport: _fields(**_ours(" ".join(PublicReport.model_fields))),
    PublicNumber: _fields(**_ours(" ".join(PublicNumber.model_fields))),
    FrozenFile: _fields(**_ours(" ".join(FrozenFile.model_fields))),
    JobFile: _fields(**_ours("object name media_type size sha256")),
    PageBrowsers: _fields(**_ours("schema_version known sent"), at=_O, expires_at=_O),
    # Under the keyed hash of a client's address, which expires within days.
    GuessBudget: _fields(**_ours("schema_version wrong began_at expires_at")),
    Erasure: _fields(
        **_ours("schema_version by asked_at until stage notice profile petition kept done_at next_attempt_at tries"),
        known=_W,  # until the erasing is over
    ),
    OpenPage: _fields(**_ours("code at")),
    Officer: _fields(
        **_ours("schema_version id name email unit role position phone on_duty left_at filters_until"),
        looks_at=_I,
        layout=_I,
        deputy=_I,
        stands_in=_I,
        filters=_I,
    ),
    Deputy: _fields(**_ours("officer since until mandate")),
    ServiceAccount: _fields(**_ours("schema_version id name unit channel rights a_minute made_at closed_at"), keys=_I),
    ServiceKey: _fields(**_ours("id hash made_at ending used_on")),
    StandsIn: _fields(**_ours("officer mandate since until")),
    # A list that was saved to find the citizen is removed as a whole (`without_filters`).
    SavedFilter: _fields(**_ours("id shared until"), name=_T, query=_T, text=_T),
    ListLayout: _fields(**_ours("columns sort")),
    # Officers' words about their work. A file may show a citizen's papers, so it is removed with that citizen's.
    Difficulty: _fields(
        **_ours("schema_version id kind unit by at page code state assigned due helped closed_at version changed_at"),
        concerned=_O,
        text=_T,
        files=_W,
        group=_T,
        answer=_T,
        changes=_I,
        steps=_I,
    ),
    DifficultyFile: _fields(**_ours("id media_type size sha256 object"), name=_W),
    MadeChange: _fields(**_ours("kind at by"), what=_T),
    StepTaken: _fields(**_ours("step at by unit"), text=_T),
    # The citizen's own mails are removed as a whole (`mask_elsewhere`). In others they are masked.
    Mail: _fields(
        **_ours("schema_version id unit arrived_at automatic fault apart twin state code by form version changed_at"),
        **_ours("words_until message_id"),
        subject=_T,
        text=_T,
        files=_I,
        reason=_T,
    ),
    MailFile: _fields(**_ours("id media_type size sha256 object kept reason"), name=_T),
    # The hash of deleted headers, so that a message is not read a second time.
    MailMark: _fields(**_ours("validity uid fingerprint mail at")),
    Arrivals: _fields(**_ours("schema_version looked_until missed slots busy")),
    ScheduleRun: _fields(**_ours("schema_version ended_at")),
    MailboxState: _fields(**_ours("schema_version validity uid trying tries lease_until failing_since")),
    Scoring: _fields(
        **_ours("schema_version id period_kind period_name label since until contest_until changed_at version"),
        versions=_I,
        contests=_I,
    ),
    ScoringVersion: _fields(**_ours(" ".join(ScoringVersion.model_fields))),
    Contest: _fields(**_ours("id unit criterion code by at state answered_by answered_at"), why=_T, answer=_T),
    RoutingCorrection: _fields(
        **_ours("schema_version id code seq unit proposed auto kind directory_version officer at")
    ),
    # Of the public data only the texts of a publication are people's words.
    PublicStatus: _fields(
        **_ours(
            "schema_version published_at code state unit unit_name filed_at due_at due_why answered_at merged_into"
        ),
        **_ours("result_id version"),
        result=_I,
        late_step=_I,
    ),
    LateStep: _fields(**_ours("clock due_at until reminded keyed_late"), reason=_F),
    PublishedResult: _fields(
        **_ours("schema_version result_id unit unit_name field field_name ward ward_name outcome steps published_at"),
        **_ours("keys part"),
        result=_I,
    ),
    IndexPart: _fields(**_ours("schema_version"), packed=_T),
    IndexedPart: _fields(**_ours("results revision")),
    CityFigures: _fields(**_ours(" ".join(CityFigures.model_fields))),
    UnitTables: _fields(**_ours(" ".join(UnitTables.model_fields))),
    UnitFigures: _fields(**_ours(" ".join(UnitFigures.model_fields))),
    PeriodTables: _fields(**_ours(" ".join(PeriodTables.model_fields))),
    PublishedPeriod: _fields(**_ours(" ".join(PublishedPeriod.model_fields))),
    PublishedRow: _fields(**_ours(" ".join(PublishedRow.model_fields))),
    FigureNames: _fields(**_ours("schema_version units fields wards terms")),
    ResultFacets: _fields(**_ours("schema_version total counts names parts")),
    PublicResult: _fields(**_ours("late_steps"), summary=_T, answer=_T, in_time=_O),
    Digest: _fields(**_ours("schema_version unit at expires_at standings")),
    MovedDeadlines: _fields(**_ours("schema_version job code unit moves expires_at")),
    RecomputeJob: _fields(**_ours("schema_version id basis state run_at after")),
    UnitAnswers: _fields(**_ours("schema_version by at"), templates=_I),
    AnswerTemplate: _fields(id=_O, name=_T, text=_T, basis=_T),
    # Reference data: units, calendars, rules and the office's texts.
    ReferenceVersion: _fields(**_ours("schema_version kind version since until data loaded_at")),
    VersionsInForce: _fields(**_ours("schema_version kinds mergers unit_edits edited changed_at")),
    ZaloGrant: _fields(**_ours(" ".join(ZaloGrant.model_fields))),
    ZaloConsent: _fields(**_ours(" ".join(ZaloConsent.model_fields))),
}


@cache
def treatments_of(model: type[BaseModel]) -> Mapping[str, ErasureTreatment]:
    """Return the treatment of every field of a type.

    A field with a class of personal data is treated by that class (`shared/personal.py`), any other as listed in this
    module. A subclass is treated like its base class.
    """
    declared = next((PERSONAL_DATA_FIELDS[item] for item in model.__mro__ if item in PERSONAL_DATA_FIELDS), {})
    classed = personal_classes(model).items()
    return MappingProxyType({**declared, **{name: _O if kind is Personal.NOBODY else _W for name, kind in classed}})


def without_who(record: R, words: TextMask, file: TextMask) -> R:
    """Return the record without the citizen's identity. Calling it again changes nothing.

    `words` masks officers' texts. `file` masks texts of the file that the law keeps.
    """
    return _rewritten(record, words, file, forgets=True)


def masked_words(record: R, mask: TextMask) -> R:
    """Return the record with `mask` applied to all free texts. Fields that identify the citizen stay."""
    return _rewritten(record, mask, mask, forgets=False)


def _rewritten(record: R, words: TextMask, file: TextMask, *, forgets: bool) -> R:
    updates: dict[str, Any] = {}
    for name, part in treatments_of(type(record)).items():
        value = getattr(record, name)
        if part is ErasureTreatment.WHO and forgets:
            updates[name] = _empty(record, name)
        elif part is ErasureTreatment.FILE:
            updates[name] = _through(value, file)
        elif part is ErasureTreatment.WORDS:
            updates[name] = _through(value, words)
        elif part is ErasureTreatment.WITHIN:
            updates[name] = _within(value, words, file, forgets=forgets)
    return replace(record, **updates)


def _empty(record: BaseModel, name: str) -> Any:
    field = type(record).model_fields[name]
    if not field.is_required():
        return field.get_default(call_default_factory=True)
    return type(getattr(record, name))()


def _through(value: Any, words: TextMask) -> Any:
    if isinstance(value, str):
        return words(value)
    if isinstance(value, list):
        return [_through(item, words) for item in value]
    if isinstance(value, dict):
        return {name: _through(item, words) for name, item in value.items()}
    return value


def _within(value: Any, words: TextMask, file: TextMask, *, forgets: bool) -> Any:
    if isinstance(value, list):
        return [_rewritten(item, words, file, forgets=forgets) for item in value]
    return _rewritten(value, words, file, forgets=forgets) if isinstance(value, BaseModel) else value


def no_words(_: str) -> str:
    """Return "", the mask that empties every text of a file after the retention period."""
    return ""


def without_filters(officer: Officer, person: KnownPerson) -> Officer:
    """Return the officer without the saved filters that contain data of this person."""
    kept = [
        saved_filter
        for saved_filter in officer.filters
        if not any(
            map(
                person.is_in,
                (saved_filter.name, saved_filter.text, saved_filter.query, unquote_plus(saved_filter.query)),
            )
        )
    ]
    return with_filters(officer, kept)


def must_keep(petition: Petition, years: int, now: datetime) -> bool:
    """Return whether the law still requires the file: while open, and for `years` from its filing (LAW 5.4)."""
    return petition.state in OPEN_STATES or now in Until(kept_until(petition, years))


def kept_until(petition: Petition, years: int) -> datetime:
    """Return the time from which the law no longer requires the file."""
    day = petition.filed_at
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year + years, month=3, day=1)
    return day.replace(year=day.year + years)
