"""What other systems send and get: these shapes check it, and the description is made of them."""

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


class Shape(BaseModel):
    """Exactly these fields."""

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
    """A file, its bytes in base 64."""

    name: str = Field(max_length=200)
    content: Annotated[
        bytes,
        BeforeValidator(_decoded),
        WithJsonSchema({"type": "string", "contentEncoding": "base64", "maxLength": (MOST_BYTES + 2) // 3 * 4}),
    ]


class NewPetition(Shape):
    """A petition that came on the caller's channel; `number` is the channel's own."""

    received_at: AwareDatetime
    number: str = Field(default="", max_length=LONGEST_NUMBER)
    dated: date | None = None
    authority: str = Field(default="", max_length=LONGEST_AUTHORITY)
    content: str = Field(max_length=MAX_CHARACTERS)
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
        """Return it as the use case takes it."""
        apart = {"received_at", "dated", "attachments"}
        given = {name: str(getattr(self, name)) for name in type(self).model_fields if name not in apart}
        given |= {"channel": channel.value, "received_at": self.received_at.isoformat()}
        given |= {"dated": self.dated.isoformat()} if self.dated else {}
        entry = read_entry(given, key, tuple((attachment.name, attachment.content) for attachment in self.attachments))
        files = [
            f"{attachment.name}:{hashlib.sha256(attachment.content).hexdigest()}" for attachment in self.attachments
        ]
        return replace(entry, body=seen_mark(self.model_dump_json(exclude={"attachments"}), *files))


class Acting(Shape):
    """What is asked of a version that was looked at."""

    version: int = Field(ge=1)

    @property
    def mark(self) -> str:
        """Return the mark by which the very same request is known again."""
        return seen_mark(type(self).__name__, self.model_dump_json())


class Accepting(Acting):
    """Accept it, at this level."""

    level: Literal["normal", "complex", "urgent"] | None = None


class Assigning(Acting):
    """Who is to handle it: somebody of the unit by id; nobody in particular without one."""

    handler: str | None = Field(default=None, min_length=1, max_length=100)


class Noting(Shape):
    """A note beside the petition, or more words of its filer."""

    text: str = Field(min_length=1, max_length=LONGEST_NOTE)
    from_filer: bool = False


class Drafting(Shape):
    """An answer being written, which people hand in and approve; `seen` as the draft was last given, "" for none."""

    seen: str = Field(default="", max_length=40)
    text: str = Field(max_length=MAX_TEXT)
    basis: str = Field(default="", max_length=LONGEST_FIELD)
    no_evidence: str = Field(default="", max_length=LONGEST_FIELD)
    outcome: AnswerOutcome | None = None


class StateShape(Shape):
    """What everybody may know of a petition."""

    code: str
    state: State
    unit: str
    unit_name: str
    filed_at: AwareDatetime
    due_at: AwareDatetime | None
    answered_at: AwareDatetime | None

    @classmethod
    def of(cls, status: PublicStatus) -> StateShape:
        """Return the projection."""
        return cls(**{name: getattr(status, name) for name in cls.model_fields})


class FileShape(Shape):
    """A file that can be fetched by its id."""

    id: str
    name: str | None
    media_type: str | None
    size: int | None


def _files(listed: Sequence[PetitionFile]) -> list[FileShape]:
    return [FileShape(id=file.id, name=file.name, media_type=file.media_type, size=file.size) for file in listed]


class ReplyShape(Shape):
    """The answer in force."""

    text: str
    basis: str
    approved_at: AwareDatetime | None
    files: list[FileShape]


class AskedShape(Shape):
    """What the filer is asked for."""

    text: str
    until: AwareDatetime


class DraftTextShape(Shape):
    """The answer that is being written; `seen` is what its next save has to name."""

    seen: str
    text: str
    basis: str
    no_evidence: str
    outcome: AnswerOutcome | None
    files: list[FileShape]


class PetitionShape(Shape):
    """A petition as the caller may read it, without who filed it; of one that was only received the rest is null."""

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
        """Return the petition as the view has it."""
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
    """A petition after what was done; `new` says whether this call made it."""

    code: str
    sight: Sight
    state: State
    version: int | None
    new: bool = False
    danger: bool = False

    @classmethod
    def of(cls, view: SystemView, *, new: bool = False, danger: bool = False) -> DoneShape:
        """Return what is left, as far as the caller may read it."""
        version = view.petition.version if view.sight is Sight.UNIT else None
        return cls(code=view.petition.code, sight=view.sight, state=view.state, version=version, new=new, danger=danger)


class KeptFileShape(FileShape):
    """A file that was put beside the draft; `seen` is what the draft's next save has to name."""

    seen: str


class DraftShape(Shape):
    """A draft that was kept; `seen` is what its next save has to name."""

    seen: str


class ChangeShape(Shape):
    """A petition that changed: how much of it may be read, and its state unless it left the caller's sight."""

    code: str
    at: AwareDatetime
    sight: Sight
    version: int | None
    state: State | None

    @classmethod
    def of(cls, change: Followed) -> ChangeShape:
        """Return the change."""
        view = SystemView(change.petition, change.sight)
        return cls(
            code=change.petition.code, at=change.at, sight=change.sight,
            version=change.petition.version if change.sight is Sight.UNIT else None,
            state=None if change.sight is Sight.GONE else view.state,
        )  # fmt: skip


class ChangesShape(Shape):
    """A page of changes in order; ask on with `cursor`, at once while there is `more`."""

    changes: list[ChangeShape]
    cursor: str
    more: bool


class UnitShape(Shape):
    """A unit or ward."""

    code: str
    name: str


class UnitsShape(Shape):
    """All units and wards."""

    units: list[UnitShape]
