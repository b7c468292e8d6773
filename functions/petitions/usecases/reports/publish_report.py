"""Publication of a frozen report, and its withdrawal. The public site shows the city's row from the next night on."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.reports.frozen import FrozenReport, PublicReport, frozen_path, public_report
from petitions.ports.store import DELETE, Store, Transaction
from petitions.ports.world import Clock, Ids
from petitions.usecases.reports.read_reports import ReadReports


@dataclass(frozen=True)
class PublishReport:
    """Publishes and withdraws frozen reports. Both are recorded in the audit log."""

    store: Store
    clock: Clock
    ids: Ids
    read: ReadReports

    def __call__(self, officer: Officer, report_id: str, number: int) -> None:
        """Make this version of the report public, in place of any other. Raise NotFound."""
        _, version = self.read.frozen_one(report_id, number)
        self._change(officer, report_id, public_report(version, self.read.frozen_report(version)))

    def take_back(self, officer: Officer, report_id: str, number: int) -> None:
        """Withdraw the report if this version of it is public. Raise NotFound."""
        self.read.frozen_one(report_id, number)
        self._change(officer, report_id, None, number)

    def _change(self, officer: Officer, report_id: str, wanted: PublicReport | None, number: int = 0) -> None:
        token = self.ids.token()

        def change(tx: Transaction) -> None:
            known = FrozenReport.model_validate(tx.get(frozen_path(report_id)))
            if known.public == wanted or (known.public and not wanted and known.public.version != number):
                return
            entry = AuditEntry.by(
                officer, what="change",
                action="report_published" if wanted else "report_unpublished", subject=report_id,
                reason=wanted.hash if wanted else "", at=self.clock.now(),
            )  # fmt: skip
            tx.create(audit_path(token), entry.stored())
            tx.update(frozen_path(report_id), {"public": wanted.stored() if wanted else DELETE})

        self.store.transact(change)
