"""Attachments of citizens as a state machine, from the link that Zalo gave to checked bytes.

waiting -> fetching (under a lease) -> stored | waiting (tried again for 25 minutes) | failed. Links expire after about
half an hour (PLATFORM 1.14). A try is counted before its work begins. A file with a lapsed lease is fetched again,
since its worker has died, but not for ever: it may be the file that kills. The same bytes get the same name.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from petitions.domain.shared.records import Instant, Record, replace

LEASE = timedelta(seconds=120)
"""Longer than the function's time-out, so a lapsed lease means that nobody works on the file any more."""

PATIENCE = timedelta(minutes=25)
FIRST_PAUSE = timedelta(minutes=1)
MOST_INTERRUPTED = 3
"""The tries that may end with the death of their worker."""

MAX_FILE = 25 * 2**20
MAX_PETITION = 100 * 2**20

FETCHED_TYPES = frozenset({"image", "gif", "video", "audio", "file"})
"""Zalo's kinds of attachment that are kept as files. A sticker is decoration and a link points elsewhere."""


class AttachmentState(StrEnum):
    """The progress of an attachment."""

    WAITING = "waiting"
    FETCHING = "fetching"
    STORED = "stored"
    FAILED = "failed"
    DROPPED = "dropped"
    """Its draft had been given up before it was fetched."""


class Attachment(Record):
    """One file of an input."""

    id: str
    """The key of its part of the input."""
    state: AttachmentState = AttachmentState.WAITING
    attempts: int = 0
    interrupted: int = 0
    """The tries that have ended with the death of their worker, except the last."""
    first_at: Instant | None = None
    """The instant of the first try."""
    next_at: Instant | None = None
    """The instant of the next try, or the end of the lease during a try."""
    attempt: str | None = None
    """The token of the last try."""
    object: str | None = None
    """The unguessable part of its names in Cloud Storage."""
    media_type: str | None = None
    size: int | None = None
    """Bytes, of the original."""
    sha256: str | None = None
    """The hash of the original."""
    reason: str | None = None
    """The reason of the last failure."""
    thumbnail: bool | None = None
    """Whether a picture has a thumbnail in Cloud Storage. None before the first try to make one."""


@dataclass(frozen=True)
class StoredBytes:
    """Bytes that are in Cloud Storage."""

    media_type: str
    size: int
    sha256: str
    thumbnail: bool | None = None


@dataclass(frozen=True)
class FetchFailure:
    """A failed try."""

    reason: str
    final: bool = False
    """Whether trying again cannot help."""


def may_begin(file: Attachment, now: datetime) -> bool:
    """Return whether the file is to be fetched now. The first try never waits, even if instances' clocks differ."""
    if file.state is AttachmentState.WAITING and not file.attempts:
        return True
    return file.state in {AttachmentState.WAITING, AttachmentState.FETCHING} and bool(
        file.next_at and file.next_at <= now
    )


def is_deadly(file: Attachment) -> bool:
    """Return whether this file, which may be fetched again, has ended as many workers as it may."""
    return file.state is AttachmentState.FETCHING and file.interrupted + 1 >= MOST_INTERRUPTED


def begin_fetch(file: Attachment, now: datetime, attempt: str, name: str) -> Attachment:
    """Return the file with a try under way. `name` is used unless an earlier try has given one."""
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
    """Return the file after a try: stored, waiting for the next try, or failed for good."""
    if isinstance(outcome, StoredBytes):
        return replace(file, state=AttachmentState.STORED, next_at=None, reason=None, **dataclasses.asdict(outcome))
    last = (file.first_at or now) + PATIENCE
    if outcome.final or now >= last:
        return replace(file, state=AttachmentState.FAILED, next_at=None, reason=outcome.reason)
    pause = FIRST_PAUSE * 2 ** (file.attempts - 1)
    again = {"state": AttachmentState.WAITING, "next_at": min(now + pause, last), "reason": outcome.reason}
    return replace(file, **again)


def drop_attachment(file: Attachment) -> Attachment:
    """Return the file marked as no longer needed."""
    return replace(file, state=AttachmentState.DROPPED, next_at=None)


def original_name(object_name: str, sha256: str) -> str:
    """Return the name of the object with the original bytes, which no function may read."""
    return f"originals/{object_name}/{sha256}"


def copy_name(object_name: str, sha256: str) -> str:
    """Return the name of the copy for officers, without location data. It contains the hash of the original."""
    return f"copies/{object_name}/{sha256}"


def thumbnail_name(object_name: str, sha256: str) -> str:
    """Return the name of a picture's thumbnail, in the folder of its copy, with which it is erased."""
    return f"copies/{object_name}/thumbnail-{sha256}"


def folders(object_name: str) -> tuple[str, str]:
    """Return the prefixes of the names of all objects of a file, whatever their hash."""
    return f"originals/{object_name}/", f"copies/{object_name}/"
