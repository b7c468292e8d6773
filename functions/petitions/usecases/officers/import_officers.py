"""The import of officers from a table: first a preview with all faults, then the previewed changes, all or none."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.lifecycle.lifecycle import ROLE_LABELS, Role
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.officers.officer_table import OfficerTable, PlannedOfficer, read_officers
from petitions.domain.shared.fingerprint import seen_mark
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import Directory
from petitions.errors import Conflict, Rejected
from petitions.ports.store import Query, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.officers.manage_officers import change_in_words
from petitions.usecases.officers.tell_heads import TellHeads

OTHER_LIST = "Danh sách cán bộ đã đổi từ lúc xem trước, nên chưa ghi gì. Xin xem lại rồi xác nhận."


@dataclass(frozen=True)
class OfficerImport:
    """A table and the changes that it would make."""

    text: str
    """The table of officers as CSV text."""
    table: OfficerTable
    previewed: str
    """A fingerprint of the table and its changes, by which `apply` recognises the previewed table."""


@dataclass(frozen=True)
class ImportOfficers:
    """Previews and applies a table of officers."""

    store: Store
    clock: Clock
    ids: Ids
    directory: Directory
    tell_heads: TellHeads

    def proposed(self, admin: Officer, text: str) -> OfficerImport:
        """Return the changes that the table would make now. Nothing is written."""
        known = [Officer.model_validate(document.data) for document in self.store.find(Query("officers"))]
        return self._read(admin, text, known)

    def apply(self, admin: Officer, text: str, previewed: str) -> OfficerImport:
        """Write the previewed changes in one transaction, with an audit entry per officer, and return them.

        Raise Rejected if the table has faults, and Conflict if the changes differ from the preview by now.
        """
        tokens = [self.ids.token() for _ in self.proposed(admin, text).table.lines]

        def write(tx: Transaction) -> OfficerImport:
            found = self._read(
                admin, text, [Officer.model_validate(document.data) for document in tx.find(Query("officers"))]
            )
            if found.table.faults:
                raise Rejected("Bảng còn lỗi, nên chưa ghi gì.", reason="table_wrong")
            if found.previewed != previewed:
                raise Conflict(OTHER_LIST, reason="not_previewed")
            doing = [(line, token) for line, token in zip(found.table.lines, tokens, strict=True) if line.has_effect]
            added = [
                (line.entry.unit, f"{line.entry.name} ({ROLE_LABELS[Role(line.entry.role)]})")
                for line, _ in doing
                if line.before is None or {"unit", "role"} & line.changes.keys()
            ]
            self.tell_heads(tx, admin, previewed, added, self.clock.now())
            for planned, token in doing:
                self._write(tx, admin, planned, token)
            return found

        return self.store.transact(write)

    def _read(self, admin: Officer, text: str, known: list[Officer]) -> OfficerImport:
        table = read_officers(text, known, self.directory, admin)
        does = (
            f"{line.line} {line.entry} {line.before and line.before.id} {line.changes} {line.doubts}"
            for line in table.lines
        )
        return OfficerImport(text, table, seen_mark(text, *does))

    def _write(self, tx: Transaction, admin: Officer, planned: PlannedOfficer, token: str) -> None:
        entry, before = planned.entry, planned.before
        officer_id = before.id if before else f"officer-{token.lower()}"
        if before:
            tx.update(officer_path(officer_id), dict(planned.changes))
            action, reason = "officer_changed", change_in_words(before, planned.changes)
        else:
            role = Role(entry.role)
            new = replace(entry.applied(None), id=officer_id)
            tx.create(officer_path(officer_id), new.stored())
            action, reason = "officer_created", f"{ROLE_LABELS[role]}, {entry.unit}"
        audited = AuditEntry.by(
            admin, what="change", action=action, subject=officer_id,
            reason=reason, at=self.clock.now(),
        )  # fmt: skip
        tx.create(audit_path(token), audited.stored())
