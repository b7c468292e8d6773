"""The background job that freezes an official report: counted anew and stored where nothing can be overwritten.

Freezing an unchanged report again gives the same hash and stores nothing. If the numbers have changed, they are stored
only as a restatement with a name and reason, beside the first version, which stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.jobs.job import Job
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.reports.frozen import (
    FrozenFile,
    FrozenReport,
    FrozenVersion,
    frozen_id,
    frozen_object,
    frozen_path,
)
from petitions.domain.reports.report import Report
from petitions.errors import Rejected
from petitions.ports.files import Files
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.jobs.run_job import Made, Progress
from petitions.usecases.reports.make_official_report import MakeOfficialReport, asked_for

LONGEST_NAME = 200


@dataclass(frozen=True)
class FreezeReport:
    """The background job of the kind `freeze_report`."""

    store: Store
    clock: Clock
    make: MakeOfficialReport
    frozen: Files
    """The bucket in which files cannot be overwritten."""

    def __call__(self, job: Job, progress: Progress) -> Sequence[Made]:
        """Freeze the report. Return no files, as they are in the bucket `frozen`. Raise Rejected."""
        _, period = asked_for(self.make.forms, job.params)
        if not period.instants.is_over(job.asked_at):
            raise Rejected("Kỳ này chưa kết thúc nên chưa chốt được.", reason="period_open")
        report, made = self.make.made(job.params, job.asked_at, progress)
        report_id = frozen_id(report.form, report.period_kind, report.period_name)
        files = [self._put(report_id, report.hash, item) for item in made]
        self.store.transact(lambda tx: self._note(tx, report_id, report, job, files))
        return ()

    def _put(self, report_id: str, digest: str, made: Made) -> FrozenFile:
        sha256 = hashlib.sha256(made.content).hexdigest()
        # Another attempt makes the same result with other bytes around it, such as the time of making in the paper.
        name = frozen_object(report_id, digest, f"{sha256[:16]}-{made.name}")
        self.frozen.put(name, made.content, made.media_type)
        return FrozenFile(
            object=name, name=made.name, media_type=made.media_type, size=len(made.content), sha256=sha256
        )  # fmt: skip

    def _note(self, tx: Transaction, report_id: str, report: Report, job: Job, files: list[FrozenFile]) -> None:
        found = tx.get(frozen_path(report_id))
        known = FrozenReport.model_validate(found) if found else None
        if known and known.with_hash(report.hash):
            return
        restates = job.params["restates"].strip()[:LONGEST_NAME]
        if known and not restates:
            raise Rejected(
                "Kỳ này đã được chốt và số liệu đã khác từ đó. Bản đã chốt giữ nguyên; "
                "xin lập bản đính chính có tên và lý do.",
                reason="already_frozen",
            )
        before = known.versions if known else []
        version = FrozenVersion(
            number=len(before) + 1, restates=restates if known else "", hash=report.hash, inputs=report.inputs,
            formula=report.formula, cut=report.cut, at=self.clock.now(), by=job.by, role=job.role, files=files,
        )  # fmt: skip
        versions = [*before, version]
        after = FrozenReport(
            id=report_id, form=report.form, period_kind=report.period_kind, period_name=report.period_name,
            period_label=report.period_label, until=report.until, versions=versions,
        )  # fmt: skip
        entry = AuditEntry(
            officer=job.by, role=job.role, instead_of=job.instead_of, unit=job.unit,
            what="change", action="report_frozen", subject=report_id,
            reason=report.hash, at=version.at,
        )  # fmt: skip
        tx.create(audit_path(f"frozen-{report_id}-{version.number}"), entry.stored())
        if known:
            tx.update(frozen_path(report_id), {"versions": after.stored()["versions"]})
        else:
            tx.create(frozen_path(report_id), after.stored())
