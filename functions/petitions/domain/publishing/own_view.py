"""What a petition's filer sees on its public page with the last four digits of the telephone that they gave.

It stands sealed in the public database (`sealed/{code}`): that database alone gives nothing away. Four digits can be
guessed, so the tries are counted for each code (`tries/{code}`, a database of its own).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import Field

from petitions.domain.files.attachment import AttachmentState
from petitions.domain.lifecycle.states import State
from petitions.domain.notices.enclosures import named
from petitions.domain.petition.petition import Petition, PetitionFile
from petitions.domain.publishing.public import ANSWERED
from petitions.domain.publishing.publication import clean
from petitions.domain.shared.records import Instant, Record, Root

DIGITS = 4
MOST_WRONG = 5
PAUSE = timedelta(days=1)
"""Five of ten thousand a day: whoever knows the code needs three years for an even chance."""

_DECIDED = frozenset({State.REFUSED, State.TRANSFERRED_OUT})


class OwnAddition(Record):
    """What the citizen wrote after filing."""

    at: Instant
    text: str


class OwnFile(Record):
    """A file of the answer; `object` is its sealed object in Cloud Storage, `size` in bytes."""

    name: str
    media_type: str
    size: int
    object: str


class OwnView(Record):
    """What is sealed. Of an answer given to a petition that this one was merged into: without who filed that one."""

    content: str
    additions: list[OwnAddition] = Field(default_factory=list)
    answer: str | None = None
    basis: str | None = None
    files: list[OwnFile] = Field(default_factory=list)
    decision: str | None = None
    rating: int | None = None


class Sealed(Root):
    """`sealed/{code}`: `box` is an OwnView under the key with the id `key`; `mark` is the same for the same content.

    `objects` are its files in Cloud Storage. `main_version` is that of the petition it was merged into, else 0.
    """

    key: str
    box: bytes
    mark: str
    objects: list[str] = Field(default_factory=list)
    version: int
    main_version: int = 0


class Tries(Root):
    """`tries/{code}`: wrong digits in a row of days; `at` is the last try, so that each one is a write."""

    wrong: int = 0
    wrong_at: Instant | None = None
    at: Instant

    def paused_until(self, now: datetime) -> datetime | None:
        """Until when no more digits are looked at, if so."""
        until = self.wrong_at + PAUSE if self.wrong_at and self.wrong >= MOST_WRONG else None
        return until if until and until > now else None


def tried(before: Tries | None, now: datetime, *, right: bool) -> Tries:
    """After one more try. A right one forgives no wrong one; a day without a wrong one does."""
    fresh = before is None or before.wrong_at is None or before.wrong_at + PAUSE <= now
    wrong = 0 if fresh or before is None else before.wrong
    if not right:
        return Tries(wrong=wrong + 1, wrong_at=now, at=now)
    return Tries(wrong=wrong, wrong_at=before.wrong_at if before and wrong else None, at=now)


def last_digits(phone: str) -> str | None:
    """The last four digits of a telephone number; None for what holds fewer."""
    digits = re.sub(r"[^0-9]", "", phone)
    return digits[-DIGITS:] if len(digits) >= DIGITS else None


def digits_of(petition: Petition) -> str | None:
    """What opens it; None without a telephone, and once it is restricted."""
    return None if petition.restricted_at else last_digits(petition.contact.phone)


def page_of(petition: Petition, public_url: str) -> str:
    """The address of its page, for who can open what is theirs there; else empty."""
    return f"{public_url}/?code={petition.code}" if public_url and digits_of(petition) else ""


def own_view(petition: Petition, main: Petition | None, files: Sequence[OwnFile]) -> OwnView:
    """What is theirs to see; every field is named here one by one. `main` is what it was merged into."""
    answered = is_answered(main or petition)
    reply = (main or petition).reply if answered else None
    answer = reply and (clean(reply.told, main) if main else reply.text)
    basis = reply.basis if reply and not main and reply.basis not in reply.text else ""
    return OwnView(
        content=petition.content,
        additions=[OwnAddition(at=a.at, text=a.text) for a in petition.additions if a.by == "citizen" and a.text],
        answer=answer,
        basis=basis or None,
        files=list(files),
        decision=petition.decision if petition.state in _DECIDED else None,
        rating=petition.rating.level if petition.rating else None,
    )


def is_answered(petition: Petition) -> bool:
    """Whether an approved answer stands: drafts and answers that wait for approval are nobody's outside."""
    return petition.state in ANSWERED and petition.reply is not None and petition.reply.approved_at is not None


def shown_files(files: Sequence[PetitionFile]) -> list[PetitionFile]:
    """Those of an answer that there are bytes of."""
    return [each for each in files if each.state is AttachmentState.STORED and each.object and each.sha256]


def own_file(file: PetitionFile, object_name: str) -> OwnFile:
    """The file as its filer sees it."""
    return OwnFile(
        name=named(file),
        media_type=file.media_type or "application/octet-stream",
        size=file.size or 0,
        object=object_name,
    )


def sealed_path(code: str) -> str:
    """Where the sealed view is stored, in the public database."""
    return f"sealed/{code}"


def sealed_folder(code: str) -> str:
    """What the names of its sealed files begin with."""
    return f"sealed/{code}/"


def tries_path(code: str) -> str:
    """Where the tries are counted, in a database of their own."""
    return f"tries/{code}"
