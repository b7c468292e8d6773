"""The audit log of views of petitions' pages: one line for every officer, petition and day."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.retention import RECORDS_KEPT_FOR
from petitions.ports.store import Store
from petitions.ports.world import Clock

_MOST_REMEMBERED = 5000


@dataclass(frozen=True)
class NoteView:
    """Records views of petitions. Views already recorded today are remembered, at most `_MOST_REMEMBERED`."""

    store: Store
    clock: Clock
    _noted: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def __call__(self, officer: Officer, code: str) -> None:
        """Record that the officer views the petition's page now. Raise Retryable."""
        now = self.clock.now()
        key = f"view-{code}-{officer.id}-{hanoi(now):%y%m%d}"
        if key in self._noted:
            return
        entry = AuditEntry.by(
            officer, what="view", code=code, at=now,
            expires_at=now + RECORDS_KEPT_FOR,
        )  # fmt: skip
        self.store.create(audit_path(key), entry.stored())
        self._noted[key] = None
        if len(self._noted) > _MOST_REMEMBERED:
            self._noted.popitem(last=False)
