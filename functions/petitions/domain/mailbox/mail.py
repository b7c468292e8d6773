"""An e-mail to an office, stored as `mails/{id}` until an officer has decided on it.

States: arriving -> new -> filed | added | rejected. Automatic mail is set aside instead, and an officer can move it to
the new ones. After the decision the text and files are removed. The mark, `mail_marks/{id}`, remains, so that no
message is read twice.
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
    """The state of an e-mail: arriving, waiting for an officer's decision, or decided."""

    ARRIVING = "arriving"
    """Some of the mail's files are not stored yet. Lists do not show the mail."""
    NEW = "new"
    ASIDE = "aside"
    """A machine sent the mail. An officer need not look at it."""
    FILED = "filed"
    ADDED = "added"
    REJECTED = "rejected"


OPEN = (MailState.NEW, MailState.ASIDE)
"""The states in which an officer can decide."""


class MailFile(Record):
    """A file that came with a mail, whether it could be stored or not."""

    id: str
    name: str | None = None
    media_type: str | None = None
    size: int
    """The size in bytes, as received."""
    sha256: str | None = None
    """The hash of the bytes. With `object` it makes up the names in Cloud Storage (`files.attachment`)."""
    object: str | None = None
    kept: bool = False
    """Whether the bytes of the file are in Cloud Storage."""
    reason: str | None = None
    """The reason why the bytes were not stored: their type, their size, or damage."""


class Mail(Root):
    """A mail with its text and files, and the decision on it."""

    id: str
    unit: str
    """The unit to which the mailbox belongs."""
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
    """The reason why the mail could not be read fully: a fault of `ReadMail`, `too_large`, or `deadly`.

    `deadly` means that workers crashed while reading the mail.
    """
    apart: bool = False
    """Whether the mail may report misconduct. Then only coordinators can read it."""
    twin: str | None = None
    """The id of an earlier mail with the same Message-ID, sender, subject and date."""
    state: MailState = MailState.NEW
    code: str | None = None
    """The code of the petition that the mail became or was added to."""
    by: str | None = None
    """The id of the officer who decided."""
    reason: str = ""
    """The reason for rejecting the mail."""
    form: str | None = None
    """The key of the submitted form, by which a second submission is recognised."""
    version: int = 1
    changed_at: Instant
    words_until: Instant | None = None
    """The time at which text and files are removed. None while the mail waits and after the removal."""

    def forgotten(self) -> Mail:
        """Return the mail without text, files and sender, which leaves only the record of the decision."""
        blank: dict[str, Any] = dict.fromkeys(("message_id", "sender", "sender_name", "subject", "text", "reason"), "")
        return replace(self, **blank, files=[], words_until=None)


class MailboxState(Root):
    """The progress of reading a mailbox, stored as `mailboxes/{name}`."""

    validity: int = 0
    uid: int = 0
    """The UID of the last message that was read."""
    trying: int | None = None
    """The UID of the message that is being read, or None."""
    tries: int = 0
    """The number of unfinished attempts to read that message."""
    lease_until: Instant | None = None
    failing_since: Instant | None = None
    """The time since which the mail server has been unreachable, or None."""


class MailMark(Record):
    """The identity of a message in the mailbox, by which it is not read twice.

    It stays when the mail is deleted, and holds none of its text.
    """

    validity: int
    """The mailbox's UIDVALIDITY. While it is unchanged, a UID stands for the same message (RFC 9051 2.3.1.1)."""
    uid: int
    fingerprint: str
    """A hash of Message-ID, sender, subject and date, or "" if they are missing.

    It identifies the message after UIDVALIDITY has changed.
    """
    mail: str
    at: Instant


def mail_path(mail_id: str) -> str:
    return f"mails/{mail_id}"


def mailbox_path(name: str) -> str:
    return f"mailboxes/{name}"


def mark_path(mark_id: str) -> str:
    return f"mail_marks/{mark_id}"


def mark_id(mailbox: str, validity: int, uid: int) -> str:
    """Return the id of a message's mark, which is also the id of its mail."""
    return hashlib.sha256(f"{mailbox}\n{validity}\n{uid}".encode()).hexdigest()[:40]
