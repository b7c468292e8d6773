"""Accounts of other systems. Administrators create accounts, close them and replace their keys.

A key consists of the account's id and a secret, `ID.SECRET`. It is returned only by the call that creates it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.officers.service_account import (
    ServiceAccount,
    ServiceKey,
    ServiceRight,
    secret_hash,
    service_account_path,
)
from petitions.domain.shared.channel import Channel
from petitions.domain.shared.fingerprint import seen_mark
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.domain.shared.retention import RECORDS_KEPT_FOR
from petitions.domain.shared.written import is_id
from petitions.domain.units.directory import Directory
from petitions.errors import Conflict, Forbidden, NotFound, Rejected
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.officers.tell_heads import TellHeads
from petitions.usecases.shared.auditing import audit_change

LONGEST_NAME = 100
LONGEST_ACCOUNT_ID = 40
MOST_A_MINUTE = 6_000
SHOWN = 4
"""The number of final characters of a secret that are shown, so that people can distinguish keys."""
NO_SUCH_ACCOUNT = "Không có tài khoản hệ thống này."
WRONG_KEY = "Khóa truy cập không đúng hoặc đã hết hiệu lực."


@dataclass(frozen=True)
class WantedAccount:
    """An account as entered by an administrator."""

    id: str
    name: str
    unit: str
    channel: Channel | None
    rights: Sequence[ServiceRight]
    a_minute: int


@dataclass(frozen=True)
class NewKey:
    """An account and its new key. The key is not stored and cannot be shown again."""

    account: ServiceAccount
    key: str


@dataclass(frozen=True)
class ServiceAccounts:
    """Creates, changes, authenticates and audits accounts of other systems."""

    store: Store
    clock: Clock
    ids: Ids
    directory: Directory
    tell_heads: TellHeads

    def known(self, admin: Officer) -> list[ServiceAccount]:
        """Return all accounts, the open ones before the closed ones, both by name. Raise Forbidden."""
        _check(admin)
        found = [
            ServiceAccount.model_validate(document.data) for document in self.store.find(Query("service_accounts"))
        ]
        return sorted(found, key=lambda service_account: (service_account.closed_at is not None, service_account.name))

    def make(self, admin: Officer, wanted: WantedAccount) -> NewKey:
        """Create an account, and return it with its first key.

        Raise Forbidden, Rejected for invalid data, or Conflict if the id is taken.
        """
        _check(admin)
        _check_wanted(wanted, self.directory)
        now, (key, kept) = self.clock.now(), self._new_key(wanted.id)
        account = ServiceAccount(
            id=wanted.id, name=wanted.name.strip(), unit=wanted.unit, channel=wanted.channel,
            rights=sorted(set(wanted.rights)), a_minute=wanted.a_minute, keys=[kept], made_at=now,
        )  # fmt: skip

        def write(tx: Transaction) -> None:
            if tx.get(service_account_path(account.id)) is not None:
                raise Conflict("Đã có tài khoản với mã này. Xin chọn mã khác.", reason="account_known")
            self.tell_heads(tx, admin, account.id, [(account.unit, f"hệ thống {account.name}")], now)
            tx.create(service_account_path(account.id), account.stored())
            audit_change(tx, self.ids.token(), admin, "account_made", now, subject=account.id, reason=account.name)

        self.store.transact(write)
        return NewKey(account, key)

    def rotate(self, admin: Officer, account_id: str) -> NewKey:
        """Create another key of the account, and return it.

        The newest previous key stays valid until ended. Raise Forbidden or NotFound.
        """
        key, kept = self._new_key(account_id)
        after = self._change(
            admin, account_id, "account_key_made", kept.id, lambda service_account: service_account.with_key(kept)
        )
        return NewKey(after, key)

    def end_key(self, admin: Officer, account_id: str, key_id: str) -> ServiceAccount:
        """End a key at once, and return the account. Raise Forbidden or NotFound."""
        return self._change(
            admin, account_id, "account_key_ended", key_id, lambda service_account: service_account.without_key(key_id)
        )

    def close(self, admin: Officer, account_id: str) -> ServiceAccount:
        """Close an account permanently, and return it. Raise Forbidden or NotFound."""
        now = self.clock.now()
        return self._change(
            admin, account_id, "account_closed", None, lambda service_account: service_account.closed(now)
        )

    def caller(self, key: str) -> ServiceAccount:
        """Return the account that a key belongs to. Raise the same Forbidden for every invalid key."""
        account_id, _, secret = key.partition(".")
        fields = self.store.get(service_account_path(account_id)) if is_id(account_id) else None
        account = ServiceAccount.model_validate(fields) if fields else None
        used = account.key_of(secret) if account else None
        if account is None or used is None:
            raise Forbidden(WRONG_KEY, reason="key_unknown")
        today = hanoi(self.clock.now()).date()
        if used.used_on != today:
            self._note_use(account.id, used.id, today)
        return account

    def name(self, account_id: str) -> str | None:
        """Return the name of an account, which may be closed, or None if it does not exist."""
        fields = self.store.get(service_account_path(account_id)) if is_id(account_id) else None
        return ServiceAccount.model_validate(fields).name if fields else None

    def note_call(self, account: ServiceAccount, asked: str, code: str | None, *, daily: bool = False) -> None:
        """Record a call in the audit log, under the account's id and name. `asked` is the call's method and route.

        Of `daily` calls, which systems repeat every few seconds, only the first one of a day in Hanoi is recorded.
        """
        now = self.clock.now()
        entry = replace(AuditEntry.by(
            account.person(), what="system", action="system_called", code=code, subject=account.name, reason=asked,
            at=now, expires_at=now + RECORDS_KEPT_FOR,
        ), unit=account.unit)  # fmt: skip
        entry_id = f"{account.id}-{hanoi(now).date()}-{seen_mark(asked)}" if daily else self.ids.token()
        self.store.create(audit_path(entry_id), entry.stored())

    def _note_use(self, account_id: str, key_id: str, day: date) -> None:
        path = service_account_path(account_id)

        def write(tx: Transaction) -> None:
            fields = tx.get(path)
            if fields:
                after = ServiceAccount.model_validate(fields).used(key_id, day)
                tx.update(path, {"keys": after.stored()["keys"]})

        self.store.transact(write)

    def _new_key(self, account_id: str) -> tuple[str, ServiceKey]:
        secret = f"{self.ids.token()}{self.ids.token()}"
        kept = ServiceKey(
            id=self.ids.token(), hash=secret_hash(secret), made_at=self.clock.now(), ending=secret[-SHOWN:]
        )
        return f"{account_id}.{secret}", kept

    def _change(
        self,
        admin: Officer,
        account_id: str,
        deed: str,
        what: str | None,
        changed: Callable[[ServiceAccount], ServiceAccount],
    ) -> ServiceAccount:
        _check(admin)
        now: datetime = self.clock.now()
        path = service_account_path(account_id)

        def write(tx: Transaction) -> ServiceAccount:
            fields = tx.get(path)
            before = ServiceAccount.model_validate(fields) if fields else None
            if before is None or before.closed_at is not None:
                raise NotFound(NO_SUCH_ACCOUNT, reason="account_unknown")
            after = changed(before)
            stored = after.stored()
            tx.update(path, {name: stored[name] for name in ("keys", "closed_at") if name in stored})
            audit_change(tx, self.ids.token(), admin, deed, now, subject=account_id, reason=what)
            return after

        return self.store.transact(write)


def _check(admin: Officer) -> None:
    if not may(admin, Permission.ADMINISTER):
        raise Forbidden("Vai trò của anh/chị không quản trị tài khoản hệ thống.")


def _check_wanted(wanted: WantedAccount, directory: Directory) -> None:
    if not (wanted.id.isascii() and wanted.id.replace("-", "").isalnum()) or len(wanted.id) > LONGEST_ACCOUNT_ID:
        raise Rejected("Mã tài khoản chỉ gồm chữ không dấu, số và gạch nối.", reason="account_id")
    if not wanted.name.strip() or len(wanted.name) > LONGEST_NAME:
        raise Rejected(f"Xin ghi tên hệ thống, tối đa {LONGEST_NAME} ký tự.", reason="account_name")
    if not directory.knows(wanted.unit):
        raise Rejected("Xin chọn đơn vị của hệ thống.", reason="account_unit")
    if not wanted.rights:
        raise Rejected("Xin chọn ít nhất một quyền.", reason="account_rights")
    if ServiceRight.HAND_IN in wanted.rights and wanted.channel is None:
        raise Rejected("Xin chọn kênh của phản ánh mà hệ thống gửi vào.", reason="account_channel")
    if not 1 <= wanted.a_minute <= MOST_A_MINUTE:
        raise Rejected(f"Số lượt gọi mỗi phút phải từ 1 đến {MOST_A_MINUTE}.", reason="account_quota")
