"""The petitioner's own view of a petition, opened with its code and the last digits of the telephone number.

The view is a part of the petition's page (`domain/pages`). The secret key of that page is stored encrypted in the
public database (`sealed/{code}`). Four digits can be guessed, so wrong tries are limited (`digit_tries`). If others
have used up the tries, the petitioner can use the chat or, without one, type the whole number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import Field

from petitions.domain.files.attachment import AttachmentState
from petitions.domain.lifecycle.states import State
from petitions.domain.notices.enclosures import file_name
from petitions.domain.petition.confidentiality import is_closed_to_taker
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition_file import PetitionFile
from petitions.domain.publishing.public import ANSWERED
from petitions.domain.publishing.publication import clean_for
from petitions.domain.shared.records import Instant, Record, Root, replace

DIGITS = 4
LEAST_WHOLE, MOST_WHOLE = 8, 13
"""The fewest and most digits of a telephone number without its zero or 84. A shorter one could be guessed."""
_NATIONAL = 10
"""The most digits of a Vietnamese number without its zero."""
_DECIDED = frozenset({State.REFUSED, State.TRANSFERRED_OUT})


class OwnAddition(Record):
    """A text that the citizen sent after filing."""

    at: Instant
    text: str
    correction: bool = False
    """Whether the text corrects something, such as the filer's name."""


class OwnFile(Record):
    """A file of the answer as the petitioner's view lists it."""

    name: str
    media_type: str
    size: int
    """The size in bytes."""
    object: str
    """The name of the encrypted object in Cloud Storage."""


class OwnView(Record):
    """The contents of the petitioner's view.

    If the petition was merged into a main petition, the view shows the main petition's answer without its filer.
    """

    content: str
    additions: list[OwnAddition] = Field(default_factory=list)
    answer: str | None = None
    basis: str | None = None
    files: list[OwnFile] = Field(default_factory=list)
    decision: str | None = None
    rating: int | None = None
    rating_reason: str = ""

    def masked(self, hide: Callable[[str], str]) -> OwnView:
        """Return the view with `hide` applied to every text. Corrections, which reveal the filer, are left out."""
        additions = [one for one in self.additions if not one.correction]
        texts = {name: getattr(self, name) for name in ("content", "answer", "basis", "decision", "rating_reason")}
        changes: dict[str, Any] = {name: text and hide(text) for name, text in texts.items()}
        changes["additions"] = [replace(one, text=hide(one.text)) for one in additions]
        changes["files"] = [replace(file, name=hide(file.name)) for file in self.files]
        return replace(self, **changes)


class SealedDoor(Root):
    """The key of the petition's page, encrypted with the last digits of the telephone, stored as `sealed/{code}`."""

    key: str
    """The id of the system's own key, which is needed too."""
    box: bytes
    whole: bytes | None = None
    """The page's key, encrypted with the whole number."""
    has_chat: bool = False
    """Whether the filer has a chat. Then a wrong whole number counts like wrong last digits."""
    mark: str
    """A hash of the content, by which an unchanged content is recognised."""
    version: int
    """The version of the petition from which this was made."""


def last_digits(phone: str) -> str | None:
    """Return the last four digits of a telephone number, or None if it has fewer."""
    digits = re.sub(r"[^0-9]", "", phone)
    return digits[-DIGITS:] if len(digits) >= DIGITS else None


def whole_number(phone: str) -> str | None:
    """Return the number without its zero or 84, or None if it is too long, or too short to be secret."""
    national = re.sub(r"[^0-9]", "", phone).lstrip("0")
    if len(national) > _NATIONAL:
        national = national.removeprefix("84").lstrip("0")
    return national if LEAST_WHOLE <= len(national) <= MOST_WHOLE else None


def typed_digits(typed: str) -> str | None:
    """Return the last four digits or the whole number from the typed text, or None if it has neither."""
    digits = re.sub(r"[\s().+-]", "", typed)
    if not re.fullmatch(r"[0-9]+", digits):
        return None
    return digits if len(digits) == DIGITS else whole_number(digits)


def digits_of(petition: Petition) -> str | None:
    """Return the digits that open the view. None without a telephone and after an erasure."""
    return None if petition.restricted_at else last_digits(petition.contact.phone)


def is_read_on_page(petition: Petition) -> bool:
    """Return whether the filer can read the answer without an officer: on the portal, on Zalo or on their page."""
    return petition.taken is None or (digits_of(petition) is not None and not is_closed_to_taker(petition))


def own_view(petition: Petition, main: Petition | None, files: Sequence[OwnFile]) -> OwnView:
    """Return the petitioner's view. `main` is the petition into which this one was merged, or None.

    The code lists every field, so that no other data can get into the view.
    """
    answered = is_answered(main or petition)
    reply = (main or petition).reply if answered else None
    answer = None
    if reply:
        answer = clean_for(petition, reply.with_basis, main) if main else reply.text
    basis = reply.basis if reply and not main and reply.basis not in reply.text else ""
    return OwnView(
        content=petition.content,
        additions=[
            OwnAddition(at=one.at, text=one.text, correction=one.correction)
            for one in petition.additions
            if one.by == "citizen" and one.text
        ],
        answer=answer,
        basis=basis or None,
        files=list(files),
        decision=petition.decision if petition.state in _DECIDED else None,
        rating=petition.rating.level if petition.rating else None,
        rating_reason=(petition.rating.reason or "") if petition.rating else "",
    )


def number_of(petition: Petition) -> str | None:
    """Return the whole telephone number that opens the view. None after an erasure, or if its length is unsuitable."""
    return None if petition.restricted_at else whole_number(petition.contact.phone)


def is_answered(petition: Petition) -> bool:
    """Return whether an approved answer is in force. Drafts and answers that await approval do not count."""
    return petition.state in ANSWERED and petition.reply is not None and petition.reply.approved_at is not None


def shown_files(files: Sequence[PetitionFile]) -> list[PetitionFile]:
    """Return the files of an answer that are in storage."""
    return [file for file in files if file.state is AttachmentState.STORED and file.object and file.sha256]


def own_file(file: PetitionFile, object_name: str) -> OwnFile:
    """Return the entry for an answer's file in the petitioner's view. `object_name` is its encrypted object."""
    return OwnFile(
        name=file_name(file),
        media_type=file.media_type or "application/octet-stream",
        size=file.size or 0,
        object=object_name,
    )


def sealed_path(code: str) -> str:
    return f"sealed/{code}"


def sealed_folder(code: str) -> str:
    """Return the name prefix of the petition's encrypted files."""
    return f"sealed/{code}/"
