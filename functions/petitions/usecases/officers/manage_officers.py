"""The administration of officers, their units and roles. Every change gets an entry in the audit log.

The documents of former officers are kept, because petition histories refer to them. Such officers can no longer sign
in, get no e-mail and cannot be chosen. Their petitions are handed over on the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from petitions.domain.lifecycle.lifecycle import ROLE_LABELS, Role
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.entries import OfficerEntry, doubts, entry_faults, headless_units, without_head
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.errors import NotFound, Rejected
from petitions.ports.store import DELETE, Fields, Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.officers.tell_heads import TellHeads

NEWEST = 50


class WrongOfficer(Rejected):
    """Raised for faulty data of an officer. `faults` maps a field to its fault, in Vietnamese."""

    reason = "officer_wrong"

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


class DoubtfulOfficer(WrongOfficer):
    """Raised for an entry that needs confirmation, for example if the role does not fit the unit."""

    reason = "officer_doubtful"


@dataclass(frozen=True)
class OfficerForm:
    """An officer's data as entered. `id` is empty for a new officer."""

    id: str
    name: str
    email: str
    unit: str
    role: str
    position: str = ""
    confirmed: bool = False
    """Whether the administrator has confirmed a doubtful entry."""


@dataclass(frozen=True)
class ManageOfficers:
    """Creates, changes, deactivates and reactivates officers."""

    store: Store
    clock: Clock
    ids: Ids
    directory: Directory
    tell_heads: TellHeads

    def put(self, admin: Officer, wanted: OfficerForm) -> str:
        """Create an officer, or change an existing one, and return the id.

        Entering the same new officer twice returns the id of the first entry. Raise NotFound, WrongOfficer or
        DoubtfulOfficer.
        """
        entry = OfficerEntry.of(wanted.name, wanted.email, wanted.unit, wanted.role, wanted.position)
        faults = entry_faults(entry, self.directory)
        fresh, entry_id = wanted.id or f"officer-{self.ids.token().lower()}", self.ids.token()

        def write(tx: Transaction) -> str:
            everyone = {document.id: Officer.model_validate(document.data) for document in tx.find(Query("officers"))}
            before = everyone.get(wanted.id)
            if wanted.id and before is None:
                raise NotFound("Không có cán bộ này.")
            twins = (
                officer
                for officer in everyone.values()
                if officer.email.lower() == entry.email and officer.id != wanted.id
            )
            twin = next(twins, None)
            if twin and not wanted.id and not twin.left_at and not entry.changes(twin):
                return twin.id  # the same form again
            if twin and "email" not in faults:
                faults["email"] = f"Địa chỉ này đã là của {twin.name}."
            if before and before.id == admin.id and entry.role != before.role:
                faults["role"] = "Không tự đổi vai trò của chính mình."
            if faults:
                raise WrongOfficer(faults)
            role, different = Role(entry.role), entry.changes(before) if before else {"unit": entry.unit}
            doubted = doubts(role, entry.unit, self.directory) if {"unit", "role"} & different.keys() else []
            after = {**everyone, fresh: entry.applied(before)}
            lost = headless_units(everyone.values(), after.values())
            doubted += [without_head(unit, self.directory) for unit in sorted(lost)]
            if doubted and not wanted.confirmed:
                raise DoubtfulOfficer({"fit": " ".join(doubted)})
            joins = not different.keys().isdisjoint({"unit", "role"})
            joined = [(entry.unit, f"{entry.name} ({ROLE_LABELS[role]})")] if joins else []
            self.tell_heads(tx, admin, entry_id, joined, self.clock.now())
            if before is None:
                new = replace(entry.applied(None), id=fresh)
                tx.create(officer_path(fresh), new.stored())
                self._audit(tx, entry_id, admin, "officer_created", fresh, f"{ROLE_LABELS[role]}, {entry.unit}")
            elif different:
                tx.update(officer_path(fresh), dict(different))
                self._audit(tx, entry_id, admin, "officer_changed", fresh, change_in_words(before, different))
            return fresh

        return self.store.transact(write)

    def reactivate(self, admin: Officer, officer_id: str) -> None:
        """Reactivate a former officer. Raise NotFound."""
        entry_id = self.ids.token()

        def write(tx: Transaction) -> None:
            fields = known_officer(tx, officer_id)
            if "left_at" in fields:
                back = Officer.model_validate(fields)
                added = (back.unit, f"{back.name} ({ROLE_LABELS[back.role]})")
                self.tell_heads(tx, admin, entry_id, [added], self.clock.now())
                tx.update(officer_path(officer_id), {"left_at": DELETE})
                self._audit(tx, entry_id, admin, "officer_back", officer_id, None)

        self.store.transact(write)

    def deactivate(self, admin: Officer, officer_id: str) -> None:
        """Deactivate an officer and end their deputyships. Do nothing if the officer has left already.

        Raise NotFound, or Rejected while the officer still handles open petitions.
        """
        entry_id, now = self.ids.token(), self.clock.now()

        def write(tx: Transaction) -> None:
            if "left_at" in known_officer(tx, officer_id):
                return
            if tx.find(replace(handled_by(officer_id), limit=1)):
                raise Rejected("Người này vẫn giữ hồ sơ đang xử lý. Xin bàn giao trước.", reason="open_work")
            absent = tx.find(Query("officers", where=(("deputy.officer", "==", officer_id),)))
            tx.update(officer_path(officer_id), {"left_at": now, "on_duty": False, "deputy": DELETE})
            for document in absent:
                tx.update(officer_path(document.id), {"deputy": DELETE})
            self._audit(tx, entry_id, admin, "officer_left", officer_id, None)

        self.store.transact(write)

    def history(self, officer_id: str) -> list[AuditEntry]:
        """Return up to `NEWEST` audit entries about the officer, newest first."""
        query = Query("audit", (("subject", "==", officer_id),), order_by=("-at",), limit=NEWEST)
        return [AuditEntry.model_validate(document.data) for document in self.store.find(query)]

    def _audit(self, tx: Transaction, entry_id: str, admin: Officer, action: str, who: str, reason: str | None) -> None:
        entry = AuditEntry.by(
            admin, what="change", action=action, subject=who,
            reason=reason, at=self.clock.now(),
        )  # fmt: skip
        tx.create(audit_path(entry_id), entry.stored())


def known_officer(tx: Transaction, officer_id: str) -> Fields:
    """Return the document of an officer, present or former. Raise NotFound."""
    found = tx.get(officer_path(officer_id))
    if found is None:
        raise NotFound("Không có cán bộ này.")
    return found


def handled_by(officer_id: str) -> Query:
    """Return the query for the open petitions that an officer handles, earliest deadline first.

    Only open petitions have a `due_at`, so ordering by it leaves out the others.
    """
    return Query("petitions", where=(("handler", "==", officer_id),), order_by=("due_at", "code"))


def change_in_words(before: Officer, changes: Mapping[str, str]) -> str:
    """Return a description of an officer's changed fields for the audit log."""
    return "; ".join(f"{field}: {getattr(before, field)} → {value}" for field, value in changes.items())
