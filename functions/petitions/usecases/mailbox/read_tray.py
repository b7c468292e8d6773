"""The tray, i.e. the list of e-mails to the office: its parts, one e-mail, and the files of an e-mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from petitions.domain.files.attachment import copy_name
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Role
from petitions.domain.mailbox.mail import OPEN, Mail, MailFile, MailState
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import may_see
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.retention import RECORDS_KEPT_FOR
from petitions.errors import NotFound
from petitions.ports.files import Files
from petitions.ports.store import Condition, Query, Store
from petitions.ports.world import Clock
from petitions.usecases.mailbox.tray import mail_of, may_read

MOST_LISTED = 200
TrayView = Literal["waiting", "aside", "decided"]
VIEWS: dict[TrayView, tuple[MailState, ...]] = {
    "waiting": (MailState.NEW,),
    "aside": (MailState.ASIDE,),
    "decided": (MailState.FILED, MailState.ADDED, MailState.REJECTED),
}


@dataclass(frozen=True)
class MailLine:
    """An e-mail as the officer may see it."""

    mail: Mail
    code: str = ""
    """The petition that holds the e-mail or that its subject names, or "". Only if the officer may see the petition."""
    same_sender: bool = False
    """Whether the sender's address is that of the filer of the petition named in the subject."""

    @property
    def is_open(self) -> bool:
        """Return whether an officer still has to decide on the e-mail."""
        return self.mail.state in OPEN


@dataclass(frozen=True)
class ReadTray:
    """Reads the tray, i.e. the e-mails to the office, for an officer."""

    store: Store
    clock: Clock
    files: Files

    def listed(self, officer: Officer, view: TrayView) -> list[MailLine]:
        """Return the e-mails in a part of the tray: waiting ones oldest first, decided ones newest first."""
        mine: tuple[Condition, ...] = () if officer.role is Role.COORDINATOR else (("unit", "==", officer.unit),)
        state = ("state", "in", [mail_state.value for mail_state in VIEWS[view]])
        order = "-arrived_at" if view == "decided" else "arrived_at"
        found = self.store.find(Query("mails", (*mine, state), order_by=(order,), limit=MOST_LISTED))
        mails = [mail for document in found if may_read(officer, mail := Mail.model_validate(document.data))]
        codes = self._seen(officer, [item.code for item in mails if item.code])
        return [MailLine(item, item.code or "" if item.code in codes else "") for item in mails]

    def one(self, officer: Officer, mail_id: str) -> MailLine:
        """Return one e-mail, and record the view in the audit log. Raise NotFound."""
        mail, now = mail_of(self.store, officer, mail_id), self.clock.now()
        view = AuditEntry.by(officer, what="view", subject=f"mail:{mail.id}", at=now, expires_at=now + RECORDS_KEPT_FOR)
        self.store.create(audit_path(f"view-mail-{mail.id}-{officer.id}-{hanoi(now):%y%m%d}"), view.stored())
        named = mail.code or find_code(mail.subject) or ""
        petition = self._seen(officer, [named]).get(named)
        if petition is None or (mail.state in OPEN and petition.state not in OPEN_STATES):
            return MailLine(mail)
        return MailLine(mail, named, bool(mail.sender) and petition.contact.email == mail.sender)

    def file(self, officer: Officer, mail_id: str, file_id: str) -> tuple[MailFile, Iterator[bytes]]:
        """Return a stored file and its bytes in pieces. Raise NotFound or Retryable."""
        kept = {mail_file.id: mail_file for mail_file in mail_of(self.store, officer, mail_id).files if mail_file.kept}
        if file_id not in kept:
            raise NotFound("Không có tệp này.", reason="file_unknown")
        file = kept[file_id]
        return file, self.files.read(copy_name(file.object or "", file.sha256 or ""))

    def _seen(self, officer: Officer, codes: Sequence[str]) -> dict[str, Petition]:
        known = sorted(set(filter(None, codes)))
        found = self.store.get_all([petition_path(item) for item in known]) if known else []
        petitions = [Petition.model_validate(item) for item in found if item]
        return {petition.code: petition for petition in petitions if may_see(officer, petition)}
