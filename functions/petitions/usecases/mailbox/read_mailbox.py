"""Fetching of new messages from the office's mailbox, so that every message is stored as exactly one e-mail.

A message is identified by UIDVALIDITY and UID (RFC 9051 2.3.1.1). The document with this identity (its mark) is written
together with the e-mail. Then the files are stored, the message is flagged as seen, and last the position in the
mailbox moves on. After a crash these steps are repeated, and those already done have no effect. If UIDVALIDITY changes,
all messages are read again, and the fingerprint of their headers shows which ones are stored already. A message that
has ended a worker several times is stored without being parsed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from petitions import telemetry
from petitions.domain.files.attachment import MAX_FILE, copy_name, original_name
from petitions.domain.files.file_types import sniff
from petitions.domain.files.pieces import Broken, Pieces
from petitions.domain.files.scrubbing import scrubbed
from petitions.domain.mailbox.mail import (
    Mail,
    MailboxState,
    MailFile,
    MailMark,
    MailState,
    mail_path,
    mailbox_path,
    mark_id,
    mark_path,
)
from petitions.domain.mailbox.reading import MailPart, ReadMail, read_mail
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.records import replace
from petitions.domain.shared.retention import CHATS_KEPT_FOR
from petitions.errors import NeedsHuman, PetitionError, Retryable
from petitions.ports.files import Files
from petitions.ports.mailbox import Letter, Mailbox, OpenMailbox
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.shared.petition_changes import changed_fields

LARGEST = 32 * 2**20
"""The size in bytes up to which a message is read completely. Mail servers accept 25 MB to 50 MB."""
BEGINNING = 256 * 2**10
"""The number of bytes that are read of larger messages."""
MOST = 50
"""The most messages of one run."""
BUDGET = timedelta(seconds=40)
"""The time after which no further message is begun."""
LEASE = timedelta(seconds=150)
"""The time for which a run reserves the mailbox. It exceeds the time-out of the function, so no run outlives it."""
MOST_TRIES = 3
"""The most attempts to read a message, because a malicious message may end the worker."""
_MOST_ALIKE = 20
PATIENCE = timedelta(hours=1)
"""The time for which the mail server may be unreachable before the operators are alerted."""


@dataclass(frozen=True)
class _Kept:
    file: MailFile
    original: bytes = b""
    copy: Pieces = field(default_factory=list)


@dataclass(frozen=True)
class ReadMailbox:
    """Fetches new e-mails to the office on a schedule, or does nothing if no mailbox is configured."""

    store: Store
    clock: Clock
    ids: Ids
    files: Files
    mailbox: Mailbox | None
    unit: str
    """The unit to which the mailbox belongs."""
    may_report_misconduct: Callable[[str], bool]

    def __call__(self) -> int:
        """Fetch the new messages and return their number. Return 0 if another run is reading.

        If the server refuses the login or the folder, or is unreachable for an hour, an error is logged that alerts
        the operators.
        """
        if self.mailbox is None or not self.store.transact(lambda tx: self._begin(tx, self._path)):
            return 0
        read = 0
        try:
            with self.mailbox.open() as folder:
                read = self._read(folder)
            self._note(failing_since=None, lease_until=None)
        except Retryable as error:
            since = self._state().failing_since or self.clock.now()
            self._note(failing_since=since, lease_until=None, tries=0)
            telemetry.log("WARNING", "the mailbox was not read", metric="mailbox_not_read", reason=error.reason)
            if Until(since + PATIENCE).is_over(self.clock.now()):
                _alarm(error)
        except NeedsHuman as error:
            self._note(lease_until=None)
            _alarm(error)
        return read

    @property
    def _path(self) -> str:
        return mailbox_path(self.mailbox.name if self.mailbox else "")

    def _begin(self, tx: Transaction, path: str) -> bool:
        found, now = tx.get(path), self.clock.now()
        before = MailboxState.model_validate(found or {})
        if before.lease_until and now in Until(before.lease_until):
            return False
        after = replace(before, lease_until=now + LEASE)
        if found is None:
            tx.create(path, after.stored())
        else:
            tx.update(path, changed_fields(before, after))
        return True

    def _state(self) -> MailboxState:
        return MailboxState.model_validate(self.store.get(self._path) or {})

    def _note(self, **changes: Any) -> MailboxState:
        def write(tx: Transaction) -> MailboxState:
            before = MailboxState.model_validate(tx.get(self._path) or {})
            after = replace(before, **changes)
            if after.validity == before.validity and after.uid < before.uid:
                after = replace(after, uid=before.uid)
            tx.update(self._path, changed_fields(before, after))
            return after

        return self.store.transact(write)

    def _read(self, folder: OpenMailbox) -> int:
        budget, state = UpTo(self.clock.now() + BUDGET), self._state()
        if state.validity != folder.validity:
            state = self._note(validity=folder.validity, uid=0, trying=None, tries=0)
        read = 0
        for letter in folder.after(state.uid):
            if read == MOST or budget.is_over(self.clock.now()):
                break
            tries = state.tries + 1 if state.trying == letter.uid else 1
            self._note(trying=letter.uid, tries=tries, lease_until=self.clock.now() + LEASE)
            self._one(folder, letter, unread=tries > MOST_TRIES)
            state = self._note(uid=letter.uid, trying=None, tries=0)
            read += 1
        return read

    def _one(self, folder: OpenMailbox, letter: Letter, *, unread: bool) -> None:
        read, kept = ReadMail(fault="deadly"), []
        if not unread:
            whole = letter.size <= LARGEST
            raw = folder.content(letter.uid, LARGEST if whole else BEGINNING)
            if raw is None:
                return
            read = read_mail(raw) if whole else replace(read_mail(raw), parts=(), fault="too_large")
            kept = [self._checked(number, part) for number, part in enumerate(read.parts)]
        mail = self.store.transact(lambda tx: self._take(tx, folder.validity, letter, read, kept))
        if mail is not None and mail.state is MailState.ARRIVING:
            self._keep(mail, kept)
        folder.done(letter.uid)
        severity = "WARNING" if read.fault else "INFO"
        labels: dict[str, Any] = {"automatic": read.automatic, "fault": read.fault, "files": len(kept)}
        telemetry.log(severity, "a letter was read", metric="mailbox_read", **labels)

    def _checked(self, number: int, part: MailPart) -> _Kept:
        digest, size = hashlib.sha256(part.content).hexdigest(), len(part.content)
        file = MailFile(id=str(number + 1), name=part.name, size=size, sha256=digest)
        media_type = sniff(part.content)
        if size > MAX_FILE or media_type is None:
            return _Kept(replace(file, reason="size" if size > MAX_FILE else "type"))
        try:
            copy = scrubbed(media_type, part.content)
        except Broken:
            return _Kept(replace(file, reason="broken"))
        named = replace(file, media_type=media_type, object=self.ids.token())
        return _Kept(named, part.content, copy)

    def _take(
        self, tx: Transaction, validity: int, letter: Letter, read: ReadMail, kept: Sequence[_Kept]
    ) -> Mail | None:
        identity = mark_id(self.mailbox.name if self.mailbox else "", validity, letter.uid)
        found = tx.get(mark_path(identity))
        if found is not None:
            return _mail_in(tx, MailMark.model_validate(found).mail)
        same = Query("mail_marks", where=(("fingerprint", "==", read.fingerprint),), limit=_MOST_ALIKE)
        alike = [MailMark.model_validate(document.data) for document in tx.find(same)] if read.fingerprint else []
        former = next((mail_mark.mail for mail_mark in alike if mail_mark.validity != validity), None)
        known, now = _mail_in(tx, former) if former else None, self.clock.now()
        mark: dict[str, Any] = {"validity": validity, "uid": letter.uid, "fingerprint": read.fingerprint, "at": now}
        tx.create(mark_path(identity), MailMark(mail=former or identity, **mark).stored())
        if former:
            return known
        mail = Mail(
            id=identity,
            unit=self.unit,
            arrived_at=letter.arrived_at,
            message_id=read.message_id,
            sender=read.sender,
            sender_name=read.sender_name,
            subject=read.subject,
            text=read.text,
            files=[item.file for item in kept],
            automatic=read.automatic,
            fault=read.fault,
            apart=self.may_report_misconduct(f"{read.subject}\n{read.text}"),
            twin=alike[0].mail if alike else None,
            state=MailState.ARRIVING,
            changed_at=now,
        )
        tx.create(mail_path(identity), mail.stored())
        return mail

    def _keep(self, mail: Mail, kept: Sequence[_Kept]) -> None:
        here = {item.file.id: item for item in kept}
        files = []
        for file in mail.files:
            mine = here.get(file.id)
            if mine is None or file.object is None or file.media_type is None:
                files.append(replace(file, object=None, reason=file.reason or "deadly"))
                continue
            self.files.put(original_name(file.object, file.sha256 or ""), mine.original, file.media_type)
            self.files.put(copy_name(file.object, file.sha256 or ""), mine.copy, file.media_type)
            files.append(replace(file, kept=True))
        self.store.transact(lambda tx: self._let_be_seen(tx, mail.id, files))

    def _let_be_seen(self, tx: Transaction, mail_id: str, files: list[MailFile]) -> None:
        before = _mail_in(tx, mail_id)
        if before is None or before.state is not MailState.ARRIVING:
            return
        aside = before.automatic is not None
        changes: dict[str, Any] = {
            "files": files,
            "state": MailState.ASIDE if aside else MailState.NEW,
            "words_until": self.clock.now() + CHATS_KEPT_FOR if aside else None,
        }
        tx.update(mail_path(mail_id), changed_fields(before, replace(before, **changes)))


def _alarm(error: PetitionError) -> None:
    telemetry.log("ERROR", "the mailbox cannot be read", metric="mailbox_stuck", reason=error.reason)


def _mail_in(tx: Transaction, mail_id: str) -> Mail | None:
    found = tx.get(mail_path(mail_id))
    return Mail.model_validate(found) if found else None
