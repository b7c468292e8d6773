"""A notice to a citizen or officer and its progress, stored as `notices/{id}`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import Field

from petitions.domain.notices.enclosures import Enclosure, InfoForm
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.shared.records import Instant, Record, Root, replace

CALL_WITHIN = timedelta(seconds=15)
"""How long after the claim the call may begin. A later sender makes no call."""

LEASE = timedelta(seconds=30)
"""The longest time of one sending. After it the last call is over, and only evidence can show its outcome."""

UNKNOWN_FOR = timedelta(minutes=10)
"""The time after which an answer whose sending stayed unknown is sent once more (the one declared exception)."""


class NoticeState(StrEnum):
    """planned -> sending -> sent | undeliverable | waiting | unknown, or cancelled when it became untrue."""

    PLANNED = "planned"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    UNDELIVERABLE = "undeliverable"
    CANCELLED = "cancelled"


class About(Record):
    """The subject of a notice."""

    code: str
    """The petition's code."""
    seq: int
    """The number of the history entry."""
    unit: str | None = None
    """The unit that the notice names as the petition's; it is true only while that has it."""
    clock: str | None = None
    """The clock of a reminder."""
    due_version: int | None = None
    """The version of the due instant of that clock."""


class Attempt(Record):
    """One try at sending."""

    id: str
    number: int
    started_at: Instant
    lease_until: Instant


class Notice(Root):
    """A notice to a citizen, to an officer, or to the e-mail of a petition's filer without a citizen record.

    A text that is too long for a message goes out in several. `form` and `files` follow as messages of their own. The
    channel `profile` sends nothing: it asks Zalo to delete its data on the citizen for the account.
    """

    id: str
    kind: NoticeKind
    channel: Literal["zalo", "email", "profile"]
    citizen: str | None = None
    """The citizen's HMAC."""
    officer: str | None = None
    """The officer's id."""
    subject: str | None = None
    text: str
    form: InfoForm | None = None
    files: list[Enclosure] = Field(default_factory=list)
    about: About | None = None
    mentions: list[str] = Field(default_factory=list)
    """The codes of the petitions that a mail to an officer lists, in separate paragraphs."""
    page: str = ""
    """The path of the desk's page at the end of a mail to an officer, if its maker does not know the desk's host."""
    template: dict[str, str] | None = None
    """The parameters of the Zalo template of the same kind."""
    asks_rating: bool = False
    """Whether the text ends with the numbers of a rating."""
    state: NoticeState = NoticeState.PLANNED
    created_at: Instant
    expires_at: Instant | None = None
    """Absent in notices to citizens of the channel."""
    attempt: Attempt | None = None
    next_attempt_at: Instant | None = None
    message_ids: list[str] = Field(default_factory=list)
    """The channel's ids of the parts that have been sent, in order."""
    sent_at: Instant | None = None
    error: str | None = None
    route: str | None = None
    """The route of the last plan."""
    reasons: dict[str, str] = Field(default_factory=dict)
    """The last plan's verdict on each route that it tried."""
    closed: list[str] = Field(default_factory=list)
    """The routes that Zalo refused."""
    waits_for: Literal["citizen"] | None = None
    """Set if nothing reaches the citizen now, or only by day. The notice is then listed in their `untold`."""
    repeated: bool = False
    received_at: Instant | None = None
    """Zalo's report of receipt of any part (phones only), as in the next two fields. Nothing depends on them."""
    seen_at: Instant | None = None
    reaction: str | None = None

    def recipient(self) -> str:
        """Return the recipient: an HMAC or an officer's id, "" for the e-mail of a filer."""
        return self.citizen or self.officer or ""

    def is_being_sent(self, now: datetime) -> bool:
        """Return whether a call may be under way."""
        return self.state is NoticeState.SENDING and self.attempt is not None and self.attempt.lease_until > now

    def sending(self, attempt_id: str, now: datetime) -> Notice:
        """Return the notice with a try under way. If its lease lapses, the sweep marks it unknown."""
        number = self.attempt.number + 1 if self.attempt else 1
        attempt = Attempt(id=attempt_id, number=number, started_at=now, lease_until=now + LEASE)
        return replace(self, state=NoticeState.SENDING, attempt=attempt, next_attempt_at=attempt.lease_until)


def without_words(notice: Notice) -> Notice:
    """Return a notice as it is listed: without its words and files, and the petitions that it mentions."""
    return replace(notice, subject=None, text="", template=None, files=[], mentions=[])


def without_petitions(notice: Notice, codes: Collection[str]) -> Notice:
    """Return a mail without the paragraphs about these petitions. If no other petition is left, the text is empty."""
    left = [mention for mention in notice.mentions if mention not in codes]
    if not left or (notice.about is not None and notice.about.code in codes):
        return without_words(notice)
    kept = [item for item in notice.text.split("\n\n") if not any(code in item for code in codes)]
    return replace(notice, text="\n\n".join(kept), mentions=left)


def notice_path(notice_id: str) -> str:
    """Return the path of the notice's document."""
    return f"notices/{notice_id}"
