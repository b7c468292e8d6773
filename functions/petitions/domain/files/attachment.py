"""A citizen's attachment as a state machine, from the link received from Zalo to checked bytes in Cloud Storage.

waiting -> fetching -> stored | waiting (tried again for 25 minutes) | failed. Links expire after about half an hour
(PLATFORM 1.14). A try is counted before its work begins, and must end within a time, the lease. If a lease lapses, the
worker has crashed and the file is fetched again, unless MOST_INTERRUPTED workers have crashed: the file itself may be
the cause. Equal bytes get equal names.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from petitions.domain.shared.edges import AtMost, Until
from petitions.domain.shared.records import Instant, Record, replace

LEASE = timedelta(seconds=120)
"""The longest time of a try, which exceeds the function's time-out. After it no worker is fetching the file."""

PATIENCE = timedelta(minutes=25)
FIRST_PAUSE = timedelta(minutes=1)
MOST_INTERRUPTED = 3
"""A file is not fetched again after this number of tries in which the worker crashed."""

MAX_FILE = 25 * 2**20
MAX_PETITION = 100 * 2**20

FETCHED_TYPES = frozenset({"image", "gif", "video", "audio", "file"})
"""Zalo's kinds of attachment that are stored as files. A sticker is decoration, and a link points elsewhere."""


class AttachmentState(StrEnum):
    """The progress of downloading an attachment."""

    WAITING = "waiting"
    FETCHING = "fetching"
    STORED = "stored"
    FAILED = "failed"
    DROPPED = "dropped"
    """Not needed: the citizen's draft was abandoned before the file was fetched."""


class Attachment(Record):
    """One file of a citizen's message."""

    id: str
    """The key of the part of the message that holds the file."""
    state: AttachmentState = AttachmentState.WAITING
    attempts: int = 0
    interrupted: int = 0
    """The number of earlier tries in which the worker crashed."""
    first_at: Instant | None = None
    """The instant of the first try."""
    next_at: Instant | None = None
    """The instant of the next try, or the end of the lease during a try."""
    attempt: str | None = None
    """The random token of the last try. A worker may store its result only with this token."""
    object: str | None = None
    """The unguessable part of the file's names in Cloud Storage."""
    media_type: str | None = None
    size: int | None = None
    """The size of the original in bytes."""
    sha256: str | None = None
    """The SHA-256 of the original file."""
    reason: str | None = None
    """The reason why the last try failed."""
    thumbnail: bool | None = None
    """Whether a picture has a thumbnail in Cloud Storage. None before the first try to make one."""


@dataclass(frozen=True)
class StoredBytes:
    """The checked bytes of a file, after they were written to Cloud Storage."""

    media_type: str
    size: int
    sha256: str
    thumbnail: bool | None = None


@dataclass(frozen=True)
class FetchFailure:
    """A failed attempt to fetch a file. `final` marks a failure after which another attempt is pointless."""

    reason: str
    final: bool = False
    """Whether another try to fetch the file is pointless."""


def may_begin(file: Attachment, now: datetime) -> bool:
    """Return whether a worker may fetch the file now.

    The first attempt never waits, even if the clocks of machines differ.
    """
    if file.state is AttachmentState.WAITING and not file.attempts:
        return True
    return file.state in {AttachmentState.WAITING, AttachmentState.FETCHING} and bool(
        file.next_at and Until(file.next_at).is_over(now)
    )


def is_deadly(file: Attachment) -> bool:
    """Return whether the file must not be fetched again, because too many workers have crashed while fetching it."""
    return file.state is AttachmentState.FETCHING and not AtMost(MOST_INTERRUPTED).has_room(file.interrupted + 1)


def begin_fetch(file: Attachment, now: datetime, attempt: str, name: str) -> Attachment:
    """Return the file with an attempt under way. `name` becomes its name in storage, unless it already has one."""
    return replace(
        file,
        state=AttachmentState.FETCHING,
        attempts=file.attempts + 1,
        interrupted=file.interrupted + (file.state is AttachmentState.FETCHING),
        first_at=file.first_at or now,
        next_at=now + LEASE,
        attempt=attempt,
        object=file.object or name,
    )


def end_fetch(file: Attachment, outcome: StoredBytes | FetchFailure, now: datetime) -> Attachment:
    """Return the file after an attempt: stored, waiting for the next attempt, or finally failed."""
    if isinstance(outcome, StoredBytes):
        return replace(file, state=AttachmentState.STORED, next_at=None, reason=None, **dataclasses.asdict(outcome))
    last = (file.first_at or now) + PATIENCE
    if outcome.final or Until(last).is_over(now):
        return replace(file, state=AttachmentState.FAILED, next_at=None, reason=outcome.reason)
    pause = FIRST_PAUSE * 2 ** (file.attempts - 1)
    again = {"state": AttachmentState.WAITING, "next_at": min(now + pause, last), "reason": outcome.reason}
    return replace(file, **again)


def drop_attachment(file: Attachment) -> Attachment:
    """Return the file in the state "dropped", because nobody needs it any more."""
    return replace(file, state=AttachmentState.DROPPED, next_at=None)


def original_name(object_name: str, sha256: str) -> str:
    """Return the name of the object with the original bytes, which no function may read."""
    return f"originals/{object_name}/{sha256}"


def copy_name(object_name: str, sha256: str) -> str:
    """Return the name of the copy for officers, from which location data were removed.

    `sha256` is the hash of the original.
    """
    return f"copies/{object_name}/{sha256}"


def thumbnail_name(object_name: str, sha256: str) -> str:
    """Return the name of a picture's thumbnail. It lies in the folder of the copy, so both are erased together."""
    return f"copies/{object_name}/thumbnail-{sha256}"


def folders(object_name: str) -> tuple[str, str]:
    """Return the two prefixes of the names of all objects of a file, whatever their hash."""
    return f"originals/{object_name}/", f"copies/{object_name}/"
