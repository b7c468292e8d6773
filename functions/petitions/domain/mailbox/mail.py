"""An e-mail in the tray, `mails/{id}`, and the mark by which each is taken once, `mail_marks/{id}`.

arriving -> new -> filed | added | rejected. What no person has written waits aside, and can be taken out of there.
Once a petition holds the words and files of a mail, the tray forgets them.
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
    """Where a mail is."""

    ARRIVING = "arriving"
    """Its files are not all stored yet: nobody sees it."""
    NEW = "new"
    ASIDE = "aside"
    """A machine has written it."""
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
    """Bytes, as it came."""
    sha256: str | None = None
    """With `object`, it makes up the names in Cloud Storage (`files.attachment`)."""
    object: str | None = None
    kept: bool = False
    """Whether its bytes are in Cloud Storage."""
    reason: str | None = None
    """Why it is not kept: its type, its size, or that it is broken."""


class Mail(Root):
    """A mail as it was read."""

    id: str
    unit: str
    """The unit that the mailbox belongs to."""
    arrived_at: Instant
    """As the mail server has it: the sender cannot choose it."""
    message_id: str = ""
    sender: Annotated[str, Personal.EMAIL] = ""
    sender_name: Annotated[str, Personal.NAME] = ""
    subject: str = ""
    text: str = ""
    files: list[MailFile] = Field(default_factory=list)
    automatic: str | None = None
    """The kind of machine that wrote it; None for a person."""
    fault: str | None = None
    """Why it could not be read, or not all of it: as in `ReadMail`, `too_large`, or `deadly`."""
    apart: bool = False
    """Whether it may tell of misconduct: then coordinators alone read it."""
    twin: str | None = None
    """An earlier mail with the same Message-ID, sender, subject and date."""
    state: MailState = MailState.NEW
    code: str | None = None
    """The petition that holds it now."""
    by: str | None = None
    """The officer who decided."""
    reason: str = ""
    """Why it was rejected."""
    form: str | None = None
    """The key of the form that decided."""
    version: int = 1
    changed_at: Instant
    words_until: Instant | None = None
    """When its words and files are removed; None while they wait for somebody, or are gone."""

    def forgotten(self) -> Mail:
        """Return it without its words and files, as a memory of what was decided."""
        blank: dict[str, Any] = dict.fromkeys(("message_id", "sender", "sender_name", "subject", "text", "reason"), "")
        return replace(self, **blank, files=[], words_until=None)


class MailboxState(Root):
    """How far a mailbox has been read, `mailboxes/{name}`."""

    validity: int = 0
    uid: int = 0
    """The last message that was taken."""
    trying: int | None = None
    """The message that is being read, and ..."""
    tries: int = 0
    """... the tries so far that did not end."""
    lease_until: Instant | None = None
    failing_since: Instant | None = None
    """When the mail server was first out of reach."""


class MailMark(Record):
    """The identity of a message in the mailbox, and its mail. It outlasts the mail, and holds no word of it."""

    validity: int
    """UIDVALIDITY: while it stays, a UID stands for the same message for ever (RFC 9051 2.3.1.1)."""
    uid: int
    fingerprint: str
    """Of Message-ID, sender, subject and date, by which a message is known once UIDVALIDITY has changed; else ""."""
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
    """Return the id of a message's mark, which is its mail's too."""
    return hashlib.sha256(f"{mailbox}\n{validity}\n{uid}".encode()).hexdigest()[:40]
