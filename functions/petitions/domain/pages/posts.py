"""Posts that a citizen sends from their page: changes of a draft, or acts on a petition.

A post is an input like a Zalo message: kept as it came, applied once by `intake`, and answered in the chat.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from petitions.domain.citizen.draft import MAX_CHARACTERS, InputPart, PartType
from petitions.domain.petition.petition import Location
from petitions.domain.shared.records import SCHEMA, Instant, Record

UPLOADED = "upload:"
"""The prefix of the address of a part whose bytes came from a page. The rest is their name in the bucket."""
MOST_FILES = 10
"""The most files in one post."""
LONGEST_WORDS = 5_000
"""The most characters of words about a petition."""


def mark(text: str) -> str:
    """Return a short hash of a text. A page sends it to identify the text it showed."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class SeenDraft(Record):
    """Marks of the values that the page showed when it was filled in."""

    revision: str
    """The mark of everything."""
    fields: dict[str, str]
    """The marks of the fields, and of the story and the second matter as wholes."""
    texts: dict[str, str]
    """The marks of the parts of the story, by key."""
    second: dict[str, str] = Field(default_factory=dict)
    """The marks of the parts of a second matter, by key."""


class DraftEdit(Record):
    """Changes of a draft. Fields left out stay as they are."""

    kind: Literal["draft"] = "draft"
    seen: SeenDraft
    changes: dict[str, str] = Field(default_factory=dict)
    """New values by field, "" for none. For the place only its words, as `ward` and `point` are separate."""
    ward: str | None = None
    """The code of the chosen ward."""
    point: Location | None = None
    content: str | None = Field(default=None, max_length=MAX_CHARACTERS)
    """The whole new story."""
    second: str | None = Field(default=None, max_length=MAX_CHARACTERS)
    """The whole new second matter, "" for none."""
    removed: list[str] = Field(default_factory=list)
    """The keys of removed files."""
    order: list[str] = Field(default_factory=list)
    """The keys of all files in order, if the order was changed."""
    without_point: bool = False
    """Whether the position is removed."""
    consents: bool = False
    sends: bool = False

    @property
    def only_sends(self) -> bool:
        """Whether it only sends the draft, without any change or consent."""
        changes = (self.changes, self.removed, self.order, self.consents, self.without_point)
        values = (self.ward, self.point, self.content, self.second)
        return not any(changes) and all(value is None for value in values)

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return self.only_sends and not self.sends


class DraftDropped(Record):
    """A wish to drop the draft."""

    kind: Literal["drop"] = "drop"


class MoreForPetition(Record):
    """An addition to a petition, perhaps one that an officer asked for."""

    kind: Literal["more"] = "more"
    words: str = Field(default="", max_length=LONGEST_WORDS)
    given: list[str] = Field(default_factory=list)
    """The lines of the officer's request that were ticked off."""


class PageRating(Record):
    """A rating of the answer."""

    kind: Literal["rate"] = "rate"
    level: Literal[1, 2, 3]
    reason: str = Field(default="", max_length=LONGEST_WORDS)


class PageContest(Record):
    """A request for a review of the outcome."""

    kind: Literal["contest"] = "contest"
    words: str = Field(max_length=LONGEST_WORDS)


class PageCorrection(Record):
    """New contact data of the filer and a new place of the matter, as long as the petition is not accepted."""

    kind: Literal["correct"] = "correct"
    values: dict[str, str]
    """By field: name, phone, home, email, place."""


class PageWithdrawal(Record):
    """A wish to withdraw the petition."""

    kind: Literal["withdraw"] = "withdraw"


class PageErasure(Record):
    """A wish to erase all the citizen's data."""

    kind: Literal["erase"] = "erase"


class TalkWanted(Record):
    """A wish to talk with an officer."""

    kind: Literal["person"] = "person"
    words: str = Field(max_length=LONGEST_WORDS)
    phone: str = ""


class WordWanted(Record):
    """A word that confirms another browser, to be sent to the chat."""

    kind: Literal["word"] = "word"
    word: str


class PageOpened(Record):
    """A browser has opened the page for the first time. The filer is notified."""

    kind: Literal["opened"] = "opened"
    shuts_out: bool = False
    """Whether this browser shuts out another one admitted by the link."""


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
    """An unchecked file sent from the page."""

    object: str
    """Its name in the bucket, below `uploads/`."""
    name: str
    type: PartType
    """The type given by the browser."""


class PagePost(Record):
    """A post as published for `intake`."""

    schema_version: int = SCHEMA
    key: str
    """The same for the same form with the same contents."""
    page: str
    """The id of the page."""
    citizen: str
    """The pseudonym of the citizen."""
    code: str | None = None
    """The code of the petition, unless the page is that of a draft."""
    at: Instant
    action: PageAction
    uploads: list[Upload] = Field(default_factory=list, max_length=MOST_FILES)

    @property
    def input_key(self) -> str:
        """Return the key of the stored input."""
        return hashlib.sha256(f"{self.page}:{self.key}".encode()).hexdigest()[:32]

    def parts(self) -> tuple[InputPart, ...]:
        """Return the files as parts of an input."""
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
