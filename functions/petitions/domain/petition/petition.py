"""The petition as it is stored in `petitions/{code}`, with its history and its attachments."""

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
from petitions.domain.petition.history_counts import NOT_KNOWN, FiguresPlace, slot_mark
from petitions.domain.petition.petition_file import FileRef
from petitions.domain.petition.stored_answer import AnswerDraft, Publication, StoredAnswer
from petitions.domain.shared.channel import CHANNEL_LABELS, Channel
from petitions.domain.shared.personal import Personal, fields_of
from petitions.domain.shared.records import Day, Instant, Record, Root
from petitions.domain.units.directory import INSPECTORS, UNKNOWN_OFFICE, UNKNOWN_WARD

PORTAL_FILER = "portal"
"""The `citizen` of a petition filed on the national portal, whom Zalo cannot reach."""

COORDINATORS = "VPUB"
"""Văn phòng UBND thành phố, the single receiving point (LAW 1.5), with the queue of unsure petitions."""

WARDS = "PX-"
"""The prefix of the codes of wards' people's committees."""

RATING_LABELS = {1: "Rất hài lòng", 2: "Hài lòng", 3: "Chưa hài lòng"}
"""The three levels of the national portal (PLATFORM 6.7)."""

LOW_RATING = 3

TITLE_LENGTH = 90
"""Characters."""

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
"""The way in which the petitioner wants the answer, besides the channel itself."""
AnswerWay = Literal["phone", "email", "post", "channel"]
"""The way in which an answer goes to its filer besides Zalo, the portal and the filer's page.

`channel` means the channel of the petition.
"""


class Contact(Record):
    """The petitioner: the law asks for name, address and telephone (LAW 1.3), the portal for e-mail (LAW 2.3).

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
        """Return the telephone numbers."""
        found = (getattr(self, name) for name in fields_of(Contact, Personal.PHONE))
        return [item for item in found if item]


class Location(Record):
    """A point in degrees (WGS 84)."""

    latitude: float
    longitude: float


class UnitProposal(Record):
    """A unit that the routing considers possible."""

    unit: str
    score: float


class RoutingResult(Record):
    """The proposals of the routing and their reasons."""

    proposals: list[UnitProposal]
    why: list[str]
    confidence: float
    auto: bool
    may_accuse: bool = False
    """Whether it may be about the conduct of the proposed unit, so that no unit is chosen beforehand."""
    ward_choices: list[str] = Field(default_factory=list)
    """The wards to ask about, likeliest first, if a ward is responsible but it is uncertain which."""
    directory_version: str
    """The version of the directory that the petition was routed with."""
    nature: Nature | None = None
    """The proposed nature."""
    statement: Statement | None = None
    coordinating: list[str] = Field(default_factory=list)
    """Units that might help. An officer decides about them."""
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
    """Return the legal basis of a petition from this source: only Zalo, a private carrier, needs consent."""
    return LegalBasis.CONSENT if source == "zalo" else LegalBasis.STATUTORY_DUTY


WAYS_IN: tuple[str, ...] = (*get_args(Source), *Channel)
"""All ways in which petitions arrive: the channel if an officer chose one, or else the source."""


class KeyedIn(Record):
    """The entry of a petition that came on another channel, by an officer or another system."""

    model_config = ConfigDict(populate_by_name=True)

    by: str
    at: Instant
    notice: str = Field(alias="consent")
    """The version of the notice of data processing that the filer got. It is stored under its former name."""
    key: str
    """The idempotency key of the entry: sending it again makes no second petition."""
    late: bool = False
    """Whether it was entered when its reception was already due."""
    body: str = ""
    """The hash of the body that another system sent with the key."""
    channel: Channel | None = None
    """Absent in old entries."""
    unit: str | None = None
    """The unit, at that time, of the officer who entered it. Absent in old entries."""
    number: str = ""
    """The number given by the channel itself."""
    number_mark: str = ""
    """The key under which that number is found again (`domain/shared/channel.py`)."""
    dated: Day | None = None
    """The day of the document."""
    authority: str = ""
    """The authority that forwarded it or sent the document."""
    answered_back: bool = False
    """Whether the channel itself carries the answer to the filer."""


class Addition(Record):
    """A message of the citizen that came after filing or arrived late, or an officer's message in Zalo's chat tool."""

    by: Literal["citizen", "officer"] = "citizen"
    input: str
    """The id of the input and, if the message is a file, of that file."""
    at: Instant
    type: str
    """As in its input, or "withdrawal" for the reason why the filer withdrew."""
    text: str | None = None
    correction: bool = False
    """Whether it corrects an earlier statement."""


class Rating(Record):
    """The citizen's rating."""

    level: Literal[1, 2, 3]
    """A key of RATING_LABELS."""
    at: Instant
    reason: str | None = None


class PortalSync(Record):
    """The state of the exchange with the national portal."""

    handled_seq: int = 0
    """The number of the last history entry that was pushed."""
    verify_seq: int = 0
    """The portal may know entries up to this number, so their calls are looked up first."""
    submitting_since: Instant | None = None
    """Present only while a submission is open and the portal may list it as new to us."""
    portal_at: Instant | None = None
    """The time of the portal's newest change that was applied."""
    told_at: Instant | None = None
    """The time of the last successful push."""
    attempt: int = 0
    refusals: int = 0
    """Clear refusals in a row."""
    next_at: Instant | None = None
    """The time of the next push. Present only while one is pending."""
    lease_until: Instant | None = None
    national_code: str | None = None
    failing_since: Instant | None = None
    files: list[str] = Field(default_factory=list)
    """The petition's own files that the portal has or refuses."""

    @property
    def in_doubt(self) -> bool:
        """Return whether the portal may have got an unconfirmed call: the call failed, or its worker died."""
        return self.attempt > 0 or self.lease_until is not None


class UnitNews(Record):
    """News that the unit holding the petition has not received yet. It is sent some minutes after `at`."""

    at: Instant
    kinds: list[NewsKind]
    duty_told: bool = False
    """Whether the coordinators on duty got urgent news outside working hours. The unit has still to get it."""
    first: bool = False
    """Whether it is the first news of the petition for the unit."""
    told: list[str] = Field(default_factory=list)
    """The officers of the unit who know all of it, and get no message until there is more."""


class RecoveryPlan(Record):
    """The plan of a unit's head to make up for lateness, which the filer gets to read."""

    text: str
    """The reason for the lateness, and the next steps."""
    until: Day
    """The day by which it is to be done."""
    by: str
    at: Instant


class LastChange(Record):
    """The newest line of a petition's history, by which open lists notice changes."""

    at: Instant
    action: str
    by: str | None = None
    """The id of the officer who made it. None for citizens and the software."""


class MergedFrom(Record):
    """The data needed to undo a merge, besides the state (`Petition.came_from`)."""

    at: Instant
    awaited_from: State | None = None
    """The former `came_from`, if the petition was waiting for its citizen."""


class Petition(Root):
    """A petition."""

    code: str
    source: Source = "zalo"
    legal_basis: LegalBasis = Field(default_factory=lambda known: legal_basis_of(known["source"]))
    """Absent in old petitions, where it follows from the source."""
    taken: KeyedIn | None = None
    """Present if an officer entered the petition."""
    citizen: str
    kind: str | None = None
    petition_class: PetitionClass = "pakn"
    """Proposed by the routing or the portal until `classified` is present."""
    classified: Classification | None = None
    """Present once an officer has classified it."""
    accused: str | None = None
    """The unit whose own conduct it is about, which must not learn of it ("PX-?": some ward)."""
    closed_with: list[str] = Field(default_factory=list)
    """The accused units and complaint classes of its family (petitions merged with it or filed before it)."""
    opened_by: str | None = None
    """The officer who last decided to open it to more people, and so may not see its filer."""
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
    """The state to return to when the citizen has answered, or when its merge or assignment is undone."""
    unit: str = COORDINATORS
    coordinating: list[str] = Field(default_factory=list)
    """The units asked to help, which see it too."""
    help_awaited: list[str] = Field(default_factory=list)
    """Those of them that have not replied yet."""
    handler: str | None = None
    held_by: list[str] = Field(default_factory=list)
    """The units that have held it, in order."""
    clocks: dict[str, PetitionClock] = Field(default_factory=dict)
    due_at: Instant | None = None
    next_attempt_at: Instant | None = None
    rungs: dict[str, int] = Field(default_factory=dict)
    accountable: Recipient = Recipient.HANDLER
    recovery: RecoveryPlan | None = None
    news: UnitNews | None = None
    told_at: dict[str, Instant] = Field(default_factory=dict)
    """The times at which officers were notified of it while it is urgent (reminders/tell_units.py)."""
    rating_asked_at: Instant | None = None
    lateness_told_at: Instant | None = None
    """The time of the last message to its filer that it is late."""
    closing_held_until: Instant | None = None
    """The time of the next check whether it may be closed: a request of its filer was undecided."""
    derived_from: str | None = None
    """The calendar and rules from which the open deadlines were computed."""
    routed: RoutingResult | None = None
    drafted: AnswerDraft | None = None
    reply: StoredAnswer | None = None
    refused_for: RefusalReason | None = None
    publication: Publication | None = None
    decision: str | None = None
    """The reason why it was refused or forwarded."""
    merged_into: str | None = None
    """The main petition on the same matter."""
    merged: MergedFrom | None = None
    absorbed: list[str] = Field(default_factory=list)
    """The petitions that were merged into this one."""
    papers: list[str] = Field(default_factory=list)
    """The numbers of the issued papers, as printed: "05/SXD-PAKN"."""
    apart_from: str | None = None
    """The petition from which these words were split off, because they report misconduct of its unit."""
    rating: Rating | None = None
    sync: PortalSync = PortalSync()
    filed_at: Instant
    restricted_at: Instant | None = None
    """The time at which the petitioner's data were erased. The rest is kept by law (privacy/personal_data.py)."""
    version: int = 1
    """The number of its last history entry."""
    changed: LastChange | None = None
    """Absent until the first change, in old petitions."""
    page: str | None = None
    """The letters in the link to the filer's page."""
    page_until: Instant | None = None
    """The time until which the link opens the page in another browser without a confirmation."""

    @property
    def grounds(self) -> frozenset[str]:
        """Return the grounds for closing it and its family: accused units and complaint classes."""
        own = {self.accused} if self.accused else set()
        return frozenset({*own, *({self.petition_class} & COMPLAINT_CLASSES), *self.closed_with})

    @property
    def may_accuse(self) -> bool:
        """Return whether the routing suspects an accusation of an unknown office, and no officer has read it yet."""
        unread = self.accused is None and self.classified is None
        return unread and self.routed is not None and self.routed.may_accuse

    @property
    def is_doubted(self) -> bool:
        """Return whether it may be about an office's conduct, and the office is still unknown."""
        return self.may_accuse or UNKNOWN_OFFICE in self.grounds

    @property
    def accuses_coordinators(self) -> bool:
        """Return whether it or its family is about the conduct of the coordinators. They may not see it then."""
        return COORDINATORS in self.grounds

    def accuses(self, unit: str) -> bool:
        """Return whether it or its family is, or may be, about this unit's own conduct.

        If the ward or unit is unknown, it may be any of them. Coordinators find that out.
        """
        if self.is_doubted and unit != COORDINATORS:
            return True
        return unit in self.grounds or (UNKNOWN_WARD in self.grounds and unit.startswith(WARDS))

    def is_kept_by(self, unit: str) -> bool:
        """Return whether it accuses the coordinators, and this unit handles it in their place."""
        return self.accuses_coordinators and self.unit == unit and unit not in self.grounds

    @property
    def words(self) -> list[str]:
        """Return the words by which it is found: its text for officers, without its filer's name.

        Codes and numbers come first, then the office's words, then the filer's, so that a long text loses only its own
        end.
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
        """Return its search keys: of its words, of its filer's name, and of the units and roles that may find it.

        A search by an officer combines a key of a word with a key of a unit or role, so that closed petitions are not
        even read.
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
        """Return the units that may see it, and the roles that see all units."""
        if self.accuses_coordinators:
            return [self.unit] if self.is_kept_by(self.unit) else []
        if "denunciation" in self.grounds:
            return [Role.COORDINATOR]
        units = [item for item in (self.unit, *self.coordinating) if not self.accuses(item)]
        seen = [] if self.accuses(INSPECTORS) else [Role.INSPECTOR]
        return [Role.COORDINATOR, *units, *seen]

    def stored(self) -> dict[str, Any]:
        """Return the fields of the document, including the derived ones."""
        found_by = dict.fromkeys(self.found_by, True)
        derived: dict[str, Any] = {"words": self.words, "marks": self.marks, "found_by": found_by}
        return super().stored() | derived | ({"open_under": self.open_under} if self.open_under else {})

    @property
    def marks(self) -> list[int]:
        """Return its smallest hashes, by which similar petitions are found: as many as a query takes."""
        return fingerprint(self.content)[:MOST_COMPARED_HASHES]

    @property
    def figures_place(self) -> FiguresPlace:
        """Return the place in which the figures count the petition now."""
        return FiguresPlace(
            unit=self.unit,
            field=self.classified.field if self.classified else NOT_KNOWN,
            ward=self.ward or NOT_KNOWN,
            kind=self.kind or NOT_KNOWN,
        )

    @property
    def open_under(self) -> list[str]:
        """Return the keys of the slots in which it is counted as open. The list is empty if it is closed."""
        if self.state not in OPEN_STATES:
            return []
        return sorted({slot_mark(slot) for slot in self.figures_place.slots()})

    @property
    def way_in(self) -> str:
        """Return the member of WAYS_IN by which it arrived."""
        return (self.taken.channel if self.taken else None) or self.source

    @property
    def answer_way(self) -> AnswerWay | None:
        """Return the way of its answer to its filer outside Zalo, the portal and the filer's page, or None."""
        if self.taken and self.taken.answered_back:
            return "channel"
        return None if self.contact.reply_by == "zalo" else self.contact.reply_by

    @property
    def way_to_filer(self) -> AnswerWay | None:
        """Return the way to inform a filer of steps outside Zalo and the portal, or None if there is no need."""
        return None if self.taken is None or self.restricted_at else self.way_by_hand

    @property
    def way_by_hand(self) -> AnswerWay:
        """Return the way in which an officer reaches the filer: the chosen one, or else telephone or letter."""
        return self.answer_way or ("phone" if self.contact.phone else "post")

    @property
    def came(self) -> str:
        """Return, in Vietnamese, how a petition entered by an officer arrived, such as "qua điện thoại"."""
        known = CHANNEL_LABELS.get(self.taken.channel) if self.taken and self.taken.channel else None
        return known or ("qua điện thoại" if self.source == "phone" else "bằng văn bản")

    @property
    def rules_class(self) -> str:
        """Return the class whose deadline rules apply. Complaints have none of their own (LAW 1.1)."""
        return "vbqppl" if self.petition_class == "vbqppl" else "pakn"

    @property
    def hops(self) -> int:
        """Return the number of transfers between units, not counting the coordinators between them."""
        return max(0, len(self.held_by) - 1)

    @property
    def citizens_clock(self) -> PetitionClock | None:
        """Return the next clock due that concerns the citizen, or None. Transfers between units do not move it."""
        return min(
            (clock for clock in self.clocks.values() if clock.stopped_at is None and clock.name != "transfer"),
            key=lambda clock: clock.due_at,
            default=None,
        )

    @property
    def promised(self) -> dict[str, datetime]:
        """Return the deadlines that concern the citizen now, by clock. Paused ones are left out."""
        waits = self.state is State.AWAITING_CITIZEN
        shown = ("supplement",) if waits else ("reception", "answer")
        running = [clock for clock in self.clocks.values() if clock.stopped_at is None and clock.name in shown]
        ends = [clock.pause_ends_at for clock in self.clocks.values() if waits and clock.pause_ends_at]
        return {str(clock.name): min([clock.due_at, *ends]) for clock in running}

    @property
    def nearest_clock(self) -> PetitionClock | None:
        """Return the clock by which the office is late first. The supplement's comes only if there is no other."""
        is_open = [clock for clock in self.clocks.values() if clock.stopped_at is None]
        owed = [(clock.name == "supplement", at, clock.name) for clock in is_open if (at := clock.late_from)]
        return self.clocks[min(owed)[-1]] if owed else None

    @property
    def waits_for_filer(self) -> bool:
        """Return whether the office waits for the filer, and was not late before it did."""
        clock = self.nearest_clock
        return clock is not None and (clock.name == "supplement" or clock.is_paused_in_time)

    @property
    def late_from(self) -> datetime | None:
        """Return the time after which the office is late if nothing more happens, or None. Stored as `due_at`."""
        return self.nearest_clock.late_from if self.nearest_clock else None


def petition_path(code: str) -> str:
    """Return the path of the petition's document."""
    return f"petitions/{code}"
