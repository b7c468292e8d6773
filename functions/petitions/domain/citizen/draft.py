"""A petition in the making, and the parts of inputs of which it is made."""

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
    """What a draft waits for."""

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
    """Two values that the chat and the page gave a field at about the same time, each without having seen the other."""

    field: str
    """A key of `draft_changes.FIELDS`, or "content"."""
    kept: str
    other: str
    at: Instant


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

    def words(self) -> str:
        """Return what the part contributes to the words of a matter; of a link, its address."""
        return self.text or (self.url if self.type == "link" else None) or ""

    def reference(self) -> FileRef:
        """Return the reference by which a petition names the part."""
        return FileRef(id=self.key, type=self.type, name=self.name)


MAX_PARTS = 100
MAX_CHARACTERS = 20_000
"""The limit of one petition's content."""
MAX_BEYOND_PARTS = 200
MAX_BEYOND_CHARACTERS = 60_000
"""The limit of what goes with it as additions, and of what waits for an answer, so that a new draft has room for it.

Firestore caps the citizen's document, which holds all of it, at 1 MiB."""


_NAMED_OTHERWISE = {"address": "residence"}
"""The fields of a contact that have another name in a draft, whose `address` is the place of the matter."""


class PetitionDraft(Record):
    """A petition in the making."""

    parts: list[InputPart] = Field(default_factory=list)
    """In the order of (Zalo's time, key)."""
    beyond: list[InputPart] = Field(default_factory=list)
    """Parts for which the content has no room: they become additions to the petition."""
    refused: int = 0
    """How many parts had no room even there."""
    rewriting: bool = False
    """Whether the next thing told replaces the story, which stays if nothing is."""
    address: str | None = None
    address_attempts: int = 0
    ward: str | None = None
    ward_choices: list[str] = Field(default_factory=list)
    location: Location | None = None
    name: str | None = None
    residence: str | None = None
    phone: str | None = None
    """In Zalo's form, 84xxxxxxxxx; empty if the citizen does not give one (LAW 1.3 accepts a postal address)."""
    email: str | None = None
    type: Literal["individual", "business"] = "individual"
    reply_by: ReplyBy | None = None
    notice_shown: bool = False
    """Whether the notice of data processing has been shown: nobody consents to what they have not read."""
    before: dict[str, str | None] = Field(default_factory=dict)
    """The values that the last edit replaced, by name."""
    similar: str | None = None
    """An own petition with the same content, while the citizen is asked about it."""
    duplicate_asked: bool = False
    """Whether the citizen has been asked about a duplicate."""
    matters_asked: bool = False
    """Whether the citizen has been asked if the story is two matters."""
    then: list[InputPart] = Field(default_factory=list)
    """A second matter, to become a petition after this one."""
    compared: bool = False
    """Whether published results that tell the same have been looked for."""
    form_sent: bool = False
    """Whether Zalo's form for contact data has been sent."""
    declined: list[str] = Field(default_factory=list)
    """The steps whose reason was explained to a citizen who declined."""
    reminders: int = 0
    """How often a silent citizen was told that nothing has been sent yet."""
    guided: list[str] = Field(default_factory=list)
    """The kinds of guidance given."""
    guidance: list[str] = Field(default_factory=list)
    """The ids of their records."""
    page: str | None = None
    """The letters in the link to the citizen's page of the draft, once the link was given."""
    page_at: Instant | None = None
    """When the link was given last."""
    set_at: dict[str, Instant] = Field(default_factory=dict)
    """When each field was last changed since the page exists: a value that arrives late replaces no newer one."""
    rewritten: dict[str, str] = Field(default_factory=dict)
    """By the key of each told text that a story sent from a page took the place of, the marks of its lines."""
    file_order: list[str] = Field(default_factory=list)
    """The keys of files in the order that the citizen chose; others follow."""
    conflicts: list[EditConflict] = Field(default_factory=list)
    """Those that the citizen has not seen on the page yet."""

    def with_part(self, part: InputPart) -> PetitionDraft:
        """Return the draft with another part in its place; a part with a known key replaces the old one."""
        others = [input_part for input_part in self.parts if input_part.key != part.key]
        if _fits(others, part, MAX_PARTS, MAX_CHARACTERS):
            return replace(self, parts=_in_order([*others, part]))
        beyond = [input_part for input_part in self.beyond if input_part.key != part.key]
        if _fits(beyond, part, MAX_BEYOND_PARTS, MAX_BEYOND_CHARACTERS):
            return replace(self, beyond=_in_order([*beyond, part]))
        return replace(self, refused=self.refused + 1)

    def content(self) -> str:
        """Return the text parts and links, one paragraph each."""
        return words_of(self.parts)

    def told(self) -> list[InputPart]:
        """Return all that was told, with what the content has no room for."""
        return [*self.parts, *self.beyond]

    def files(self) -> list[InputPart]:
        """Return the parts that are pictures, recordings or files, in the order that the citizen chose."""
        place = {key: number for number, key in enumerate(self.file_order)}
        files = [part for part in self.parts if part.is_file()]
        return sorted(files, key=lambda part: place.get(part.key, len(place)))


def contact_of(draft: PetitionDraft, model: type[Contact] = Contact) -> Contact:
    """Return who files: each field of a contact that the draft has too."""
    given = {name: getattr(draft, own) for name, own in _shared(model, type(draft)).items()}
    required = {name: "" for name, field in model.model_fields.items() if field.is_required()}
    return model.model_validate(required | {name: value for name, value in given.items() if value is not None})


def missing_of(contact: Contact, draft: PetitionDraft) -> dict[str, Any]:
    """Return the values of a contact, by the names of the draft's fields, where the draft has none of its own."""
    begun = type(draft)()
    known = {own: getattr(contact, name) for name, own in _shared(type(contact), type(draft)).items()}
    return {own: value for own, value in known.items() if getattr(draft, own) in {getattr(begun, own), ""}}


def _shared(contact: type[Contact], draft: type[PetitionDraft]) -> dict[str, str]:
    """Return the fields of a contact that a draft has too, with their names there."""
    named = {name: _NAMED_OTHERWISE.get(name, name) for name in contact.model_fields}
    return {name: own for name, own in named.items() if own in draft.model_fields}


def words_of(parts: Sequence[InputPart]) -> str:
    """Return the words of a matter, one paragraph for each part that has any."""
    return "\n".join(part.words() for part in parts if part.words())


def waiting_with(waiting: Sequence[InputPart], told: Sequence[InputPart]) -> list[InputPart] | None:
    """Return the parts that wait for an answer with these told meanwhile; None if there is no room for them."""
    kept = list(waiting)
    for part in told:
        if not _fits(kept, part, MAX_BEYOND_PARTS, MAX_BEYOND_CHARACTERS):
            return None
        kept.append(part)
    return kept


def _fits(others: list[InputPart], part: InputPart, most: int, characters: int) -> bool:
    told = sum(len(other.text or "") for other in others) + len(part.text or "")
    return len(others) < most and told <= characters


def _in_order(parts: list[InputPart]) -> list[InputPart]:
    return sorted(parts, key=lambda part: (part.at, part.key))
