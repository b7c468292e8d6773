"""An officer's decision on an e-mail to the office: file it, add it to a petition, reject it, or keep it waiting.

A person decides on every e-mail, because the address of a sender does not prove its author. The e-mail and the
petition change in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from petitions.domain.channels.entry import Entry
from petitions.domain.files.attachment import AttachmentState
from petitions.domain.files.file_types import PICTURES
from petitions.domain.language.texts import hanoi_time
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Role
from petitions.domain.mailbox.mail import LONGEST_REASON, OPEN, Mail, MailState, mail_path
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.codes import find_code
from petitions.domain.petition.petition import Addition, Petition
from petitions.domain.petition.petition_file import FileRef, PetitionFile, file_path
from petitions.domain.shared.records import replace
from petitions.domain.shared.retention import CHATS_KEPT_FOR
from petitions.domain.shared.written import is_key
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.accusations.keep_apart import KeepApart
from petitions.usecases.channels.hand_in import Brought, Entrant, HandIn
from petitions.usecases.mailbox.tray import mail_of
from petitions.usecases.officers.staff import Staff
from petitions.usecases.petition.file_petition import PetitionFiling
from petitions.usecases.shared.auditing import audit_change
from petitions.usecases.shared.outbox import commit
from petitions.usecases.shared.petition_changes import NO_SUCH_PETITION, Actor, changed_fields, seen_petition

DEEDS = {
    MailState.NEW: "đưa thư này ra khay chờ",
    MailState.FILED: "vào sổ thư này",
    MailState.ADDED: "thêm thư này vào một hồ sơ",
    MailState.REJECTED: "từ chối thư này",
}


@dataclass(frozen=True)
class SeenMail:
    """The e-mail that an officer's form is about, with the version that the officer saw.

    The form takes effect only once, because of its key.
    """

    id: str
    version: int
    key: str


@dataclass(frozen=True)
class HandleMail:
    """Carries out officers' decisions on e-mails. A decision on an e-mail that changed meanwhile raises Conflict."""

    store: Store
    publisher: Publisher
    clock: Clock
    ids: Ids
    staff: Staff
    hand_in: HandIn
    filing: PetitionFiling
    keep_apart: KeepApart

    def file(self, officer: Officer, seen: SeenMail, entry: Entry) -> Petition:
        """File the e-mail and its files as a petition. The same entry again returns the same petition.

        Raise NotFound, Conflict if somebody has decided on the e-mail meanwhile, or the errors of `HandIn`.
        """

        def bring(tx: Transaction) -> Brought:
            mail = self._opened(tx, officer, seen)
            return Brought(
                _files(mail),
                lambda petition: self._decide(tx, officer, mail, MailState.FILED, seen, code=petition.code),
            )

        return self.hand_in(Entrant.at_desk(officer), entry, bring).petition

    def add(self, officer: Officer, seen: SeenMail, written: str) -> None:
        """Add the e-mail to the petition whose code is in `written`, or file it separately if it reports misconduct.

        Raise NotFound for a petition that the officer may not see, and Rejected if it is over or takes no more text.
        """
        if find_code(written) is None:
            raise Rejected("Xin nhập mã hồ sơ, chẳng hạn HN-261130-ABCD-EFGH.", reason="code_malformed")

        def add(tx: Transaction, mail: Mail) -> list[Message]:
            petition, now = seen_petition(tx, officer, written), self.clock.now()
            if petition is None:
                raise NotFound(NO_SUCH_PETITION)
            if petition.state not in OPEN_STATES:
                raise Rejected("Hồ sơ này đã kết thúc: xin vào sổ thư thành hồ sơ mới.", reason="petition_over")
            words = "\n\n".join(filter(None, (mail.subject, mail.text)))
            additions = (
                [Addition(by="citizen", input=mail.id, at=mail.arrived_at, type="text", text=words)] if words else []
            )
            files = _files(mail)
            refs = [FileRef(id=file.id, type=file.type, name=file.name) for file in files]
            by = Actor(Role.CITIZEN)
            kept = self.keep_apart(tx, petition, additions, refs, by, now)
            if kept is not None:
                holder, messages = kept.petition, [*kept.messages, *self.keep_apart.told_later(tx, kept, now)]
            else:
                joined = self.filing.join(tx, petition, additions, refs, by, now)
                if joined is None:
                    raise Rejected("Hồ sơ này không còn chỗ: xin vào sổ thư thành hồ sơ mới.", reason="additions_full")
                holder, messages = joined[0], [joined[2]]
            for file in files:
                tx.create(file_path(holder.code, file.id), file.stored())
            self._decide(tx, officer, mail, MailState.ADDED, seen, code=holder.code)
            return messages

        self._do(officer, seen, add)

    def reject(self, officer: Officer, seen: SeenMail, reason: str) -> None:
        """Reject the e-mail. Raise Rejected if there is no reason."""
        words = " ".join(reason.split())
        if not 1 <= len(words) <= LONGEST_REASON:
            raise Rejected(f"Xin ghi lý do, tối đa {LONGEST_REASON} ký tự.", reason="reason_missing")

        def reject(tx: Transaction, mail: Mail) -> list[Message]:
            self._decide(tx, officer, mail, MailState.REJECTED, seen, reason=words)
            return []

        self._do(officer, seen, reject)

    def take_out(self, officer: Officer, seen: SeenMail) -> None:
        """Move an e-mail from the list of automatic e-mails to the waiting ones."""

        def take_out(tx: Transaction, mail: Mail) -> list[Message]:
            if mail.state is not MailState.ASIDE:
                raise Forbidden("Thư này không ở danh sách thư tự động.", reason="mail_not_aside")
            self._decide(tx, officer, mail, MailState.NEW, seen)
            return []

        self._do(officer, seen, take_out)

    def _opened(self, tx: Transaction, officer: Officer, seen: SeenMail) -> Mail:
        mail = mail_of(tx, officer, seen.id)
        if mail.version != seen.version or mail.state not in OPEN:
            who = "Anh/chị" if mail.by == officer.id else self.staff.name(mail.by) if mail.by else "Người khác"
            deed = DEEDS.get(mail.state, "xử lý thư này")
            raise Conflict(f"{who} đã {deed} lúc {hanoi_time(mail.changed_at)}. Chưa ghi thêm gì: xin xem lại thư.")
        return mail

    def _decide(
        self, tx: Transaction, officer: Officer, mail: Mail, state: MailState, seen: SeenMail, **more: str
    ) -> None:
        now = self.clock.now()
        base = mail.forgotten() if state in {MailState.FILED, MailState.ADDED} else mail
        rejected = state is MailState.REJECTED
        changes: dict[str, Any] = {
            "state": state,
            "by": officer.id,
            "form": seen.key,
            "version": mail.version + 1,
            "changed_at": now,
            "words_until": now + CHATS_KEPT_FOR if rejected else None,
            **more,
        }
        tx.update(mail_path(mail.id), changed_fields(mail, replace(base, **changes)))
        audit_change(
            tx,
            self.ids.token(),
            officer,
            f"mail_{state.value}",
            now,
            code=more.get("code"),
            subject=f"mail:{mail.id}",
            reason=more.get("reason"),
        )

    def _do(self, officer: Officer, seen: SeenMail, action: Callable[[Transaction, Mail], Sequence[Message]]) -> None:
        if not is_key(seen.key):
            raise Rejected("Trang này đã cũ. Xin mở lại thư.", reason="key_malformed")
        key = f"{officer.id}:{seen.id}:{seen.key}"
        commit(
            self.store,
            self.publisher,
            self.clock,
            producer="mailbox",
            key=key,
            body=lambda tx: action(tx, self._opened(tx, officer, seen)),
        )


def _files(mail: Mail) -> list[PetitionFile]:
    return [
        PetitionFile(
            id=f"{mail.id}-{file.id}",
            type="image" if file.media_type in PICTURES else "file",
            name=file.name,
            state=AttachmentState.STORED,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            object=file.object,
        )
        for file in mail.files
        if file.kept
    ]
