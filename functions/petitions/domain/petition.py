"""A petition as it is stored: `petitions/{code}`, its history and its attachments."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from petitions.domain.attachment import Attachment, AttachmentState
from petitions.domain.counted import Deltas
from petitions.domain.deadlines import Clock
from petitions.domain.ladder import Recipient
from petitions.domain.lifecycle import State
from petitions.domain.likeness import fingerprint
from petitions.domain.records import Instant, Record, Root
from petitions.domain.refusing import RefusalReason
from petitions.domain.searching import search_words

COORDINATORS = "VPUB"
"""Văn phòng UBND thành phố: the single receiving point (NĐ 20/2008 as amended), and the queue of the unsure."""

RATING_LABELS = {1: "Rất hài lòng", 2: "Hài lòng", 3: "Chưa hài lòng"}
"""The three levels of the national portal (DongBoDanhGia)."""

MOST_MARKS = 30
"""Firestore's limit of values in one `array-contains-any`."""

NewsKind = Literal["new", "assigned", "returned", "reopened", "supplement", "level", "due_today", "overdue"]


class Contact(Record):
    """Who files; NĐ 20/2008 Đ7 asks for name, address and telephone, QĐ 31/2021 Đ41 also for an e-mail address."""

    name: str
    phone: str
    address: str = ""
    email: str | None = None
    type: Literal["individual", "business"] = "individual"


class Location(Record):
    """A point in degrees (WGS 84)."""

    latitude: float
    longitude: float


class Proposal(Record):
    """One unit that the routing holds possible."""

    unit: str
    score: float


class Routed(Record):
    """What the machine proposed and why; the petition keeps the directory version that it was routed with.

    `ward_choices`: for a ward's job whose ward is not sure, the wards to ask about, likeliest first.
    """

    proposals: list[Proposal]
    why: list[str]
    confidence: float
    auto: bool
    ward_choices: list[str] = Field(default_factory=list)
    directory_version: str
    at: Instant


class Reply(Record):
    """The unit's answer; it is the citizen's only after approval.

    `attachments` are the ids of its files, in order: stored `PetitionFile`s with the purpose "answer".
    `basis` is in law, `no_evidence` why there are no files. `doubts`: why an approver has to look twice; `copied_from`
    is the petition whose answer says the same, found by `fingerprint` (of what goes beyond the skeletons).
    """

    text: str
    basis: str = ""
    attachments: list[str] = Field(default_factory=list)
    no_evidence: str = ""
    doubts: list[Literal["short", "copied"]] = Field(default_factory=list)
    copied_from: str | None = None
    fingerprint: list[int] = Field(default_factory=list)
    author: str
    unit: str
    written_at: Instant
    approved_by: str | None = None
    approved_at: Instant | None = None

    @property
    def told(self) -> str:
        """What it says to the citizen, on paper and to the portal: the text, and beneath it its basis in law."""
        if not self.basis or self.basis in self.text:
            return self.text
        return f"{self.text}\n\nCăn cứ: {self.basis}"


class AnswerDraft(Record):
    """An answer being written, by whoever saved it last; `attachments` as in `Reply`."""

    text: str = ""
    basis: str = ""
    attachments: list[str] = Field(default_factory=list)
    no_evidence: str = ""
    by: str
    at: Instant


class Publication(Record):
    """What an officer made public of it: their words, read before they were published."""

    summary: str
    answer: str
    by: str
    at: Instant


class FileRef(Record):
    """A picture or file of a petition; `id` names its document below the petition, once it has been looked for."""

    id: str
    type: str
    name: str | None = None


class Taken(Record):
    """Which officer entered what came on paper or by telephone, when, and the notice of consent that was read to.

    `key` names the form, so that it makes one petition however often it is sent.
    """

    by: str
    at: Instant
    consent: str
    key: str


class Addition(Record):
    """What the citizen sent after filing or what arrived late, and what an officer wrote in Zalo's chat tool.

    `input` is also the id of its file, if it is one; `correction`: it puts right what was told before.
    """

    by: Literal["citizen", "officer"] = "citizen"
    input: str
    at: Instant
    type: str
    text: str | None = None
    correction: bool = False


class Rating(Record):
    """One of RATING_LABELS."""

    level: Literal[1, 2, 3]
    at: Instant
    reason: str | None = None


class Sync(Record):
    """How far the national portal knows this petition; `next_at` is there only while something waits.

    Lines to `verify_seq` may be known there: their calls are looked up first. `submitting_since` is there only while
    a submission is open: the portal may list it as new to us. `refusals` counts clear ones in a row, `portal_at` is the
    time of the newest change of the portal that was applied, `told_at` when it was last told anything. `files` are the
    petition's own that it has, or does not take.
    """

    handled_seq: int = 0
    verify_seq: int = 0
    submitting_since: Instant | None = None
    portal_at: Instant | None = None
    told_at: Instant | None = None
    attempt: int = 0
    refusals: int = 0
    next_at: Instant | None = None
    lease_until: Instant | None = None
    national_code: str | None = None
    failing_since: Instant | None = None
    files: list[str] = Field(default_factory=list)


class News(Record):
    """What the unit that holds the petition has not been told yet; told once `at` is some minutes past.

    `duty_told`: it is urgent, came outside working hours, and the coordinators on duty know; the unit still waits.
    `told` are those of them who know all of it: until there is more, they are not told again with their unit.
    """

    at: Instant
    kinds: list[NewsKind]
    duty_told: bool = False
    told: list[str] = Field(default_factory=list)


class Recovery(Record):
    """How the head of the unit means to make up for lateness, and by when; it shows to the coordinators."""

    text: str
    until: date
    by: str
    at: Instant


class Petition(Root):
    """One petition; `version` is the number of its last history entry, `decision` why it was refused or passed on.

    `restricted_at`: who filed it was erased; the law alone keeps the rest (domain/personal_data.py).
    `merged_into` is the main petition of one that tells the same, `absorbed` are those that were merged into this one.
    """

    code: str
    source: Literal["zalo", "portal", "paper", "phone"] = "zalo"
    taken: Taken | None = None
    citizen: str
    kind: str | None = None
    petition_class: Literal["pakn", "vbqppl"] = "pakn"
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
    unit: str = COORDINATORS
    coordinating: list[str] = Field(default_factory=list)
    handler: str | None = None
    held_by: list[str] = Field(default_factory=list)
    clocks: dict[str, Clock] = Field(default_factory=dict)
    due_at: Instant | None = None
    next_attempt_at: Instant | None = None
    rungs: dict[str, int] = Field(default_factory=dict)
    accountable: Recipient = Recipient.HANDLER
    recovery: Recovery | None = None
    news: News | None = None
    rating_asked_at: Instant | None = None
    derived_from: str | None = None
    routed: Routed | None = None
    drafted: AnswerDraft | None = None
    reply: Reply | None = None
    refused_for: RefusalReason | None = None
    publication: Publication | None = None
    decision: str | None = None
    merged_into: str | None = None
    absorbed: list[str] = Field(default_factory=list)
    rating: Rating | None = None
    sync: Sync = Sync()
    filed_at: Instant
    restricted_at: Instant | None = None
    version: int = 1

    @property
    def words(self) -> list[str]:
        """What it is found by: its code and the words of its title, place and text, nothing about who filed it."""
        return search_words(self.code, self.title, self.address, self.content)

    def stored(self) -> dict[str, Any]:
        """With its words and marks, which so always follow from its texts."""
        return super().stored() | {"words": self.words, "marks": self.marks}

    @property
    def marks(self) -> list[int]:
        """What petitions that tell the same are found by: the smallest hashes of its text, as many as a query takes."""
        return fingerprint(self.content)[:MOST_MARKS]

    @property
    def hops(self) -> int:
        """How often it was passed from one unit to another; the coordinators between them do not count."""
        return max(0, len(self.held_by) - 1)

    @property
    def citizens_clock(self) -> Clock | None:
        """Of the clocks that are the citizen's the one that is due first: passing it among units does not move it."""
        return min(
            (clock for clock in self.clocks.values() if clock.stopped_at is None and clock.name != "transfer"),
            key=lambda clock: clock.due_at,
            default=None,
        )

    @property
    def nearest_clock(self) -> Clock | None:
        """Of the clocks not stopped the one that is due first: what `due_at` comes from."""
        return min(
            (clock for clock in self.clocks.values() if clock.stopped_at is None),
            key=lambda clock: clock.due_at,
            default=None,
        )


class HistoryEntry(Root):
    """One append-only line of a petition's history; holds no personal data of a citizen.

    `figures` is what it counts for; `unfolded_at` is there until that has been added to the figures.
    """

    seq: int
    at: Instant
    action: str
    role: str
    actor: str | None = None
    unit: str | None = None
    from_state: State | None = None
    to_state: State
    reason: str | None = None
    clock_effects: list[str] = Field(default_factory=list)
    figures: Deltas | None = None
    unfolded_at: Instant | None = None


class PetitionFile(Root):
    """A picture or file of a petition: `petitions/{code}/attachments/{id}`; what it was fetched from stays behind.

    `object` and `sha256` make up the names in Cloud Storage (domain/attachment.py). `purpose`: whether the citizen sent
    it, or the unit gives it with its answer.
    """

    id: str
    type: str
    purpose: Literal["petition", "answer"] = "petition"
    name: str | None = None
    state: AttachmentState = AttachmentState.WAITING
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    object: str | None = None
    reason: str | None = None

    @staticmethod
    def of(reference: FileRef, file: Attachment | None = None) -> PetitionFile:
        """What is known of the file that `reference` names."""
        known = file.model_dump(include={"state", "media_type", "size", "sha256", "object", "reason"}) if file else {}
        return PetitionFile.model_validate(reference.model_dump() | known)


def petition_path(code: str) -> str:
    """Where the petition is stored."""
    return f"petitions/{code}"


def history_path(code: str, seq: int) -> str:
    """Where its history entry number `seq` is stored."""
    return f"petitions/{code}/history/{seq}"


def file_path(code: str, file_id: str) -> str:
    """Where what is known of one of its files is stored."""
    return f"petitions/{code}/attachments/{file_id}"
