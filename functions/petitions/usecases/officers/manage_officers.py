"""The administrators' management of officers, their units and roles. All changes leave a line in the audit log.

The document of an officer who leaves stays, because the history names them. They can no longer sign in, get no mail,
and are offered to nobody; their petitions are handed over at the desk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from petitions.domain.lifecycle.lifecycle import ROLE_LABELS, Role
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.units.directory import Directory
from petitions.errors import NotFound, Rejected
from petitions.ports.store import DELETE, Query, Store, Transaction
from petitions.ports.world import Clock, Ids

ASSIGNABLE_ROLES = (Role.OFFICER, Role.HEAD, Role.COORDINATOR, Role.INSPECTOR, Role.ADMIN)
LONGEST_NAME = 100
NEWEST = 50
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")


class WrongOfficer(Rejected):
    """Raised for a wrong entry; `faults` maps a field to its fault, in Vietnamese."""

    reason = "officer_wrong"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


@dataclass(frozen=True)
class OfficerForm:
    """An officer as entered; `id` is empty for a new one."""

    id: str
    name: str
    email: str
    unit: str
    role: str


@dataclass(frozen=True)
class ManageOfficers:
    """The use case."""

    store: Store
    clock: Clock
    ids: Ids
    directory: Directory

    def put(self, admin: Officer, wanted: OfficerForm) -> str:
        """Create or change an officer, and return the id. Raise NotFound or WrongOfficer."""
        name, email = " ".join(wanted.name.split()), wanted.email.strip().lower()
        faults = dict(self._faults(name, email, wanted))
        fresh, entry_id = wanted.id or f"officer-{self.ids.token().lower()}", self.ids.token()

        def work(tx: Transaction) -> str:
            everyone = {each.id: Officer.model_validate(each.data) for each in tx.find(Query("officers"))}
            before = everyone.get(wanted.id)
            if wanted.id and before is None:
                raise NotFound("Không có cán bộ này.")
            twin = next(
                (each for each in everyone.values() if each.email.lower() == email and each.id != wanted.id), None
            )
            if twin and "email" not in faults:
                faults["email"] = f"Địa chỉ này đã là của {twin.name}."
            if before and before.id == admin.id and wanted.role != before.role:
                faults["role"] = "Không tự đổi vai trò của chính mình."
            if faults:
                raise WrongOfficer(faults)
            role = Role(wanted.role)
            if before is None:
                tx.create(
                    officer_path(fresh), Officer(id=fresh, name=name, email=email, unit=wanted.unit, role=role).stored()
                )
                self._audit(tx, entry_id, admin, "officer_created", fresh, f"{ROLE_LABELS[role]}, {wanted.unit}")
                return fresh
            changes = {"name": name, "email": email, "unit": wanted.unit, "role": role.value}
            different = {field: value for field, value in changes.items() if getattr(before, field) != value}
            if different:
                tx.update(officer_path(fresh), different)
                said = "; ".join(f"{field}: {getattr(before, field)} → {value}" for field, value in different.items())
                self._audit(tx, entry_id, admin, "officer_changed", fresh, said)
            return fresh

        return self.store.transact(work)

    def leave(self, admin: Officer, officer_id: str, *, back: bool = False) -> None:
        """Record that an officer leaves, or comes `back`. Raise NotFound, or Rejected for oneself."""
        if officer_id == admin.id:
            raise Rejected("Không tự ngừng tài khoản của chính mình.", reason="oneself")
        entry_id, now = self.ids.token(), self.clock.now()

        def work(tx: Transaction) -> None:
            found = tx.get(officer_path(officer_id))
            if found is None:
                raise NotFound("Không có cán bộ này.")
            if ("left_at" in found) == back:
                tx.update(officer_path(officer_id), {"left_at": DELETE if back else now, "on_duty": False})
                self._audit(tx, entry_id, admin, "officer_back" if back else "officer_left", officer_id, None)

        self.store.transact(work)

    def history(self, officer_id: str) -> list[AuditEntry]:
        """Return the changes of an officer's record, the newest first."""
        query = Query("audit", (("subject", "==", officer_id),), order_by=("-at",), limit=NEWEST)
        return [AuditEntry.model_validate(each.data) for each in self.store.find(query)]

    def _faults(self, name: str, email: str, wanted: OfficerForm) -> list[tuple[str, str]]:
        found = []
        if not 2 <= len(name) <= LONGEST_NAME:  # noqa: PLR2004 - a name has letters
            found.append(("name", f"Xin ghi họ tên, tối đa {LONGEST_NAME} ký tự."))
        if not _EMAIL.fullmatch(email):
            found.append(("email", "Địa chỉ thư điện tử chưa đúng."))
        if not self.directory.knows(wanted.unit):
            found.append(("unit", "Xin chọn đơn vị trong danh mục."))
        if wanted.role not in ASSIGNABLE_ROLES:
            found.append(("role", "Xin chọn vai trò."))
        return found

    def _audit(self, tx: Transaction, entry_id: str, admin: Officer, action: str, who: str, said: str | None) -> None:
        entry = AuditEntry(
            officer=admin.id, role=admin.role, unit=admin.unit, what="change", action=action, subject=who,
            reason=said, at=self.clock.now(),
        )  # fmt: skip
        tx.create(audit_path(entry_id), entry.stored())
