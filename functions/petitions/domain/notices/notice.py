"""A message to a citizen or officer and the progress of sending it, stored as `notices/{id}`."""

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
"""The time, from claiming a notice, within which its sender may begin the call to Zalo or the mail server."""

LEASE = timedelta(seconds=30)
"""The longest time of one sending. After it no call is running, and only evidence can show the outcome."""

UNKNOWN_FOR = timedelta(minutes=10)
"""The time after which an answer or a mail to an officer is sent again if its sending is unconfirmed.

No other notice is sent twice.
"""


class NoticeState(StrEnum):
    """The state of a notice: planned -> sending -> sent | undeliverable | waiting | unknown.

    A notice that is no longer true becomes cancelled. "unknown" means that the call may or may not have succeeded.
    """

    PLANNED = "planned"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    UNDELIVERABLE = "undeliverable"
    CANCELLED = "cancelled"


class About(Record):
    """The subject of a notice: a petition, a line of its history, and for a reminder the clock."""

    code: str
    """The petition's code."""
    seq: int
    """The number of the history line that caused the notice."""
    unit: str | None = None
    """The unit that handles the petition according to the notice. If another unit does, the notice is no longer true.
    """
    clock: str | None = None
    """The name of the clock, for a reminder."""
    due_version: int | None = None
    """The version of that clock's due instant, for a reminder."""


class Attempt(Record):
    """One try at sending a notice."""

    id: str
    number: int
    started_at: Instant
    lease_until: Instant


class Notice(Root):
    """A notice to a citizen, to an officer, or to the e-mail address of a filer who does not use Zalo.

    A text that is too long for one message is sent as several. `form` and `files` follow as messages of their own. The
    channel `profile` sends nothing: it asks Zalo to delete the data about the citizen that Zalo keeps for the account.
    """

    id: str
    kind: NoticeKind
    channel: Literal["zalo", "email", "profile"]
    citizen: str | None = None
    """The pseudonym (HMAC) of the citizen to whom the notice goes."""
    officer: str | None = None
    """The id of the officer to whom the notice goes."""
    subject: str | None = None
    text: str
    form: InfoForm | None = None
    files: list[Enclosure] = Field(default_factory=list)
    about: About | None = None
    mentions: list[str] = Field(default_factory=list)
    """The codes of the petitions listed in a mail to an officer, each in its own paragraph."""
    page: str = ""
    """The path of the desk page to which a mail to an officer links. The sender adds the host."""
    template: dict[str, str] | None = None
    """The parameters of the Zalo template for this kind of notice."""
    asks_rating: bool = False
    """Whether the text ends with the numbers for a rating."""
    state: NoticeState = NoticeState.PLANNED
    created_at: Instant
    expires_at: Instant | None = None
    """The time of deletion. Absent in notices to citizens on Zalo."""
    attempt: Attempt | None = None
    next_attempt_at: Instant | None = None
    message_ids: list[str] = Field(default_factory=list)
    """Zalo's or the mail server's ids of the parts already sent, in order."""
    sent_at: Instant | None = None
    error: str | None = None
    route: str | None = None
    """The route on which the notice is sent, such as a message in the chat."""
    reasons: dict[str, str] = Field(default_factory=dict)
    """The result for every route tried at the last choice: "open" or the reason why not."""
    closed: list[str] = Field(default_factory=list)
    """The routes that Zalo has refused for this notice."""
    waits_for: Literal["citizen"] | None = None
    """"citizen" if the notice waits until the citizen writes. It is then listed in the citizen's `untold`."""
    repeated: bool = False
    """Whether the notice was sent a second time because its first sending stayed unconfirmed. A mail says so."""

    def recipient(self) -> str:
        """Return the recipient: the citizen's pseudonym, the officer's id, or "" for a mail to a filer."""
        return self.citizen or self.officer or ""

    def is_being_sent(self, now: datetime) -> bool:
        """Return whether a call to send the notice may be running at `now`."""
        return self.state is NoticeState.SENDING and self.attempt is not None and self.attempt.lease_until > now

    def sending(self, attempt_id: str, now: datetime) -> Notice:
        """Return the notice with a new attempt under way.

        If the sender does not finish within the lease, a job that runs every minute marks the notice as unknown.
        """
        number = self.attempt.number + 1 if self.attempt else 1
        attempt = Attempt(id=attempt_id, number=number, started_at=now, lease_until=now + LEASE)
        return replace(self, state=NoticeState.SENDING, attempt=attempt, next_attempt_at=attempt.lease_until)


def without_words(notice: Notice) -> Notice:
    """Return the notice without its text, its files and the petitions that it mentions, for lists."""
    return replace(notice, subject=None, text="", template=None, files=[], mentions=[])


def without_petitions(notice: Notice, codes: Collection[str]) -> Notice:
    """Return a mail without the paragraphs about these petitions. The text is empty if no other petition is left."""
    left = [mention for mention in notice.mentions if mention not in codes]
    if not left or (notice.about is not None and notice.about.code in codes):
        return without_words(notice)
    kept = [item for item in notice.text.split("\n\n") if not any(code in item for code in codes)]
    return replace(notice, text="\n\n".join(kept), mentions=left)


def notice_path(notice_id: str) -> str:
    return f"notices/{notice_id}"
