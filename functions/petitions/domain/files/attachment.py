"""A picture or file that a citizen sent: from the link that Zalo gave to checked bytes, as a state machine.

waiting -> fetching (under a lease) -> stored | waiting (tried again for 25 minutes) | failed. Links die after about
half an hour (PLATFORM 1.14). Whoever finds a lapsed lease fetches again: the same bytes get the same name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from petitions.domain.shared.records import Instant, Record

LEASE = timedelta(seconds=120)
"""Longer than the function's whole time-out: a lapsed lease means that nobody works on it any more."""

PATIENCE = timedelta(minutes=25)
FIRST_PAUSE = timedelta(minutes=1)
MAX_FILE = 25 * 2**20
MAX_PETITION = 100 * 2**20

FILE_TYPES = frozenset({"image", "gif", "video", "audio", "file"})
"""Zalo's kinds of attachment that are bytes to keep. A sticker is decoration, a link an address of elsewhere."""


class AttachmentState(StrEnum):
    """How far it is; `dropped` if the draft it was for had been given up before it was fetched."""

    WAITING = "waiting"
    FETCHING = "fetching"
    STORED = "stored"
    FAILED = "failed"
    DROPPED = "dropped"


class Attachment(Record):
    """One file of an input; `id` is its part's key, `object` the unguessable part of its names in Cloud Storage.

    `sha256` is of the bytes as they came, `size` theirs. `attempt` is the token of the last try.
    """

    id: str
    state: AttachmentState = AttachmentState.WAITING
    attempts: int = 0
    first_at: Instant | None = None
    next_at: Instant | None = None
    attempt: str | None = None
    object: str | None = None
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Kept:
    """Bytes that are in Cloud Storage."""

    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Failure:
    """Why there are none; `final` when trying again cannot help."""

    reason: str
    final: bool = False


def may_begin(file: Attachment, now: datetime) -> bool:
    """Whether it is to be fetched now. The first try never waits: the clocks of two instances differ."""
    if file.state is AttachmentState.WAITING and not file.attempts:
        return True
    return file.state in {AttachmentState.WAITING, AttachmentState.FETCHING} and bool(
        file.next_at and file.next_at <= now
    )


def begun(file: Attachment, now: datetime, attempt: str, name: str) -> Attachment:
    """A try under way; `name` is used unless an earlier try has given one."""
    return file.model_copy(
        update={
            "state": AttachmentState.FETCHING,
            "attempts": file.attempts + 1,
            "first_at": file.first_at or now,
            "next_at": now + LEASE,
            "attempt": attempt,
            "object": file.object or name,
        }
    )


def ended(file: Attachment, outcome: Kept | Failure, now: datetime) -> Attachment:
    """After a try: stored, to be tried again, or failed for good."""
    if isinstance(outcome, Kept):
        found = {"media_type": outcome.media_type, "size": outcome.size, "sha256": outcome.sha256}
        return file.model_copy(update={"state": AttachmentState.STORED, "next_at": None, "reason": None, **found})
    last = (file.first_at or now) + PATIENCE
    if outcome.final or now >= last:
        return file.model_copy(update={"state": AttachmentState.FAILED, "next_at": None, "reason": outcome.reason})
    pause = FIRST_PAUSE * 2 ** (file.attempts - 1)
    again = {"state": AttachmentState.WAITING, "next_at": min(now + pause, last), "reason": outcome.reason}
    return file.model_copy(update=again)


def dropped(file: Attachment) -> Attachment:
    """Nothing needs it any more."""
    return file.model_copy(update={"state": AttachmentState.DROPPED, "next_at": None})


def original_name(object_name: str, sha256: str) -> str:
    """The object with the bytes as they came; no function may read it."""
    return f"originals/{object_name}/{sha256}"


def copy_name(object_name: str, sha256: str) -> str:
    """The object that officers see: without what tells where a photo was taken. Named by the original's hash."""
    return f"copies/{object_name}/{sha256}"


def folders(object_name: str) -> tuple[str, str]:
    """What the names of all objects of one file begin with, whatever their hash."""
    return f"originals/{object_name}/", f"copies/{object_name}/"
