"""Reads a mailbox over IMAP4rev1 (RFC 3501), with TLS: `imaps://`, or `imap://` with STARTTLS.

Errors of the standard library's client, of its sockets and of its parser are raised as Retryable or NeedsHuman.
"""

from __future__ import annotations

import hashlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from petitions import telemetry
from petitions.errors import NeedsHuman, Retryable
from petitions.ports.mailbox import Letter

TIMEOUT = 10.0
"""The most seconds to wait for a reply of the server."""
UIDS_AT_ONCE = 20_000
"""The range of UIDs in one search.

The client accepts lines of at most a million characters, and the server sends all UIDs found in one line.
"""
SIZES_AT_ONCE = 100
_HERE = {"127.0.0.1", "localhost", "::1"}
_LETTER = re.compile(
    rb'(?=[^"]{0,400}?\bUID (?P<uid>\d{1,10})\b)(?=.{0,400}?\bRFC822\.SIZE (?P<size>\d{1,12})\b)'
    rb'.{0,400}?\bINTERNALDATE "(?P<at>[^"]{20,30})"'
)


class ImapMailbox:
    """A folder of a mail server. Nothing is sent unencrypted to another machine. Implements `ports.Mailbox`."""

    def __init__(self, url: str, password: str, folder: str, move_to: str) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "imaps"
        self._host = parts.hostname or ""
        self._port = parts.port or (993 if self._tls else 143)
        self._user = unquote(parts.username or "")
        self._password, self._folder, self._move_to = password, folder, move_to

    @property
    def name(self) -> str:
        """A hash of server, user and folder, which identifies the mailbox without naming it."""
        return hashlib.sha256(f"{self._user}\n{self._host}\n{self._folder}".encode()).hexdigest()[:20]

    @contextmanager
    def open(self) -> Iterator[OpenImapFolder]:
        """Log in, open the folder, and log out at the end.

        Raise Retryable for a failed connection, and NeedsHuman if the login is refused or the folder does not exist.
        """
        with _translated():
            imap = self._connect()
        try:
            yield self._selected(imap)
        finally:
            with suppress(imaplib.IMAP4.error, OSError, ValueError):
                imap.logout()

    def _connect(self) -> imaplib.IMAP4:
        context = ssl.create_default_context()
        if self._tls:
            return imaplib.IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=TIMEOUT)
        imap = imaplib.IMAP4(self._host, self._port, timeout=TIMEOUT)
        if self._host not in _HERE:
            try:
                imap.starttls(context)
            except BaseException:
                with suppress(OSError):
                    imap.shutdown()
                raise
        return imap

    def _selected(self, imap: imaplib.IMAP4) -> OpenImapFolder:
        with _translated():
            try:
                imap.login(_quoted(self._user), self._password)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise NeedsHuman("the mail server refuses the login", reason="imap_login") from error
            answer, _ = imap.select(_quoted(self._folder))
            if answer != "OK":
                raise NeedsHuman("the mailbox has no such folder", reason="imap_folder")
            return OpenImapFolder(imap, self._move_to)


class OpenImapFolder:
    """An open folder of a mail server. Methods raise Retryable if the server fails. Implements `ports.OpenMailbox`."""

    def __init__(self, imap: imaplib.IMAP4, move_to: str) -> None:
        self._imap, self._move_to = imap, move_to
        self.validity = self._number("UIDVALIDITY")
        self._next = self._number("UIDNEXT")
        self._moves = bool(move_to) and self._is_able("MOVE")

    def after(self, uid: int) -> Iterator[Letter]:
        """Yield the messages with a UID above `uid`, in order, without their contents."""
        for first in range(uid + 1, self._next, UIDS_AT_ONCE):
            found = self._command("SEARCH", "UID", f"{first}:{min(first + UIDS_AT_ONCE, self._next) - 1}")
            uids = sorted(int(item) for line in found if isinstance(line, bytes) for item in line.split())
            for start in range(0, len(uids), SIZES_AT_ONCE):
                some = uids[start : start + SIZES_AT_ONCE]
                lines = self._command("FETCH", ",".join(map(str, some)), "(UID RFC822.SIZE INTERNALDATE)")
                letters = {letter.uid: letter for letter in map(_letter, lines) if letter}
                yield from (letters[item] for item in some if item in letters)

    def content(self, uid: int, most: int) -> bytes | None:
        """Return the first `most` bytes of a message, or None if it is gone. It stays marked as unread."""
        answer = self._command("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{most}>)")
        return next((item[1] for item in answer if isinstance(item, tuple)), None)

    def done(self, uid: int) -> None:
        """Mark a message as read, and move it to the configured folder, if any.

        It is moved only if the server can do so in one step (MOVE), because copying and deleting could lose or double
        it.
        """
        self._command("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")
        if not self._move_to:
            return
        answer = "NO"
        if self._moves:
            with _translated():
                answer, _ = self._imap.uid("MOVE", str(uid), _quoted(self._move_to))
        if answer != "OK":
            telemetry.log("ERROR", "a letter was not moved", metric="mailbox_not_moved", able=self._moves)

    def _command(self, *words: str) -> list[Any]:
        with _translated():
            answer, data = self._imap.uid(*words)
            if answer != "OK":
                raise Retryable("the mail server refuses a command", reason="imap_refused")
            return data

    def _number(self, name: str) -> int:
        with _translated():
            _, found = self._imap.response(name)
            return int(found[-1])

    def _is_able(self, capability: str) -> bool:
        with _translated():
            _, lines = self._imap.capability()
            return capability.encode() in b" ".join(line for line in lines if isinstance(line, bytes)).upper().split()


@contextmanager
def _translated() -> Iterator[None]:
    """Raise Retryable for every error of the IMAP client."""
    try:
        yield
    except TimeoutError as error:
        raise Retryable("the mail server does not answer", reason="imap_timeout") from error
    except ssl.SSLError as error:
        raise Retryable("no encrypted connection to the mail server", reason="imap_tls") from error
    except OSError as error:
        raise Retryable("no connection to the mail server", reason="imap_connect") from error
    except (imaplib.IMAP4.error, ValueError, IndexError, TypeError, AttributeError) as error:
        raise Retryable("the mail server answers what no mail server should", reason="imap_answer") from error


def _letter(line: object) -> Letter | None:
    found = _LETTER.search(line) if isinstance(line, bytes) else None
    return Letter(int(found["uid"]), int(found["size"]), _instant(found["at"].decode("ascii"))) if found else None


def _instant(written: str) -> datetime:
    """Return the instant of an INTERNALDATE such as "25-Nov-2026 08:30:00 +0700". Raise ValueError if malformed."""
    return datetime.strptime(written.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)


def _quoted(word: str) -> str:
    """Return an IMAP string in quotes. Settings cannot contain quotes or backslashes (`config`)."""
    return f'"{word}"'
