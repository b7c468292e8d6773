"""An e-mail in the tray, `mails/{id}`, and its mark, `mail_marks/{id}`, by which it is taken in only once.

arriving -> new -> filed | added | rejected. Automatic mail is set aside, and an officer can move it to the others. Once
a petition holds the text and files of a mail, they are removed from the tray.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from petitions.domain.shared.personal import Personal
from petitions.domain.shared.records import Instant, Record, Root, replace

LONGEST_REASON = 500


class MailState(StrEnum):
    """The state of a mail."""

    ARRIVING = "arriving"
    """Not all of its files are stored yet, so that it is not shown."""
    NEW = "new"
    ASIDE = "aside"
    """It was sent automatically."""
    FILED = "filed"
    ADDED = "added"
    REJECTED = "rejected"


OPEN = (MailState.NEW, MailState.ASIDE)
"""The states in which an officer may decide."""


class MailFile(Record):
    """A file that came with a mail."""

    id: str
    name: str | None = None
    media_type: str | None = None
    size: int
    """Bytes, as received."""
    sha256: str | None = None
    """With `object`, part of the names in Cloud Storage (`files.attachment`)."""
    object: str | None = None
    kept: bool = False
    """Whether its bytes are in Cloud Storage."""
    reason: str | None = None
    """The reason why it is not kept: its type, its size, or damage."""


class Mail(Root):
    """A mail as it was read."""

    id: str
    unit: str
    """The unit that the mailbox belongs to."""
    arrived_at: Instant
    """The mail server's time of arrival, which the sender cannot choose."""
    message_id: str = ""
    sender: Annotated[str, Personal.EMAIL] = ""
    sender_name: Annotated[str, Personal.NAME] = ""
    subject: str = ""
    text: str = ""
    files: list[MailFile] = Field(default_factory=list)
    automatic: str | None = None
    """The kind of automatic mail, or None for a mail from a person."""
    fault: str | None = None
    """The reason why it could not be read fully: a fault of `ReadMail`, `too_large`, or `deadly`."""
    apart: bool = False
    """Whether it may report misconduct. Then only coordinators can read it."""
    twin: str | None = None
    """An earlier mail with the same Message-ID, sender, subject and date."""
    state: MailState = MailState.NEW
    code: str | None = None
    """The petition that holds it now."""
    by: str | None = None
    """The officer who decided."""
    reason: str = ""
    """The reason for a rejection."""
    form: str | None = None
    """The key of the form by which the officer decided."""
    version: int = 1
    changed_at: Instant
    words_until: Instant | None = None
    """The time at which its text and files are removed. None while it waits or once they are gone."""

    def forgotten(self) -> Mail:
        """Return the mail without its text and files, as a record of the decision."""
        blank: dict[str, Any] = dict.fromkeys(("message_id", "sender", "sender_name", "subject", "text", "reason"), "")
        return replace(self, **blank, files=[], words_until=None)


class MailboxState(Root):
    """The progress of reading a mailbox, `mailboxes/{name}`."""

    validity: int = 0
    uid: int = 0
    """The last message that was taken in."""
    trying: int | None = None
    """The message that is being read."""
    tries: int = 0
    """The number of unfinished attempts to read it."""
    lease_until: Instant | None = None
    failing_since: Instant | None = None
    """The time since which the mail server has been out of reach."""


class MailMark(Record):
    """The identity of a message in the mailbox, and its mail. It outlasts the mail and holds none of its text."""

    validity: int
    """UIDVALIDITY. While it is unchanged, a UID stands for the same message (RFC 9051 2.3.1.1)."""
    uid: int
    fingerprint: str
    """A hash of Message-ID, sender, subject and date, or "".

    It identifies the message once UIDVALIDITY has changed.
    """
    mail: str
    at: Instant


def mail_path(mail_id: str) -> str:
    """Return the path of the mail."""
    return f"mails/{mail_id}"


def mailbox_path(name: str) -> str:
    """Return the path of the state of a mailbox."""
    return f"mailboxes/{name}"


def mark_path(mark_id: str) -> str:
    """Return the path of the mark."""
    return f"mail_marks/{mark_id}"


def mark_id(mailbox: str, validity: int, uid: int) -> str:
    """Return the id of a message's mark, which is also that of its mail."""
    return hashlib.sha256(f"{mailbox}\n{validity}\n{uid}".encode()).hexdigest()[:40]
