"""A citizen as the channel knows them: `citizens/{hmac}`, with the conversation and the draft in hand."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from petitions.domain.files.attachment import FILE_TYPES, Attachment
from petitions.domain.petition.petition import Contact, FileRef, Location
from petitions.domain.shared.records import Instant, Record, Root

CONSENT_VERSION = "2026-1"
"""Of the notice of data processing that `consent_ask` shows (LAW 5.1)."""


class Step(StrEnum):
    """What the conversation waits for. `address` is where it happened, `residence` where the citizen is reached."""

    IDLE = "idle"
    CONSENT = "consent"
    CONTENT = "content"
    DUPLICATE = "duplicate"
    ADDRESS = "address"
    WARD = "ward"
    NAME = "name"
    RESIDENCE = "residence"
    PHONE = "phone"
    EMAIL = "email"
    CONFIRM = "confirm"


PartType = Literal["text", "image", "gif", "video", "audio", "file", "link", "sticker", "location", "contact"]


class Part(Record):
    """One input of a citizen as the draft uses it; `key` names the stored input."""

    key: str
    at: Instant
    type: PartType
    text: str | None = None
    url: str | None = None
    name: str | None = None
    location: Location | None = None

    def is_file(self) -> bool:
        """Whether it is a picture, recording or document to be fetched."""
        return bool(self.url) and self.type in FILE_TYPES

    def reference(self) -> FileRef:
        """How a petition names it."""
        return FileRef(id=self.key, type=self.type, name=self.name)


MAX_PARTS = 100
MAX_CHARACTERS = 20_000
"""Of one draft: it lives in the citizen's document, which Firestore caps at 1 MiB."""


class Draft(Record):
    """A petition in the making; `parts` are in the order of (Zalo's time, key).

    `similar` is an own petition that tells the same, while that is asked about, and `duplicate_asked` once it was.
    `guided` holds the kinds of guidance given, `guidance` the ids of its records. `full`: a part had no room.
    `form_sent`: Zalo's form for contact data went with a question.
    """

    parts: list[Part] = Field(default_factory=list)
    full: bool = False
    address: str | None = None
    address_attempts: int = 0
    ward: str | None = None
    ward_choices: list[str] = Field(default_factory=list)
    location: Location | None = None
    name: str | None = None
    residence: str | None = None
    phone: str | None = None
    email: str | None = None
    type: Literal["individual", "business"] = "individual"
    similar: str | None = None
    duplicate_asked: bool = False
    form_sent: bool = False
    guided: list[str] = Field(default_factory=list)
    guidance: list[str] = Field(default_factory=list)

    def with_part(self, part: Part) -> Draft:
        """The draft with one more part, in its place; a part that is there already changes nothing."""
        others = [each for each in self.parts if each.key != part.key]
        told = sum(len(each.text or "") for each in others) + len(part.text or "")
        if len(others) >= MAX_PARTS or told > MAX_CHARACTERS:
            return self.model_copy(update={"full": True})
        return self.model_copy(update={"parts": sorted([*others, part], key=lambda each: (each.at, each.key))})

    def content(self) -> str:
        """The text parts and links, one paragraph each."""
        said = (part.text or (part.url if part.type == "link" else None) for part in self.parts)
        return "\n".join(each for each in said if each)

    def files(self) -> list[Part]:
        """The parts that are pictures, recordings or files."""
        return [part for part in self.parts if part.is_file()]


class Consent(Record):
    """What the citizen agreed to, and when."""

    version: str
    at: Instant


Purpose = Literal["view", "add", "correct", "withdraw", "withdraw_sure", "rate", "reason", "erase", "belongs"]
"""What a question outside a draft is for."""


class Choices(Record):
    """A question outside a draft: `codes` are its numbers in order, `parts` what waits to know where it belongs."""

    purpose: Purpose
    codes: list[str] = Field(default_factory=list)
    parts: list[Part] = Field(default_factory=list)
    at: Instant


class Conversation(Record):
    """Where the conversation stands. `last_at` is Zalo's time of the newest input applied.

    `awaiting` are petitions whose units asked for more. `supplement_for` is the petition that what is sent goes to
    until "xong" or a silence after `supplement_at`; `correcting`: as a correction of it. `in_hand` is the petition
    filed last, `in_hand_since` Zalo's time of its confirmation; `rating_for` the answer that the citizen may rate, in
    words; by numbers too since those went out, `rating_told_at`, and until the menu with its own is shown. `pace`
    counts the replies since `pace_at`; `flooding`: that there are too many, as they were told (`flood_control`).
    """

    step: Step = Step.IDLE
    draft: Draft | None = None
    choices: Choices | None = None
    last_at: Instant | None = None
    acknowledged_at: Instant | None = None
    in_hand: str | None = None
    in_hand_since: Instant | None = None
    rating_for: str | None = None
    rating_told_at: Instant | None = None
    awaiting: list[str] = Field(default_factory=list)
    supplement_for: str | None = None
    supplement_at: Instant | None = None
    correcting: bool = False
    menu_shown: bool = False
    pace_at: Instant | None = None
    pace: int = 0
    flooding: bool = False


MAX_PETITIONS = 50


class OwnPetition(Record):
    """A petition of this citizen, so that lists and duplicates need no query; the state is the petition's to tell."""

    code: str
    filed_at: Instant
    title: str
    fingerprint: list[int] = Field(default_factory=list)


class Citizen(Root):
    """One citizen of this Official Account; the Zalo id stands here and nowhere else.

    `following` false means that they unfollowed: nothing proactive but results by template. Until `silent_until`
    (Zalo's time) an officer talks with them. `recovered` are marks of messages that came by the recovery.
    `petitions` are the newest of their own, newest first; `next_attempt_at` is there only while silence will mean
    something (domain/conversation/pauses.py).
    `untold` are notices that nothing could carry, or only by day: they are told as soon as the citizen writes.
    What was sent or planned up to `erased_at` is dropped; an erased citizen has no `zalo_id` any more.
    """

    zalo_id: str
    consent: Consent | None = None
    contact: Contact | None = None
    language: Literal["vi", "en"] | None = None
    petitions: list[OwnPetition] = Field(default_factory=list)
    conversation: Conversation = Conversation()
    next_attempt_at: Instant | None = None
    last_interaction_at: Instant
    following: bool | None = None
    silent_until: Instant | None = None
    untold: list[str] = Field(default_factory=list)
    erased_at: Instant | None = None
    recovered: list[str] = Field(default_factory=list)


class StoredInput(Root):
    """An input as it came, append-only but for its files: `citizens/{hmac}/inputs/{key}`.

    `petition` is what it belongs to, once that is a petition; `next_attempt_at` is there only while a file waits.
    """

    citizen: str
    at: Instant
    received_at: Instant
    event_name: str
    msg_id: str | None = None
    recovered: bool = False
    parts: list[Part]
    files: list[Attachment] = Field(default_factory=list)
    petition: str | None = None
    next_attempt_at: Instant | None = None

    def part(self, key: str) -> Part:
        """The part with this key. Raises KeyError."""
        return {each.key: each for each in self.parts}[key]

    def with_file(self, file: Attachment) -> StoredInput:
        """The input with a new state of one of its files."""
        files = [file if each.id == file.id else each for each in self.files]
        waiting = [each.next_at for each in files if each.next_at]
        return self.model_copy(update={"files": files, "next_attempt_at": min(waiting, default=None)})


def citizen_path(pseudonym: str) -> str:
    """Where the citizen is stored."""
    return f"citizens/{pseudonym}"


def input_path(pseudonym: str, key: str) -> str:
    """Where an input is stored; `key` is its own or that of one of its parts."""
    return f"{citizen_path(pseudonym)}/inputs/{key.partition('-')[0]}"
