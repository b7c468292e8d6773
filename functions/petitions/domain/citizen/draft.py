"""The draft of a petition, and the parts of messages of which it consists."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from petitions.domain.files.attachment import FETCHED_TYPES
from petitions.domain.petition.petition import Contact, Location, ReplyBy
from petitions.domain.petition.petition_file import FileRef
from petitions.domain.shared.edges import AtMost
from petitions.domain.shared.records import Instant, Record, replace


class ConversationStep(StrEnum):
    """The value for which a draft waits, i.e. the question that is open."""

    CONSENT = "consent"
    CONTENT = "content"
    DUPLICATE = "duplicate"
    ADDRESS = "address"
    """The draft waits for the place of the matter."""
    WARD = "ward"
    NAME = "name"
    RESIDENCE = "residence"
    """The draft waits for the address at which the citizen can be reached."""
    PHONE = "phone"
    EMAIL = "email"
    CONFIRM = "confirm"


class EditConflict(Record):
    """Two different values given to one field in the chat and on the page at about the same time."""

    field: str
    """A key of `draft_changes.PAGE_FIELDS`, or "content"."""
    kept: str
    other: str
    at: Instant


PartType = Literal["text", "image", "gif", "video", "audio", "file", "link", "sticker", "location", "contact"]


class InputPart(Record):
    """One part of a message: a text, a file, a link, a location and so on."""

    key: str
    """The key of the stored input with a suffix for the part."""
    at: Instant
    type: PartType
    text: str | None = None
    url: str | None = None
    name: str | None = None
    location: Location | None = None

    def is_file(self) -> bool:
        """Return whether the part is a picture, recording or document to be downloaded."""
        return bool(self.url) and self.type in FETCHED_TYPES

    def words(self) -> str:
        """Return the part's text for the content of a petition. For a link, return its URL. "" for other parts."""
        return self.text or (self.url if self.type == "link" else None) or ""

    def reference(self) -> FileRef:
        return FileRef(id=self.key, type=self.type, name=self.name)


class SaidValue(Record):
    """A name, telephone number, home or e-mail address found in a message."""

    field: str
    """The field of the value, one of `understanding.commands.SAID_FIELDS`."""
    value: str


MAX_PARTS = 100
LONGEST_NAME, LONGEST_ADDRESS = 100, 300
"""The most characters of a name and of an address from Zalo's form."""
NOWHERE = "chưa rõ"
"""The stored place if the citizen does not know where the matter happened."""
MAX_CHARACTERS = 20_000
"""The limits of a petition's content: the most parts of messages and the most characters."""
MAX_BEYOND_PARTS = 200
MAX_BEYOND_CHARACTERS = 60_000
"""The limits of parts beyond the content, and of parts waiting for an answer. Both must fit a new draft.

Firestore limits the citizen's document, which holds all of them, to 1 MiB.
"""


NAMED_OTHERWISE = {"address": "residence"}
"""The fields of a contact that have another name in a draft, where `address` is the place of the matter."""


class PetitionDraft(Record):
    """A petition that the citizen is writing, with everything asked and answered so far."""

    parts: list[InputPart] = Field(default_factory=list)
    """The parts of the content, in the order of (Zalo's time, key)."""
    beyond: list[InputPart] = Field(default_factory=list)
    """Parts that do not fit the content. They become additions to the petition after filing."""
    refused: int = 0
    """The number of message parts that were not stored, because the draft was full."""
    rewriting: bool = False
    """Whether the citizen's next texts replace the content. It stays unchanged if none come."""
    address: str | None = None
    address_attempts: int = 0
    ward: str | None = None
    ward_choices: list[str] = Field(default_factory=list)
    location: Location | None = None
    name: str | None = None
    residence: str | None = None
    phone: str | None = None
    """The phone number in Zalo's form, 84xxxxxxxxx. "" if the citizen has none.

    Without a number, the law accepts a postal address (LAW 1.3).
    """
    email: str | None = None
    type: Literal["individual", "business"] = "individual"
    reply_by: ReplyBy | None = None
    others: list[SaidValue] = Field(default_factory=list)
    """Contact data of other people found in the content."""
    notice_shown: bool = False
    """Whether the citizen has seen the notice of data processing. Without it, no consent counts."""
    before: dict[str, str | None] = Field(default_factory=dict)
    """The values replaced by the last edit, by field, so that it can be undone."""
    similar: str | None = None
    """The code of a similar petition of the citizen, while the citizen is asked about it."""
    duplicate_asked: bool = False
    """Whether the citizen has been asked about a duplicate."""
    matters_asked: bool = False
    """Whether the citizen was asked if the content is about two matters."""
    then: list[InputPart] = Field(default_factory=list)
    """The message parts about a second matter. They become the next draft."""
    compared: bool = False
    """Whether similar published results have been searched."""
    form_sent: bool = False
    """Whether Zalo's form for contact data has been sent."""
    declined: list[str] = Field(default_factory=list)
    """The steps that the citizen declined and for which the reason was explained."""
    reminders: int = 0
    """The number of reminders sent because the draft is not filed yet."""
    guided: list[str] = Field(default_factory=list)
    """The kinds of guidance given, such as advice to call the police."""
    guidance: list[str] = Field(default_factory=list)
    """The ids of the stored records of the guidance given (`domain/citizen/guidance.py`)."""
    page: str | None = None
    """The letters in the link to the citizen's page for the draft. None until the link was sent."""
    page_at: Instant | None = None
    """The time at which the link to the draft's page was last sent."""
    set_at: dict[str, Instant] = Field(default_factory=dict)
    """The time of a field's last change since the page exists. A value that arrives late replaces no newer one."""
    rewritten: dict[str, str] = Field(default_factory=dict)
    """Marks of the lines of texts that a text from the page replaced, by the key of the replaced text."""
    file_order: list[str] = Field(default_factory=list)
    """The keys of files in the order chosen by the citizen. Files not listed follow."""
    conflicts: list[EditConflict] = Field(default_factory=list)
    """The conflicts that the citizen has not seen on the page yet."""

    def with_part(self, part: InputPart) -> PetitionDraft:
        """Return the draft with a part in its place in order. A part with a known key replaces the old one.

        A part that does not fit the content goes to `beyond`. If it does not fit there either, it is only counted.
        """
        others = [input_part for input_part in self.parts if input_part.key != part.key]
        if _fits(others, part, MAX_PARTS, MAX_CHARACTERS):
            return replace(self, parts=_in_order([*others, part]))
        beyond = [input_part for input_part in self.beyond if input_part.key != part.key]
        if _fits(beyond, part, MAX_BEYOND_PARTS, MAX_BEYOND_CHARACTERS):
            return replace(self, beyond=_in_order([*beyond, part]))
        return replace(self, refused=self.refused + 1)

    def content(self) -> str:
        """Return the texts and links of the content, one paragraph per part."""
        return words_of(self.parts)

    def all_parts(self) -> list[InputPart]:
        """Return the parts of the content and the parts that did not fit it."""
        return [*self.parts, *self.beyond]

    def files(self) -> list[InputPart]:
        """Return the pictures, recordings and documents, in the order chosen by the citizen."""
        place = {key: number for number, key in enumerate(self.file_order)}
        files = [part for part in self.parts if part.is_file()]
        return sorted(files, key=lambda part: place.get(part.key, len(place)))


def contact_of(draft: PetitionDraft, model: type[Contact] = Contact) -> Contact:
    """Return the filer's contact from the draft's values. Missing required values are ""."""
    given = {name: getattr(draft, own) for name, own in _shared(model, type(draft)).items()}
    required = {name: "" for name, field in model.model_fields.items() if field.is_required()}
    return model.model_validate(required | {name: value for name, value in given.items() if value is not None})


def missing_of(contact: Contact, draft: PetitionDraft) -> dict[str, Any]:
    """Return the contact's values for fields that are empty in the draft, by the draft's names for the fields."""
    begun = type(draft)()
    known = {own: getattr(contact, name) for name, own in _shared(type(contact), type(draft)).items()}
    return {own: value for own, value in known.items() if getattr(draft, own) in {getattr(begun, own), ""}}


def _shared(contact: type[Contact], draft: type[PetitionDraft]) -> dict[str, str]:
    named = {name: NAMED_OTHERWISE.get(name, name) for name in contact.model_fields}
    return {name: own for name, own in named.items() if own in draft.model_fields}


def words_of(parts: Sequence[InputPart]) -> str:
    """Return the texts of the parts, one paragraph per part that has any."""
    return "\n".join(part.words() for part in parts if part.words())


def waiting_with(waiting: Sequence[InputPart], added: Sequence[InputPart]) -> list[InputPart] | None:
    """Return the waiting parts with the added ones, or None if all together exceed the limits of a draft."""
    kept = list(waiting)
    for part in added:
        if not _fits(kept, part, MAX_BEYOND_PARTS, MAX_BEYOND_CHARACTERS):
            return None
        kept.append(part)
    return kept


def _fits(others: list[InputPart], part: InputPart, most: int, characters: int) -> bool:
    length = sum(len(other.text or "") for other in others) + len(part.text or "")
    return AtMost(most).has_room(len(others)) and length <= characters


def _in_order(parts: list[InputPart]) -> list[InputPart]:
    return sorted(parts, key=lambda part: (part.at, part.key))
