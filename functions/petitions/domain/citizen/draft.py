"""A petition in the making, and the parts of inputs it consists of."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from petitions.domain.files.attachment import FETCHED_TYPES
from petitions.domain.petition.petition import Contact, Location, ReplyBy
from petitions.domain.petition.petition_file import FileRef
from petitions.domain.shared.records import Instant, Record, replace


class ConversationStep(StrEnum):
    """The value that a draft waits for."""

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


class EditConflict(Record):
    """Two values given to a field in the chat and on the page at about the same time, unaware of the other."""

    field: str
    """A key of `draft_changes.FIELDS`, or "content"."""
    kept: str
    other: str
    at: Instant


PartType = Literal["text", "image", "gif", "video", "audio", "file", "link", "sticker", "location", "contact"]


class InputPart(Record):
    """A part of a citizen's input as the draft uses it."""

    key: str
    """The key of the stored input, with a suffix."""
    at: Instant
    type: PartType
    text: str | None = None
    url: str | None = None
    name: str | None = None
    location: Location | None = None

    def is_file(self) -> bool:
        """Return whether the part is a picture, recording or document to be fetched."""
        return bool(self.url) and self.type in FETCHED_TYPES

    def words(self) -> str:
        """Return the part's words for the content of a petition. For a link, return its address."""
        return self.text or (self.url if self.type == "link" else None) or ""

    def reference(self) -> FileRef:
        """Return the reference by which a petition names the part."""
        return FileRef(id=self.key, type=self.type, name=self.name)


class SaidValue(Record):
    """A name, telephone, home or e-mail address in a message."""

    field: str
    """One of `understanding.commands.FIELDS`."""
    value: str


MAX_PARTS = 100
MAX_CHARACTERS = 20_000
"""The limits of a petition's content."""
MAX_BEYOND_PARTS = 200
MAX_BEYOND_CHARACTERS = 60_000
"""The limits of the parts beyond the content, and of parts waiting for an answer, so that they fit a new draft.

Firestore limits the citizen's document, which holds all of them, to 1 MiB.
"""


_NAMED_OTHERWISE = {"address": "residence"}
"""The fields of a contact with another name in a draft, whose `address` is the place of the matter."""


class PetitionDraft(Record):
    """A petition in the making."""

    parts: list[InputPart] = Field(default_factory=list)
    """In the order of (Zalo's time, key)."""
    beyond: list[InputPart] = Field(default_factory=list)
    """Parts that do not fit the content. They become additions to the petition."""
    refused: int = 0
    """The number of parts that did not fit even there."""
    rewriting: bool = False
    """Whether the next content replaces the story, which stays if none comes."""
    address: str | None = None
    address_attempts: int = 0
    ward: str | None = None
    ward_choices: list[str] = Field(default_factory=list)
    location: Location | None = None
    name: str | None = None
    residence: str | None = None
    phone: str | None = None
    """In Zalo's form, 84xxxxxxxxx. Empty if the citizen gives none (LAW 1.3 accepts a postal address)."""
    email: str | None = None
    type: Literal["individual", "business"] = "individual"
    reply_by: ReplyBy | None = None
    others: list[SaidValue] = Field(default_factory=list)
    """The values of other people in the messages of the story."""
    notice_shown: bool = False
    """Whether the notice of data processing has been shown. Nobody consents to a text they have not read."""
    before: dict[str, str | None] = Field(default_factory=dict)
    """The values that the last edit replaced, by name."""
    similar: str | None = None
    """The code of the citizen's similar petition, while they are asked about it."""
    duplicate_asked: bool = False
    """Whether the citizen has been asked about a duplicate."""
    matters_asked: bool = False
    """Whether the citizen has been asked if the story contains two matters."""
    then: list[InputPart] = Field(default_factory=list)
    """A second matter, to become a petition after this one."""
    compared: bool = False
    """Whether similar published results have been looked for."""
    form_sent: bool = False
    """Whether Zalo's form for contact data has been sent."""
    declined: list[str] = Field(default_factory=list)
    """The declined steps whose reason has been explained."""
    reminders: int = 0
    """How many reminders were sent that the draft is not filed yet."""
    guided: list[str] = Field(default_factory=list)
    """The kinds of guidance given."""
    guidance: list[str] = Field(default_factory=list)
    """The ids of their records."""
    page: str | None = None
    """The letters in the link to the citizen's page of the draft, once the link was given."""
    page_at: Instant | None = None
    """The time at which the link was last given."""
    set_at: dict[str, Instant] = Field(default_factory=dict)
    """The time of the last change of a field since the page exists. A late value replaces no newer one."""
    rewritten: dict[str, str] = Field(default_factory=dict)
    """Marks of the lines of texts replaced by a story from a page, by key of the text."""
    file_order: list[str] = Field(default_factory=list)
    """The keys of files in the order chosen by the citizen. Other files follow."""
    conflicts: list[EditConflict] = Field(default_factory=list)
    """The conflicts that the citizen has not yet seen on the page."""

    def with_part(self, part: InputPart) -> PetitionDraft:
        """Return the draft with a part in its place in order. A part with a known key replaces the old one."""
        others = [input_part for input_part in self.parts if input_part.key != part.key]
        if _fits(others, part, MAX_PARTS, MAX_CHARACTERS):
            return replace(self, parts=_in_order([*others, part]))
        beyond = [input_part for input_part in self.beyond if input_part.key != part.key]
        if _fits(beyond, part, MAX_BEYOND_PARTS, MAX_BEYOND_CHARACTERS):
            return replace(self, beyond=_in_order([*beyond, part]))
        return replace(self, refused=self.refused + 1)

    def content(self) -> str:
        """Return the text parts and links, one paragraph per part."""
        return words_of(self.parts)

    def all_parts(self) -> list[InputPart]:
        """Return all parts, including those that did not fit the content."""
        return [*self.parts, *self.beyond]

    def files(self) -> list[InputPart]:
        """Return the pictures, recordings and files, in the order chosen by the citizen."""
        place = {key: number for number, key in enumerate(self.file_order)}
        files = [part for part in self.parts if part.is_file()]
        return sorted(files, key=lambda part: place.get(part.key, len(place)))


def contact_of(draft: PetitionDraft, model: type[Contact] = Contact) -> Contact:
    """Return the filer's contact from the fields that a draft and a contact share."""
    given = {name: getattr(draft, own) for name, own in _shared(model, type(draft)).items()}
    required = {name: "" for name, field in model.model_fields.items() if field.is_required()}
    return model.model_validate(required | {name: value for name, value in given.items() if value is not None})


def missing_of(contact: Contact, draft: PetitionDraft) -> dict[str, Any]:
    """Return the contact's values for the fields that are empty in the draft, by the draft's field names."""
    begun = type(draft)()
    known = {own: getattr(contact, name) for name, own in _shared(type(contact), type(draft)).items()}
    return {own: value for own, value in known.items() if getattr(draft, own) in {getattr(begun, own), ""}}


def _shared(contact: type[Contact], draft: type[PetitionDraft]) -> dict[str, str]:
    """Return the fields that a contact shares with a draft, mapped to the draft's names."""
    named = {name: _NAMED_OTHERWISE.get(name, name) for name in contact.model_fields}
    return {name: own for name, own in named.items() if own in draft.model_fields}


def words_of(parts: Sequence[InputPart]) -> str:
    """Return the words of the parts, one paragraph per part that has any."""
    return "\n".join(part.words() for part in parts if part.words())


def waiting_with(waiting: Sequence[InputPart], added: Sequence[InputPart]) -> list[InputPart] | None:
    """Return the waiting parts together with the added ones, or None if they do not all fit."""
    kept = list(waiting)
    for part in added:
        if not _fits(kept, part, MAX_BEYOND_PARTS, MAX_BEYOND_CHARACTERS):
            return None
        kept.append(part)
    return kept


def _fits(others: list[InputPart], part: InputPart, most: int, characters: int) -> bool:
    length = sum(len(other.text or "") for other in others) + len(part.text or "")
    return len(others) < most and length <= characters


def _in_order(parts: list[InputPart]) -> list[InputPart]:
    return sorted(parts, key=lambda part: (part.at, part.key))
