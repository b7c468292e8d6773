"""What a citizen sends from their page: changes of a draft, or something about a petition.

A post is an input like a message of Zalo's: kept as it came, applied once by `intake`, answered in the chat.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from petitions.domain.citizen.draft import MAX_CHARACTERS, InputPart, PartType
from petitions.domain.petition.petition import Location
from petitions.domain.shared.records import SCHEMA, Instant, Record

UPLOADED = "upload:"
"""What the address of a part begins with whose bytes came from a page; the rest names them in the bucket."""
MOST_FILES = 10
"""Files in one post."""
LONGEST_WORDS = 5_000
"""Characters of what is said about a petition."""


def mark(text: str) -> str:
    """Return a short hash of a text, by which a page says which one it showed."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class SeenDraft(Record):
    """What the page showed when it was filled in, as marks."""

    revision: str
    """Of everything."""
    fields: dict[str, str]
    """By field, the story and the second matter as wholes among them."""
    texts: dict[str, str]
    """Of the parts of the story, by key."""
    second: dict[str, str] = Field(default_factory=dict)
    """Of the parts of a second matter."""


class DraftEdit(Record):
    """Changes of a draft; what is left out stays as it is."""

    kind: Literal["draft"] = "draft"
    seen: SeenDraft
    changes: dict[str, str] = Field(default_factory=dict)
    """New values by field, "" for none. Of the place the words alone: `ward` and `point` are beside them."""
    ward: str | None = None
    """The code of the ward that was chosen."""
    point: Location | None = None
    content: str | None = Field(default=None, max_length=MAX_CHARACTERS)
    """The whole story anew."""
    second: str | None = Field(default=None, max_length=MAX_CHARACTERS)
    """The whole second matter anew, "" for none."""
    removed: list[str] = Field(default_factory=list)
    """Keys of files that are taken away."""
    order: list[str] = Field(default_factory=list)
    """Keys of all files in their order, if that was changed."""
    without_point: bool = False
    """The position is taken away."""
    consents: bool = False
    sends: bool = False

    @property
    def only_sends(self) -> bool:
        """Whether it changes nothing that is sent, and consents to nothing."""
        told = (self.changes, self.removed, self.order, self.consents, self.without_point)
        values = (self.ward, self.point, self.content, self.second)
        return not any(told) and all(value is None for value in values)

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return self.only_sends and not self.sends


class DraftDropped(Record):
    """The draft is not to be sent."""

    kind: Literal["drop"] = "drop"


class MoreForPetition(Record):
    """More for a petition: what an officer asked for, or an addition."""

    kind: Literal["more"] = "more"
    words: str = Field(default="", max_length=LONGEST_WORDS)
    given: list[str] = Field(default_factory=list)
    """The lines of the officer's request that are ticked off."""


class PageRating(Record):
    """A rating of the answer."""

    kind: Literal["rate"] = "rate"
    level: Literal[1, 2, 3]
    reason: str = Field(default="", max_length=LONGEST_WORDS)


class PageContest(Record):
    """A wish to have the outcome looked at again."""

    kind: Literal["contest"] = "contest"
    words: str = Field(max_length=LONGEST_WORDS)


class PageCorrection(Record):
    """New contact data of the filer and the place of the matter, while nobody has accepted the petition."""

    kind: Literal["correct"] = "correct"
    values: dict[str, str]
    """By field: name, phone, home, email, place."""


class PageWithdrawal(Record):
    """The petition is withdrawn."""

    kind: Literal["withdraw"] = "withdraw"


class PageErasure(Record):
    """All the citizen's data are to be erased."""

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
    """A browser has opened the page for the first time; its filer is told."""

    kind: Literal["opened"] = "opened"
    shuts_out: bool = False
    """Whether another browser, which had come by the link, is shut out by this one."""


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
    """A file that was sent from the page, unchecked."""

    object: str
    """Its name in the bucket, below `uploads/`."""
    name: str
    type: PartType
    """What the browser says that it is."""


class PagePost(Record):
    """A post, as it is published."""

    schema_version: int = SCHEMA
    key: str
    """The same whenever the same form with the same contents is sent."""
    page: str
    """The id of the page."""
    citizen: str
    """The pseudonym of the citizen."""
    code: str | None = None
    """The petition, unless the page is that of a draft."""
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
