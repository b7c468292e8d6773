"""A citizen as the channel knows them, `citizens/{hmac}`, with the conversation and the current draft."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from petitions.domain.files.attachment import FETCHED_TYPES, Attachment
from petitions.domain.petition.petition import Contact, FileRef, Location
from petitions.domain.shared.records import Instant, Record, Root

CONSENT_VERSION = "2026-1"
"""The version of the notice of data processing that `consent_ask` shows (LAW 5.1)."""


class ConversationStep(StrEnum):
    """The answer that the conversation waits for."""

    IDLE = "idle"
    CONSENT = "consent"
    CONTENT = "content"
    DUPLICATE = "duplicate"
    ADDRESS = "address"
    """The place of the matter."""
    WARD = "ward"
    NAME = "name"
    RESIDENCE = "residence"
    """The address at which the citizen can be reached."""
    PHONE = "phone"
    EMAIL = "email"
    CONFIRM = "confirm"


PartType = Literal["text", "image", "gif", "video", "audio", "file", "link", "sticker", "location", "contact"]


class InputPart(Record):
    """A part of a citizen's input as the draft uses it."""

    key: str
    """The key of the stored input with a suffix."""
    at: Instant
    type: PartType
    text: str | None = None
    url: str | None = None
    name: str | None = None
    location: Location | None = None

    def is_file(self) -> bool:
        """Return whether the part is a picture, recording or document to be fetched."""
        return bool(self.url) and self.type in FETCHED_TYPES

    def reference(self) -> FileRef:
        """Return the reference by which a petition names the part."""
        return FileRef(id=self.key, type=self.type, name=self.name)


MAX_PARTS = 100
MAX_CHARACTERS = 20_000
"""The limit of one draft, as it is stored in the citizen's document, which Firestore caps at 1 MiB."""


class PetitionDraft(Record):
    """A petition in the making."""

    parts: list[InputPart] = Field(default_factory=list)
    """In the order of (Zalo's time, key)."""
    full: bool = False
    """Whether a part had no room."""
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
    """An own petition with the same content, while the citizen is asked about it."""
    duplicate_asked: bool = False
    """Whether the citizen has been asked about a duplicate."""
    form_sent: bool = False
    """Whether Zalo's form for contact data has been sent."""
    guided: list[str] = Field(default_factory=list)
    """The kinds of guidance given."""
    guidance: list[str] = Field(default_factory=list)
    """The ids of their records."""

    def with_part(self, part: InputPart) -> PetitionDraft:
        """Return the draft with another part in its place; a part with a known key replaces the old one."""
        others = [each for each in self.parts if each.key != part.key]
        told = sum(len(each.text or "") for each in others) + len(part.text or "")
        if len(others) >= MAX_PARTS or told > MAX_CHARACTERS:
            return self.model_copy(update={"full": True})
        return self.model_copy(update={"parts": sorted([*others, part], key=lambda each: (each.at, each.key))})

    def content(self) -> str:
        """Return the text parts and links, one paragraph each."""
        said = (part.text or (part.url if part.type == "link" else None) for part in self.parts)
        return "\n".join(each for each in said if each)

    def files(self) -> list[InputPart]:
        """Return the parts that are pictures, recordings or files."""
        return [part for part in self.parts if part.is_file()]


class Consent(Record):
    """The citizen's consent to a version of the notice."""

    version: str
    at: Instant


QuestionPurpose = Literal[
    "view", "add", "correct", "withdraw", "withdraw_sure", "rate", "reason", "erase", "belongs", "meant"
]
"""The purpose of a question outside a draft."""


class OpenQuestion(Record):
    """A question outside a draft."""

    purpose: QuestionPurpose
    codes: list[str] = Field(default_factory=list)
    """The petitions to choose from, in the order of their numbers."""
    acts: list[str] = Field(default_factory=list)
    """The readings of a message to choose from, in the order of their numbers."""
    parts: list[InputPart] = Field(default_factory=list)
    """The parts to be assigned to one of them."""
    at: Instant


class Topic(Record):
    """The outcome of a petition that was told last."""

    code: str
    outcome: Literal["answered", "refused"]
    at: Instant


class Conversation(Record):
    """The state of the conversation."""

    step: ConversationStep = ConversationStep.IDLE
    draft: PetitionDraft | None = None
    choices: OpenQuestion | None = None
    last_at: Instant | None = None
    """Zalo's time of the newest input applied."""
    acknowledged_at: Instant | None = None
    in_hand: str | None = None
    """The petition filed last."""
    in_hand_since: Instant | None = None
    """Zalo's time of its confirmation."""
    rating_for: str | None = None
    """The petition whose answer the citizen may rate in words."""
    rating_told_at: Instant | None = None
    """The time from which the rating's numbers also count, until the menu with its own numbers is shown."""
    topic: Topic | None = None
    """What the citizen writes about for some days, unless they begin something else."""
    awaiting: list[str] = Field(default_factory=list)
    """The petitions whose units asked for a supplement."""
    supplement_for: str | None = None
    """The petition that inputs are added to, until "xong" or a silence after `supplement_at`."""
    supplement_at: Instant | None = None
    correcting: bool = False
    """Whether these additions are corrections."""
    menu_shown: bool = False
    pace_at: Instant | None = None
    pace: int = 0
    """The replies since `pace_at`."""
    flooding: bool = False
    """Whether there are too many, which the citizen has been told (`flood_control`)."""


MAX_PETITIONS = 50


class OwnPetition(Record):
    """A petition of this citizen, kept so that lists and duplicates need no query; its state is in the petition."""

    code: str
    filed_at: Instant
    title: str
    fingerprint: list[int] = Field(default_factory=list)


class Citizen(Root):
    """A citizen of this Official Account."""

    zalo_id: str
    """Stored here and nowhere else; empty once the citizen is erased."""
    consent: Consent | None = None
    contact: Contact | None = None
    language: Literal["vi", "en"] | None = None
    petitions: list[OwnPetition] = Field(default_factory=list)
    """The newest of their own, newest first."""
    conversation: Conversation = Conversation()
    next_attempt_at: Instant | None = None
    """Present only while a silence will have a meaning (domain/conversation/pauses.py)."""
    last_interaction_at: Instant
    following: bool | None = None
    """False after an unfollow: nothing unsolicited is sent, except results by template."""
    silent_until: Instant | None = None
    """The time (Zalo's) until which an officer talks with them."""
    untold: list[str] = Field(default_factory=list)
    """Notices that no channel could carry, or only by day; they are sent as soon as the citizen writes."""
    erased_at: Instant | None = None
    """Everything sent or planned up to this time is dropped."""
    recovered: list[str] = Field(default_factory=list)
    """Marks of messages that the recovery brought."""


class StoredInput(Root):
    """An input as it came, append-only except for its files: `citizens/{hmac}/inputs/{key}`."""

    citizen: str
    at: Instant
    received_at: Instant
    event_name: str
    msg_id: str | None = None
    recovered: bool = False
    parts: list[InputPart]
    files: list[Attachment] = Field(default_factory=list)
    petition: str | None = None
    """The petition that it belongs to, once that is filed."""
    next_attempt_at: Instant | None = None
    """Present only while a file waits."""

    def part(self, key: str) -> InputPart:
        """Return the part with this key. Raise KeyError if there is none."""
        return {each.key: each for each in self.parts}[key]

    def with_file(self, file: Attachment) -> StoredInput:
        """Return the input with a new state of one of its files."""
        files = [file if each.id == file.id else each for each in self.files]
        waiting = [each.next_at for each in files if each.next_at]
        return self.model_copy(update={"files": files, "next_attempt_at": min(waiting, default=None)})


def citizen_path(pseudonym: str) -> str:
    """Return the path of the citizen's document."""
    return f"citizens/{pseudonym}"


def input_path(pseudonym: str, key: str) -> str:
    """Return the path of an input; `key` is its own or that of one of its parts."""
    return f"{citizen_path(pseudonym)}/inputs/{key.partition('-')[0]}"
