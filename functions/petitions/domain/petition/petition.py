"""The petition as stored in `petitions/{code}`, with its history and its attachments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field

from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.clock.ladder import Recipient
from petitions.domain.language.searching import PHONE_END, KeyKind, name_keys, search_key, search_words
from petitions.domain.language.similarity import fingerprint
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.lifecycle.refusal_reasons import RefusalReason
from petitions.domain.lifecycle.transitions import OPEN_STATES
from petitions.domain.petition.classification import COMPLAINT_CLASSES, Classification, Nature, PetitionClass, Statement
from petitions.domain.petition.contacts import dialled
from petitions.domain.petition.history_counts import NOT_KNOWN, FiguresPlace, slot_mark
from petitions.domain.petition.petition_file import FileRef
from petitions.domain.petition.stored_answer import AnswerDraft, Publication, StoredAnswer
from petitions.domain.shared.channel import CHANNEL_LABELS, Channel
from petitions.domain.shared.personal import Personal, fields_of
from petitions.domain.shared.records import Day, Instant, Record, Root
from petitions.domain.units.directory import INSPECTORS, UNKNOWN_OFFICE, UNKNOWN_WARD

PORTAL_FILER = "portal"
"""The `citizen` of a petition filed on the national portal. Such a filer cannot be reached on Zalo."""

COORDINATORS = "VPUB"
"""Văn phòng UBND thành phố, the single receiving point (LAW 1.5). Petitions without a certain unit wait there."""

WARDS = "PX-"
"""The first letters of the unit codes of all wards."""

RATING_LABELS = {1: "Rất hài lòng", 2: "Hài lòng", 3: "Chưa hài lòng"}
"""The three levels of the national portal (PLATFORM 6.7)."""

LOW_RATING = 3

TITLE_LENGTH = 90
"""The most characters of a petition's title."""

FOUND_BY_FIELDS = ("words", "found_by")
"""The stored search fields, which are derived from other fields."""

MOST_COMPARED_HASHES = 30
"""Firestore's limit of values in one `array-contains-any`."""

NewsKind = Literal[
    "new",
    "assigned",
    "returned",
    "reopened",
    "supplement",
    "wait_over",
    "level",
    "submitted",
    "approved",
    "due_today",
    "overdue",
]


ReplyBy = Literal["zalo", "phone", "email", "post"]
"""The way in which the petitioner wants to get the answer, besides the channel of the petition itself."""
AnswerWay = Literal["phone", "email", "post", "channel"]
"""The way in which an answer goes to its filer besides Zalo, the portal and the filer's page.

`channel` means the channel on which the petition came, such as a hotline.
"""


CONTACT_FIELDS: Mapping[str, str] = {"name": "name", "phone": "phone", "home": "address", "email": "email"}
"""The fields of `Contact` that petitioners correct, by their names in forms and in commands."""


class Contact(Record):
    """The contact data of a petitioner.

    The law asks for name, address and telephone (LAW 1.3), the national portal for e-mail (LAW 2.3).

    Every field has a class that controls masking, erasure, search and copies (`shared/personal.py`).
    """

    name: Annotated[str, Personal.NAME]
    phone: Annotated[str, Personal.PHONE]
    address: Annotated[str, Personal.HOME] = ""
    email: Annotated[str | None, Personal.EMAIL] = None
    type: Annotated[Literal["individual", "business"], Personal.NOBODY] = "individual"
    reply_by: Annotated[ReplyBy | None, Personal.NOBODY] = None

    @property
    def phones(self) -> list[str]:
        found = (getattr(self, name) for name in fields_of(Contact, Personal.PHONE))
        return [item for item in found if item]

    def by_form(self) -> dict[str, str]:
        """Return the values that petitioners can correct, by field name of the forms. Missing ones are ""."""
        return {name: getattr(self, own) or "" for name, own in CONTACT_FIELDS.items()}

    def shown(self) -> dict[str, str]:
        """Return the values of `by_form` for display, with telephone numbers in domestic form."""
        values = self.by_form()
        return {**values, **{name: dialled(values[name]) for name in NUMBER_FIELDS}}


NUMBER_FIELDS = tuple(name for name, own in CONTACT_FIELDS.items() if own in fields_of(Contact, Personal.PHONE))
"""The names in CONTACT_FIELDS of telephone numbers, which are checked, stored and shown alike."""


class Location(Record):
    """A point in degrees (WGS 84)."""

    latitude: float
    longitude: float


class UnitProposal(Record):
    """A unit that may be responsible, with the routing's score."""

    unit: str
    score: float


class RoutingResult(Record):
    """The units that the routing proposes for a petition, with the reasons, and other proposed values."""

    proposals: list[UnitProposal]
    why: list[str]
    confidence: float
    auto: bool
    may_accuse: bool = False
    """Whether the petition may be about the conduct of the proposed unit. Then no unit is preselected."""
    ward_choices: list[str] = Field(default_factory=list)
    """If a ward is responsible but it is uncertain which, the wards to offer as a choice, likeliest first."""
    directory_version: str
    """The version of the unit directory used by the routing."""
    nature: Nature | None = None
    """The nature that the routing proposes."""
    statement: Statement | None = None
    coordinating: list[str] = Field(default_factory=list)
    """Units that might help. An officer decides whether to ask them."""
    at: Instant


Source = Literal["zalo", "portal", "paper", "phone"]
"""The origin of a petition. Officers enter `paper` and `phone`."""


class LegalBasis(StrEnum):
    """The legal ground for registering a petition and processing its personal data."""

    CONSENT = "consent"
    """The filer's explicit consent (LAW 5.1)."""
    STATUTORY_DUTY = "statutory_duty"
    """The duty to register and handle all that reaches the office, which needs no consent (LAW 5.10, LAW 2.4)."""


LEGAL_BASIS_LABELS: Mapping[LegalBasis, str] = {
    LegalBasis.CONSENT: "sự đồng ý của người gửi",
    LegalBasis.STATUTORY_DUTY: "nhiệm vụ luật giao, không cần đồng ý",
}


def legal_basis_of(source: Source) -> LegalBasis:
    """Return CONSENT for a petition from Zalo and STATUTORY_DUTY for any other source."""
    return LegalBasis.CONSENT if source == "zalo" else LegalBasis.STATUTORY_DUTY


WAYS_IN: tuple[str, ...] = (*get_args(Source), *Channel)
"""All origins by which petitions are counted: a source, or the channel chosen by the officer who entered the petition.
"""


class KeyedIn(Record):
    """The entry of a petition from another channel, such as a letter, by an officer or another system."""

    model_config = ConfigDict(populate_by_name=True)

    by: str
    at: Instant
    notice: str = Field(alias="consent")
    """The version of the notice of data processing given to the filer. Stored under its former name, `consent`."""
    key: str
    """The idempotency key of the entry. A second entry with the same key makes no second petition."""
    late: bool = False
    """Whether the deadline of the reception had already passed at the time of entry."""
    body: str = ""
    """The hash of the request's body, to notice a key sent again with other data."""
    channel: Channel | None = None
    """The channel on which the petition came. None in entries stored before channels were recorded."""
    unit: str | None = None
    """The unit of the officer at the time of entry. Absent in old entries."""
    number: str = ""
    """The number that the channel itself gave the petition."""
    number_mark: str = ""
    """The search key of `number` (`domain/shared/channel.py`)."""
    dated: Day | None = None
    """The date on the letter or other document with the petition."""
    authority: str = ""
    """The authority that forwarded the petition or sent the document."""
    answered_back: bool = False
    """Whether the filer gets the answer through the channel itself."""


class Addition(Record):
    """A message that joined the petition after filing, from the citizen or from an officer in Zalo's chat tool."""

    by: Literal["citizen", "officer"] = "citizen"
    input: str
    """The id of the stored message, and of the file if the message is one."""
    at: Instant
    type: str
    """The type of the message, or "withdrawal" for the reason why the filer withdrew."""
    text: str | None = None
    correction: bool = False
    """Whether the message corrects an earlier statement."""


class Rating(Record):
    """The citizen's rating of the answer."""

    level: Literal[1, 2, 3]
    """The level of the rating, a key of RATING_LABELS."""
    at: Instant
    reason: str | None = None


class PortalSync(Record):
    """The state of a petition's exchange with the national portal."""

    handled_seq: int = 0
    """The number of the last history line that was sent to the portal."""
    verify_seq: int = 0
    """The number of the last history line that the portal may know. Earlier calls are looked up before they are
    repeated.
    """
    submitting_since: Instant | None = None
    """Present only while the first submission is unconfirmed. Meanwhile the portal may list the petition as a new one.
    """
    portal_at: Instant | None = None
    """The time of the newest change on the portal that was applied here."""
    told_at: Instant | None = None
    """The time of the last successful push, i.e. a call that sent the petition to the portal."""
    attempt: int = 0
    refusals: int = 0
    """The number of clear refusals by the portal in a row."""
    next_at: Instant | None = None
    """The time of the next push. Present only while one is pending."""
    lease_until: Instant | None = None
    national_code: str | None = None
    failing_since: Instant | None = None
    files: list[str] = Field(default_factory=list)
    """The ids of the petition's own files that the portal has or refuses."""

    @property
    def in_doubt(self) -> bool:
        """Whether a call to the portal may have arrived without confirmation, because it failed or was cut off."""
        return self.attempt > 0 or self.lease_until is not None


class UnitNews(Record):
    """News that the unit handling the petition has not received yet. It is sent some minutes after `at`."""

    at: Instant
    kinds: list[NewsKind]
    duty_told: bool = False
    """Whether the coordinators on duty got urgent news outside working hours. The unit itself has not got the news yet.
    """
    first: bool = False
    """Whether this is the first news of the petition for the unit."""
    informed: list[str] = Field(default_factory=list)
    """The officers of the unit who already know all of these news, and get no message until there are more."""


class RecoveryPlan(Record):
    """The plan of a unit's head to make up for a missed deadline. The filer can read it."""

    text: str
    """The reason for the lateness, and the next steps."""
    until: Day
    """The day by which the next steps are to be done."""
    by: str
    at: Instant


class LastChange(Record):
    """The newest line of a petition's history. Open lists in a browser notice changes by it."""

    at: Instant
    action: str
    by: str | None = None
    """The id of the officer who made the change. None for citizens and the software."""


class MergedFrom(Record):
    """The data, besides `Petition.came_from`, that undoing a merge needs."""

    at: Instant
    awaited_from: State | None = None
    """The `came_from` before the merge, if the petition was waiting for its citizen."""


class Petition(Root):
    """A petition with its state, deadlines, answer and links to other petitions, stored in `petitions/{code}`."""

    code: str
    source: Source = "zalo"
    legal_basis: LegalBasis = Field(default_factory=lambda known: legal_basis_of(known["source"]))
    """The legal ground for processing the personal data. In old petitions it follows from `source`."""
    taken: KeyedIn | None = None
    """The entry, if an officer or another system entered the petition. None for Zalo and the portal."""
    citizen: str
    kind: str | None = None
    petition_class: PetitionClass = "pakn"
    """The class of the petition. While `classified` is None, the routing or the portal proposed it."""
    classified: Classification | None = None
    """The officer's classification. None before it."""
    accused: str | None = None
    """The unit accused of misconduct, which must not know of the petition ("PX-?": an unknown ward)."""
    closed_with: list[str] = Field(default_factory=list)
    """The accused units and complaint classes of its family, i.e. petitions merged with it or filed before it."""
    opened_by: str | None = None
    """The officer who last decided to let more people read the petition. This officer may not see the filer."""
    level: Literal["normal", "complex", "urgent"] = "normal"
    title: str
    content: str
    files: list[FileRef] = Field(default_factory=list)
    additions: list[Addition] = Field(default_factory=list)
    address: str
    ward: str | None = None
    location: Location | None = None
    contact: Contact
    state: State
    came_from: State | None = None
    """The state to return to when the citizen has answered, or when a merge or an assignment is undone."""
    unit: str = COORDINATORS
    coordinating: list[str] = Field(default_factory=list)
    """The units asked to help. They see the petition too."""
    help_awaited: list[str] = Field(default_factory=list)
    """The units asked to help that have not replied yet."""
    handler: str | None = None
    held_by: list[str] = Field(default_factory=list)
    """The units that have handled the petition, in order."""
    clocks: dict[str, PetitionClock] = Field(default_factory=dict)
    due_at: Instant | None = None
    next_attempt_at: Instant | None = None
    rungs: dict[str, int] = Field(default_factory=dict)
    accountable: Recipient = Recipient.HANDLER
    recovery: RecoveryPlan | None = None
    news: UnitNews | None = None
    told_at: dict[str, Instant] = Field(default_factory=dict)
    """The times at which officers were notified while the petition was urgent (reminders/tell_units.py)."""
    rating_asked_at: Instant | None = None
    lateness_told_at: Instant | None = None
    """The time of the last message to the filer that the petition is late."""
    closing_held_until: Instant | None = None
    """The time of the next attempt to close it. Present if the last attempt met an undecided request of the filer."""
    derived_from: str | None = None
    """The version of calendar and rules from which the open deadlines were computed."""
    routed: RoutingResult | None = None
    drafted: AnswerDraft | None = None
    reply: StoredAnswer | None = None
    refused_for: RefusalReason | None = None
    publication: Publication | None = None
    decision: str | None = None
    """The officer's reason for refusing or forwarding the petition."""
    merged_into: str | None = None
    """The code of the main petition on the same matter."""
    merged: MergedFrom | None = None
    absorbed: list[str] = Field(default_factory=list)
    """The codes of the petitions merged into this one."""
    papers: list[str] = Field(default_factory=list)
    """The numbers of the issued papers, as printed: "05/SXD-PAKN"."""
    apart_from: str | None = None
    """The code of the petition from which this one was split off because its words report misconduct of the unit there.
    """
    rating: Rating | None = None
    sync: PortalSync = PortalSync()
    filed_at: Instant
    restricted_at: Instant | None = None
    """The time at which the petitioner's data were erased. The law keeps the rest (privacy/personal_data.py)."""
    version: int = 1
    """The number of the last line of the history."""
    changed: LastChange | None = None
    """The newest line of the history. Absent in old petitions until their first change."""
    page: str | None = None
    """The random letters in the link to the filer's page."""
    page_until: Instant | None = None
    """The time until which the link opens the page in any browser without a confirmation."""

    @property
    def grounds(self) -> frozenset[str]:
        """Grounds for confidentiality: accused units and complaint classes of the petition and its family."""
        own = {self.accused} if self.accused else set()
        return frozenset({*own, *({self.petition_class} & COMPLAINT_CLASSES), *self.closed_with})

    @property
    def may_accuse(self) -> bool:
        """Return whether the routing suspects an unknown office, and no officer has classified the petition."""
        unread = self.accused is None and self.classified is None
        return unread and self.routed is not None and self.routed.may_accuse

    @property
    def is_doubted(self) -> bool:
        """Return whether the petition may be about an office's conduct while the office is still unknown."""
        return self.may_accuse or UNKNOWN_OFFICE in self.grounds

    @property
    def accuses_coordinators(self) -> bool:
        """Return whether the petition or its family accuses the coordinators and is therefore hidden from them."""
        return COORDINATORS in self.grounds

    def accuses(self, unit: str) -> bool:
        """Return whether the petition or its family is, or may be, about this unit's own conduct.

        While the accused office is unknown, it may be any unit except the coordinators. While only the ward is unknown,
        it may be any ward.
        """
        if self.is_doubted and unit != COORDINATORS:
            return True
        return unit in self.grounds or (UNKNOWN_WARD in self.grounds and unit.startswith(WARDS))

    def is_kept_by(self, unit: str) -> bool:
        """Return whether the petition accuses the coordinators, and this unit handles it in their place."""
        return self.accuses_coordinators and self.unit == unit and unit not in self.grounds

    @property
    def words(self) -> list[str]:
        """Return the search words of the petition: its text as officers read it, without the filer's name.

        Codes and numbers come first, then the office's text, then the filer's, so that a limit on their number cuts
        only the end of a long text.
        """
        reply, published = self.reply, self.publication
        return search_words(
            *(self.code, self.sync.national_code, self.taken.number if self.taken else None),
            *(self.title, self.address, *self.papers, self.decision),
            *((reply.document.number, reply.document.signer) if reply and reply.document else ()),
            *((reply.text, reply.basis, reply.no_evidence) if reply else ()),
            *((published.summary, published.answer) if published else ()),
            self.recovery.text if self.recovery else None,
            self.content,
            *(addition.text for addition in self.additions),
            self.rating.reason if self.rating else None,
        )

    @property
    def found_by(self) -> list[str]:
        """Return the petition's search keys: of its words, of the filer's name, and of the units and roles with access.

        An officer's query combines the key of a word with the key of a unit or role. A petition that the officer may
        not see is therefore not even read.
        """
        units = self._open_to
        knowing = [] if self.is_doubted else [unit for unit in units if unit in {self.unit, Role.COORDINATOR}]
        return [
            *(search_key(KeyKind.WORD, word) for word in self.words),
            *name_keys(self.contact.name),
            *(search_key(KeyKind.PHONE_END, item[-PHONE_END:]) for item in self.contact.phones),
            *(search_key(KeyKind.OPEN_TO, unit) for unit in units),
            *(search_key(KeyKind.FILER_OPEN_TO, item) for item in knowing),
        ]

    @property
    def _open_to(self) -> list[str]:
        if self.accuses_coordinators:
            return [self.unit] if self.is_kept_by(self.unit) else []
        if "denunciation" in self.grounds:
            return [Role.COORDINATOR]
        units = [item for item in (self.unit, *self.coordinating) if not self.accuses(item)]
        seen = [] if self.accuses(INSPECTORS) else [Role.INSPECTOR]
        return [Role.COORDINATOR, *units, *seen]

    def stored(self) -> dict[str, Any]:
        """Return the fields of the stored document, including the search fields derived from other fields."""
        found_by = dict.fromkeys(self.found_by, True)
        derived: dict[str, Any] = {"words": self.words, "marks": self.marks, "found_by": found_by}
        return super().stored() | derived | ({"open_under": self.open_under} if self.open_under else {})

    @property
    def marks(self) -> list[int]:
        """Return the smallest hashes of the text, as many as one query takes. Similar petitions share some of them."""
        return fingerprint(self.content)[:MOST_COMPARED_HASHES]

    @property
    def figures_place(self) -> FiguresPlace:
        """Return the unit, field, ward and kind under which the statistics count the petition now."""
        return FiguresPlace(
            unit=self.unit,
            field=self.classified.field if self.classified else NOT_KNOWN,
            ward=self.ward or NOT_KNOWN,
            kind=self.kind or NOT_KNOWN,
        )

    @property
    def open_under(self) -> list[str]:
        """Return the statistics keys under which the petition counts as open. Empty if it is closed."""
        if self.state not in OPEN_STATES:
            return []
        return sorted({slot_mark(slot) for slot in self.figures_place.slots()})

    @property
    def way_in(self) -> str:
        """The petition's origin, a member of WAYS_IN."""
        return (self.taken.channel if self.taken else None) or self.source

    @property
    def answer_way(self) -> AnswerWay | None:
        """Return the channel for an answer outside Zalo, the portal and the filer's page, or None."""
        if self.taken and self.taken.answered_back:
            return "channel"
        return None if self.contact.reply_by == "zalo" else self.contact.reply_by

    @property
    def way_to_filer(self) -> AnswerWay | None:
        """Return the channel for notices of a step outside Zalo and the portal, or None if none is needed."""
        return None if self.taken is None or self.restricted_at else self.way_for_officer

    @property
    def way_for_officer(self) -> AnswerWay:
        """Return the channel for an officer's contact with the filer: the filer's choice, or else phone or post."""
        return self.answer_way or ("phone" if self.contact.phone else "post")

    @property
    def came(self) -> str:
        """Return the Vietnamese words for the channel of a petition entered by an officer: "qua điện thoại"."""
        known = CHANNEL_LABELS.get(self.taken.channel) if self.taken and self.taken.channel else None
        return known or ("qua điện thoại" if self.source == "phone" else "bằng văn bản")

    @property
    def rules_class(self) -> str:
        """Return the class whose deadlines apply, "vbqppl" or "pakn" (also for complaints, LAW 1.1)."""
        return "vbqppl" if self.petition_class == "vbqppl" else "pakn"

    @property
    def hops(self) -> int:
        """Return the number of transfers between units, not counting the coordinators between them."""
        return max(0, len(self.held_by) - 1)

    @property
    def citizens_clock(self) -> PetitionClock | None:
        """Return the running clock that concerns the citizen and is due next, or None.

        A transfer's clock does not count.
        """
        return min(
            (clock for clock in self.clocks.values() if clock.stopped_at is None and clock.name != "transfer"),
            key=lambda clock: clock.due_at,
            default=None,
        )

    @property
    def promised(self) -> dict[str, datetime]:
        """Return the deadlines that concern the citizen now, by clock name. Stopped clocks are left out."""
        waits = self.state is State.AWAITING_CITIZEN
        shown = ("supplement",) if waits else ("reception", "answer")
        running = [clock for clock in self.clocks.values() if clock.stopped_at is None and clock.name in shown]
        ends = [clock.pause_ends_at for clock in self.clocks.values() if waits and clock.pause_ends_at]
        return {str(clock.name): min([clock.due_at, *ends]) for clock in running}

    @property
    def nearest_clock(self) -> PetitionClock | None:
        """Return the clock that the office will miss first, or None.

        The clock for a supplement, which the citizen owes, counts only if no other clock runs.
        """
        is_open = [clock for clock in self.clocks.values() if clock.stopped_at is None]
        owed = [(clock.name == "supplement", at, clock.name) for clock in is_open if (at := clock.late_from)]
        return self.clocks[min(owed)[-1]] if owed else None

    @property
    def waits_for_filer(self) -> bool:
        """Return whether the office waits for the filer and was not already late before."""
        clock = self.nearest_clock
        return clock is not None and (clock.name == "supplement" or clock.is_paused_in_time)

    @property
    def late_from(self) -> datetime | None:
        """Return the time at which the office becomes late unless it acts, or None. Stored as `due_at`."""
        return self.nearest_clock.late_from if self.nearest_clock else None


def petition_path(code: str) -> str:
    return f"petitions/{code}"
