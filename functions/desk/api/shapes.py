"""The requests and responses of `/api/v1` as pydantic models, from which the OpenAPI document is generated."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from petitions.domain.channels.entry import Entry, read_entry
from petitions.domain.citizen.draft import MAX_CHARACTERS
from petitions.domain.lifecycle.states import Level, State
from petitions.domain.pages.filled_form import LONGEST
from petitions.domain.petition.answering import LONGEST_FIELD, MOST_BYTES, MOST_FILES
from petitions.domain.petition.outcomes import AnswerOutcome
from petitions.domain.petition.petition import AnswerWay
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.publishing.public import PublicStatus
from petitions.domain.shared.channel import LONGEST_AUTHORITY, LONGEST_NUMBER, Channel
from petitions.domain.shared.fingerprint import seen_mark
from petitions.usecases.channels.follow_changes import Followed
from petitions.usecases.channels.read_for_system import Offer, Sight, SystemView
from petitions.usecases.petition.draft_answer import MAX_TEXT, draft_mark
from petitions.usecases.petition.note_petition import LONGEST_NOTE

SHORTEST_STORY = 10
"""The fewest characters of a petition's text.

Other systems file petitions without the review that citizens get in the chat, so very short texts are refused.
"""


class Shape(BaseModel):
    """Base class of all requests and responses. Unknown fields and NUL characters are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:
        if isinstance(value, str) and "\0" in value:
            raise PydanticCustomError("nul", "a NUL character")
        return value


def _decoded(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    try:
        return base64.b64decode(written, validate=True)
    except ValueError as error:
        raise PydanticCustomError("base64", "no base 64") from error


class Attachment(Shape):
    """An uploaded file, with its `content` in base64."""

    name: str = Field(max_length=200)
    content: Annotated[
        bytes,
        BeforeValidator(_decoded),
        WithJsonSchema({"type": "string", "contentEncoding": "base64", "maxLength": (MOST_BYTES + 2) // 3 * 4}),
    ]


class NewPetition(Shape):
    """A petition that the calling system received on its channel. `number` is the petition's number there."""

    received_at: AwareDatetime
    number: str = Field(default="", max_length=LONGEST_NUMBER)
    dated: date | None = None
    authority: str = Field(default="", max_length=LONGEST_AUTHORITY)
    content: str = Field(min_length=SHORTEST_STORY, max_length=MAX_CHARACTERS)
    place: str = Field(default="", max_length=LONGEST["place"])
    ward: str = Field(default="", max_length=20)
    name: str = Field(max_length=LONGEST["name"])
    home: str = Field(max_length=LONGEST["home"])
    phone: str = Field(default="", max_length=LONGEST["phone"])
    email: str = Field(default="", max_length=LONGEST["email"])
    type: Literal["individual", "business"] = "individual"
    reply_by: Literal["", "phone", "email", "post", "channel"] = ""
    attachments: list[Attachment] = Field(default=[], max_length=MOST_FILES)

    def entry(self, key: str, channel: Channel) -> Entry:
        """Return the petition as the use case expects it. `key` is the idempotency key of the request."""
        apart = {"received_at", "dated", "attachments"}
        given = {name: str(getattr(self, name)) for name in type(self).model_fields if name not in apart}
        given |= {"channel": channel.value, "received_at": self.received_at.isoformat()}
        given |= {"dated": self.dated.isoformat()} if self.dated else {}
        entry = read_entry(given, key, tuple((attachment.name, attachment.content) for attachment in self.attachments))
        files = [
            f"{attachment.name}:{hashlib.sha256(attachment.content).hexdigest()}" for attachment in self.attachments
        ]
        given_fields = self.model_dump_json(exclude={"attachments"}, exclude_defaults=True)
        return replace(entry, body=seen_mark(given_fields, *files))


class Acting(Shape):
    """Base class of requests that act on a petition.

    `version` is the version of the petition that the caller has read. If the petition has changed since, the request is
    refused as a conflict.
    """

    version: int = Field(ge=1, strict=True)

    @property
    def mark(self) -> str:
        """Return a digest of the request, by which a repeated request is recognised. Unset fields are not included."""
        return seen_mark(type(self).__name__, self.model_dump_json(exclude_defaults=True))


class Accepting(Acting):
    """The request to accept a petition, with an optional level of difficulty."""

    level: Literal["normal", "complex", "urgent"] | None = None


class Assigning(Acting):
    """The request to assign a petition to an officer of the unit. Without `handler`, to the unit as a whole."""

    handler: str | None = Field(default=None, min_length=1, max_length=100)


class Noting(Shape):
    """An internal note on a petition or, with `from_filer`, more text from the filer."""

    text: str = Field(min_length=1, max_length=LONGEST_NOTE)
    from_filer: bool = False


class Drafting(Shape):
    """A draft of an answer. `seen` is the mark in the response to the last save, or empty for the first draft."""

    seen: str = Field(default="", max_length=40)
    text: str = Field(max_length=MAX_TEXT)
    basis: str = Field(default="", max_length=LONGEST_FIELD)
    no_evidence: str = Field(default="", max_length=LONGEST_FIELD)
    outcome: AnswerOutcome | None = None


class StateShape(Shape):
    """The public status of a petition, which anybody can look up by its code."""

    code: str
    state: State
    unit: str
    unit_name: str
    filed_at: AwareDatetime
    due_at: AwareDatetime | None
    answered_at: AwareDatetime | None

    @classmethod
    def of(cls, status: PublicStatus) -> StateShape:
        return cls(**{name: getattr(status, name) for name in cls.model_fields})


class FileShape(Shape):
    """A file of a petition, which can be downloaded by its id."""

    id: str
    name: str | None
    media_type: str | None
    size: int | None


def _files(listed: Sequence[PetitionFile]) -> list[FileShape]:
    return [FileShape(id=file.id, name=file.name, media_type=file.media_type, size=file.size) for file in listed]


class ReplyShape(Shape):
    """The approved answer to a petition, with its legal basis and files."""

    text: str
    basis: str
    approved_at: AwareDatetime | None
    files: list[FileShape]


class AskedShape(Shape):
    """The unit's question to the filer, and the instant until which the unit waits for the reply."""

    text: str
    until: AwareDatetime


class DraftTextShape(Shape):
    """The draft of an answer. The next save has to send the mark `seen`."""

    seen: str
    text: str
    basis: str
    no_evidence: str
    outcome: AnswerOutcome | None
    files: list[FileShape]


class PetitionShape(Shape):
    """A petition without its filer's data.

    `sight` is the extent of the account's access. If it is `received`, the account only learns the public state, and
    the optional fields are null.
    """

    code: str
    sight: Sight
    state: State
    filed_at: AwareDatetime
    due_at: AwareDatetime | None
    channel: Channel | None
    number: str
    version: int | None = None
    unit: str | None = None
    unit_name: str | None = None
    handler: str | None = None
    level: Level | None = None
    title: str | None = None
    content: str | None = None
    address: str | None = None
    ward: str | None = None
    answer_way: AnswerWay | None = None
    decision: str | None = None
    asked: AskedShape | None = None
    merged_into: str | None = None
    files: list[FileShape] = []
    reply: ReplyShape | None = None
    draft: DraftTextShape | None = None
    actions: list[Offer] = []

    @classmethod
    def of(cls, view: SystemView, unit_name: str) -> PetitionShape:
        """Return the response for a petition, limited to the fields that the account may read."""
        known, clock = view.petition, view.petition.citizens_clock
        more: dict[str, Any] = {} if view.sight is Sight.RECEIVED else cls._more(view, unit_name)
        return cls(
            code=known.code,
            sight=view.sight,
            state=view.state,
            filed_at=known.filed_at,
            due_at=clock.due_at if clock else None,
            channel=known.taken.channel if known.taken else None,
            number=known.taken.number if known.taken else "",
            **more,
        )

    @staticmethod
    def _more(view: SystemView, unit_name: str) -> dict[str, Any]:
        known, reply, draft = view.petition, view.reply, view.draft
        copied = ("unit", "level", "title", "content", "address", "ward", "answer_way", "decision", "merged_into")
        inner = {name: getattr(known, name) for name in ("version", "handler")} if view.sight is Sight.UNIT else {}
        given = reply and ReplyShape(
            text=reply.text, basis=reply.basis, approved_at=reply.approved_at, files=_files(view.reply_files)
        )
        written = draft and DraftTextShape(
            seen=draft_mark(view.drafted), text=draft.text, basis=draft.basis, no_evidence=draft.no_evidence,
            outcome=draft.outcome, files=_files(view.draft_files),
        )  # fmt: skip
        return {name: getattr(known, name) for name in copied} | inner | {
            "unit_name": unit_name, "files": _files(view.files), "reply": given, "draft": written,
            "actions": list(view.offers),
            "asked": AskedShape(text=view.asked.text, until=view.asked.until) if view.asked else None,
        }  # fmt: skip


class DoneShape(Shape):
    """The petition after an action. `new` is true if this request filed it, and false for a repeated request.

    `state` is null if the action was carried out and the account may no longer read the petition.
    """

    code: str
    sight: Sight
    state: State | None
    version: int | None
    new: bool = False
    danger: bool = False

    @classmethod
    def of(cls, view: SystemView, *, new: bool = False, danger: bool = False) -> DoneShape:
        """Return the response to an action on the petition.

        `danger` is true if the petition describes a danger to life.
        """
        version = view.petition.version if view.sight is Sight.UNIT else None
        return cls(code=view.petition.code, sight=view.sight, state=view.state, version=version, new=new, danger=danger)


class KeptFileShape(FileShape):
    """A file attached to the draft of an answer. The next save of the draft has to send the mark `seen`."""

    seen: str


class DraftShape(Shape):
    """The response to a saved draft of an answer. The next save has to send the mark `seen`."""

    seen: str


class ChangeShape(Shape):
    """A petition that changed. `sight` is the extent of the account's access. `state` is null if access ended."""

    code: str
    at: AwareDatetime
    sight: Sight
    version: int | None
    state: State | None

    @classmethod
    def of(cls, change: Followed) -> ChangeShape:
        view = SystemView(change.petition, change.sight)
        return cls(
            code=change.petition.code, at=change.at, sight=change.sight,
            version=change.petition.version if change.sight is Sight.UNIT else None,
            state=None if change.sight is Sight.GONE else view.state,
        )  # fmt: skip


class ChangesShape(Shape):
    """Petitions that changed, in order of change.

    Send `cursor` to get later changes. If `more` is true, there are later changes already.
    """

    changes: list[ChangeShape]
    cursor: str
    more: bool


class UnitShape(Shape):
    """A department or ward with its code."""

    code: str
    name: str


class UnitsShape(Shape):
    """All departments and wards."""

    units: list[UnitShape]
