"""What other systems send and get: these shapes check it, and the description is made of them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Base64Bytes, BaseModel, ConfigDict, Field

from petitions.domain.channels.entry import Entry, read_entry
from petitions.domain.citizen.draft import MAX_CHARACTERS
from petitions.domain.lifecycle.states import State
from petitions.domain.pages.filled_form import LONGEST
from petitions.domain.petition.answering import LONGEST_FIELD, MOST_BYTES, MOST_FILES
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.public import PublicStatus
from petitions.domain.shared.channel import LONGEST_AUTHORITY, LONGEST_NUMBER, Channel
from petitions.usecases.channels.follow_changes import Followed
from petitions.usecases.desk.read_petition import PetitionPage
from petitions.usecases.petition.act_on_petition import MAX_TEXT
from petitions.usecases.petition.note_petition import LONGEST_NOTE


class Shape(BaseModel):
    """Exactly these fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Attachment(Shape):
    """A file, its bytes in base 64."""

    name: str = Field(max_length=200)
    content: Base64Bytes = Field(max_length=MOST_BYTES)


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
        return read_entry(given, key, tuple((each.name, each.content) for each in self.attachments))


class Accepting(Shape):
    """The version that was looked at."""

    version: int = Field(ge=1)
    level: Literal["normal", "complex", "urgent"] | None = None


class Assigning(Shape):
    """Who is to handle it: somebody of the unit by id; nobody in particular without one."""

    version: int = Field(ge=1)
    handler: str | None = Field(default=None, min_length=1, max_length=100)


class Noting(Shape):
    """A note beside the petition."""

    text: str = Field(min_length=1, max_length=LONGEST_NOTE)


class Drafting(Shape):
    """An answer being written, which people hand in and approve; `seen` as the draft was last given, "" for none."""

    seen: str = Field(default="", max_length=40)
    text: str = Field(max_length=MAX_TEXT)
    basis: str = Field(default="", max_length=LONGEST_FIELD)
    no_evidence: str = Field(default="", max_length=LONGEST_FIELD)


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


class ReplyShape(Shape):
    """The answer in force."""

    text: str
    basis: str
    approved_at: AwareDatetime | None
    files: list[FileShape]


class PetitionShape(Shape):
    """A petition as the caller may see it, without who filed it."""

    code: str
    version: int
    state: State
    unit: str
    handler: str | None
    level: str
    title: str
    content: str
    address: str
    ward: str | None
    filed_at: AwareDatetime
    due_at: AwareDatetime | None
    channel: Channel | None
    number: str
    files: list[FileShape]
    reply: ReplyShape | None
    actions: list[str]

    @classmethod
    def of(cls, page: PetitionPage) -> PetitionShape:
        """Return the petition as the page has it."""
        known: Petition = page.petition
        copied = ("code", "version", "state", "unit", "handler", "level", "title", "content", "address", "ward")
        files, given = (
            [FileShape(id=each.id, name=each.name, media_type=each.media_type, size=each.size) for each in listed]
            for listed in (page.attachments, page.answer_files)
        )
        reply = known.reply if page.answered else None
        return cls(
            **{name: getattr(known, name) for name in copied},
            filed_at=known.filed_at,
            due_at=known.due_at,
            channel=known.taken.channel if known.taken else None,
            number=known.taken.number if known.taken else "",
            files=files,
            reply=ReplyShape(text=reply.text, basis=reply.basis, approved_at=reply.approved_at, files=given)
            if reply
            else None,
            actions=[each.action.value for each in page.actions],
        )


class DoneShape(Shape):
    """A petition after what was done; `new` says whether this call made it."""

    code: str
    state: State
    unit: str
    version: int
    new: bool = False

    @classmethod
    def of(cls, petition: Petition, *, new: bool = False) -> DoneShape:
        """Return what is left."""
        return cls(code=petition.code, state=petition.state, unit=petition.unit, version=petition.version, new=new)


class DraftShape(Shape):
    """A draft that was kept; `seen` is what its next save has to name."""

    seen: str


class ChangeShape(Shape):
    """A petition that changed: what may be read of it, and its state unless it left the caller's sight."""

    code: str
    at: AwareDatetime
    sight: Literal["whole", "state", "gone"]
    version: int | None
    state: State | None

    @classmethod
    def of(cls, change: Followed, state: State) -> ChangeShape:
        """Return the change; `state` is that which everybody may know."""
        whole, gone = change.sight == "whole", change.sight == "gone"
        return cls(
            code=change.petition.code, at=change.at, sight=change.sight,
            version=change.petition.version if whole else None,
            state=None if gone else change.petition.state if whole else state,
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
