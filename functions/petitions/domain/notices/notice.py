"""A notice: what is to be told to whom, and how far its telling is. `notices/{id}`."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import Field

from petitions.domain.notices.enclosures import Enclosure, InfoForm
from petitions.domain.shared.records import Instant, Record, Root

LEASE = timedelta(seconds=100)
"""How long one sending may take; longer than the function's whole time-out: a lapsed one is nobody's."""

UNKNOWN_FOR = timedelta(minutes=10)
"""After this an answer whose sending stayed unknown is sent once more (the one declared exception)."""


RESULTS = frozenset({"answered", "refused", "transferred_out", "merged"})
"""What a petition came to: told by template also to those who unfollowed, and once more when it stays unknown."""

SOLICITED = frozenset({"reply", "files", "urgent_noted", "attachment", "withdrawn", "profile_erased"})
"""Said to what the citizen just wrote: at any hour, and not worth telling days later."""


class NoticeState(StrEnum):
    """planned -> sending -> sent | undeliverable | waiting | unknown; cancelled when it became untrue."""

    PLANNED = "planned"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    UNDELIVERABLE = "undeliverable"
    CANCELLED = "cancelled"


class About(Record):
    """The petition, the history number and, for a reminder, the deadline that a notice is about."""

    code: str
    seq: int
    clock: str | None = None
    due_version: int | None = None


class Attempt(Record):
    """One try at sending."""

    id: str
    number: int
    started_at: Instant
    lease_until: Instant


class Notice(Root):
    """One notice to a citizen (by HMAC) or an officer (by id); exactly one of the two.

    The channel `profile` tells nobody: what Zalo itself keeps of the citizen for the account is to be deleted.

    `message_ids` are the channel's ids of the parts that are out, in order: a long text goes in several messages.
    After the text go `form` and `files`, one message each.
    `received_at`, `seen_at` and `reaction` are what Zalo told of any of them (phones only): nothing follows from them.
    `template` holds the figures for the Zalo template of the same kind. `route` is the one that the last plan took
    and `reasons` why, route by route; `closed` are those that Zalo refused. `waits_for` the citizen: nothing reaches
    them now, or by day alone, and the notice is listed in their `untold`. `asks_rating`: its words end with the
    numbers of a rating. `expires_at`: of officers' alone.
    """

    id: str
    kind: Literal[
        "reply",
        "accepted",
        "answered",
        "supplement_asked",
        "refused",
        "transferred_out",
        "extended",
        "relevelled",
        "redo",
        "reassigned",
        "reopened",
        "urgent_noted",
        "rating_asked",
        "withdrawn",
        "withdrawal",
        "merged",
        "reminder",
        "news",
        "digest",
        "attachment",
        "moved",
        "files",
        "profile_erased",
    ]
    channel: Literal["zalo", "email", "profile"]
    citizen: str | None = None
    officer: str | None = None
    subject: str | None = None
    text: str
    form: InfoForm | None = None
    files: list[Enclosure] = Field(default_factory=list)
    about: About | None = None
    template: dict[str, str] | None = None
    asks_rating: bool = False
    state: NoticeState = NoticeState.PLANNED
    created_at: Instant
    expires_at: Instant | None = None
    attempt: Attempt | None = None
    next_attempt_at: Instant | None = None
    message_ids: list[str] = Field(default_factory=list)
    sent_at: Instant | None = None
    error: str | None = None
    route: str | None = None
    reasons: list[str] = Field(default_factory=list)
    closed: list[str] = Field(default_factory=list)
    waits_for: Literal["citizen"] | None = None
    repeated: bool = False
    received_at: Instant | None = None
    seen_at: Instant | None = None
    reaction: str | None = None

    def recipient(self) -> str:
        """Who it is for: an HMAC or an officer's id."""
        return self.citizen or self.officer or ""

    def sending(self, attempt_id: str, now: datetime) -> Notice:
        """The notice with a try under way; when the lease lapses, the sweep finds it and calls it unknown."""
        number = self.attempt.number + 1 if self.attempt else 1
        attempt = Attempt(id=attempt_id, number=number, started_at=now, lease_until=now + LEASE)
        return self.model_copy(
            update={"state": NoticeState.SENDING, "attempt": attempt, "next_attempt_at": attempt.lease_until}
        )


def notice_path(notice_id: str) -> str:
    """Where the notice is stored."""
    return f"notices/{notice_id}"
