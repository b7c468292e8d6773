"""The posts that a citizen's web page sends: changes of a draft, or actions on a petition.

A post is handled like a Zalo message: stored as it came, applied once by `intake`, and answered in the chat.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from petitions.domain.citizen.draft import MAX_CHARACTERS, InputPart, PartType
from petitions.domain.petition.petition import Location
from petitions.domain.shared.records import SCHEMA, Instant, Record

UPLOADED = "upload:"
"""The prefix of the address of a part that was uploaded from a page. Its name in the bucket follows."""
MOST_FILES = 10
"""The most files in one post."""
LONGEST_WORDS = 5_000
"""The most characters of a text sent about a petition."""


def mark(text: str) -> str:
    """Return a short hash of a text, 16 hexadecimal digits. A page sends it to identify the text that it showed."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class SeenDraft(Record):
    """Hashes of the values that the page showed when it was filled in."""

    revision: str
    """The hash of all values together."""
    fields: dict[str, str]
    """The hashes of the values by field, and of the descriptions of the first and second problem."""
    texts: dict[str, str]
    """The hashes of the texts that form the description, by key of the part."""
    second: dict[str, str] = Field(default_factory=dict)
    """The hashes of the texts about a second problem, by key of the part."""

    def mark_of(self, field: str) -> str:
        """Return the hash of a field's value. A page from before the field existed counts as showing it empty."""
        return self.fields.get(field, mark(""))


class DraftEdit(Record):
    """Changes of a draft, sent from its page. Fields that are left out do not change."""

    kind: Literal["draft"] = "draft"
    seen: SeenDraft
    changes: dict[str, str] = Field(default_factory=dict)
    """New values by field, "" for none. For the place only its words, as `ward` and `point` are separate."""
    ward: str | None = None
    """The code of the chosen ward."""
    point: Location | None = None
    content: str | None = Field(default=None, max_length=MAX_CHARACTERS)
    """The whole new description of the problem."""
    second: str | None = Field(default=None, max_length=MAX_CHARACTERS)
    """The whole new description of a second problem, "" for none."""
    removed: list[str] = Field(default_factory=list)
    """The keys of the files to remove from the draft."""
    order: list[str] = Field(default_factory=list)
    """The keys of all files in order, if the order was changed."""
    without_point: bool = False
    """Whether to remove the position on the map."""
    consents: bool = False
    sends: bool = False

    @property
    def only_sends(self) -> bool:
        """Whether the post only asks to file the draft, without any change or consent."""
        changes = (self.changes, self.removed, self.order, self.consents, self.without_point)
        values = (self.ward, self.point, self.content, self.second)
        return not any(changes) and all(value is None for value in values)

    @property
    def is_empty(self) -> bool:
        """Whether the post neither changes nor files the draft."""
        return self.only_sends and not self.sends


class DraftDropped(Record):
    """A request to drop the draft."""

    kind: Literal["drop"] = "drop"


class MoreForPetition(Record):
    """An addition to a petition, possibly one that an officer asked for."""

    kind: Literal["more"] = "more"
    words: str = Field(default="", max_length=LONGEST_WORDS)
    given: list[str] = Field(default_factory=list)
    """The items of the officer's request that the citizen ticked off."""


class PageRating(Record):
    """A citizen's rating of the answer, sent from the petition's page."""

    kind: Literal["rate"] = "rate"
    level: Literal[1, 2, 3]
    reason: str = Field(default="", max_length=LONGEST_WORDS)


class PageContest(Record):
    """A request that an officer reviews the outcome of the petition."""

    kind: Literal["contest"] = "contest"
    words: str = Field(max_length=LONGEST_WORDS)


class PageCorrection(Record):
    """New contact data or a new place, accepted until the unit accepts the petition."""

    kind: Literal["correct"] = "correct"
    values: dict[str, str]
    """The new values by field: place and the names in CONTACT_FIELDS."""


class PageWithdrawal(Record):
    kind: Literal["withdraw"] = "withdraw"


class PageErasure(Record):
    """A request to erase all the citizen's data."""

    kind: Literal["erase"] = "erase"


class TalkWanted(Record):
    """A request to speak with an officer."""

    kind: Literal["person"] = "person"
    words: str = Field(max_length=LONGEST_WORDS)
    phone: str = ""


class WordWanted(Record):
    """A request for a one-time code in the chat, by which the citizen confirms another browser."""

    kind: Literal["word"] = "word"
    word: str


class PageOpened(Record):
    """A report that a browser opened the page for the first time, of which the chat notifies the citizen."""

    kind: Literal["opened"] = "opened"
    shuts_out: bool = False
    """Whether this browser takes the access of another one that used the link."""


PageAction = Annotated[
    DraftEdit
    | DraftDropped
    | MoreForPetition
    | PageRating
    | PageContest
    | PageCorrection
    | PageWithdrawal
    | PageErasure
    | TalkWanted
    | WordWanted
    | PageOpened,
    Field(discriminator="kind"),
]


class Upload(Record):
    """A file sent from the page, not checked yet."""

    object: str
    """The name of the file in the bucket, below `uploads/`."""
    name: str
    type: PartType
    """The type as stated by the browser."""


class PagePost(Record):
    """A post as published for the function `intake`."""

    schema_version: int = SCHEMA
    key: str
    """The key of the post. The same form with the same contents has the same key."""
    page: str
    """The id of the page from which the post was sent."""
    citizen: str
    """The pseudonym of the citizen whose page it is."""
    code: str | None = None
    """The code of the petition. None if the page is that of a draft."""
    at: Instant
    action: PageAction
    uploads: list[Upload] = Field(default_factory=list, max_length=MOST_FILES)

    @property
    def input_key(self) -> str:
        return hashlib.sha256(f"{self.page}:{self.key}".encode()).hexdigest()[:32]

    def parts(self) -> tuple[InputPart, ...]:
        return tuple(
            InputPart(
                key=f"{self.input_key}-{number}",
                at=self.at,
                type=upload.type,
                url=UPLOADED + upload.object,
                name=upload.name or None,
            )
            for number, upload in enumerate(self.uploads, 1)
        )
