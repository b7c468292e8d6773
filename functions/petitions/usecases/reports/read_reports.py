"""Official reports at the desk: the officer's own, the frozen ones, and the petitions counted in a cell."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from petitions.domain.jobs.job import Job
from petitions.domain.jobs.job_kinds import may_fetch
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.privacy.original_words import without_filer
from petitions.domain.reports.facts import Fact
from petitions.domain.reports.forms import behind
from petitions.domain.reports.frozen import FrozenFile, FrozenReport, FrozenVersion, frozen_path
from petitions.domain.reports.report import Report, differences
from petitions.errors import NotFound
from petitions.ports.files import Files
from petitions.ports.store import Query, Store
from petitions.usecases.jobs.read_jobs import ReadJobs
from petitions.usecases.reports.make_official_report import FACTS, RESULT

KIND = "official_report"
NEWEST = 50
PAGE = 100
NO_SUCH_REPORT = "Không có báo cáo này, hoặc tệp của nó đã hết hạn. Xin lập lại."


@dataclass(frozen=True)
class CellPetition:
    """A petition counted in a cell of a report, which the officer may read. The cell counts it `times` times."""

    code: str
    times: int
    state: str
    title: str


@dataclass(frozen=True)
class CellPage:
    """A page of the petitions counted in a cell. Petitions that the officer may not read are left out."""

    lines: list[CellPetition]
    next: str
    """The code after which the next page begins, or "" on the last page."""


@dataclass(frozen=True)
class ReadReports:
    """Reads official reports for officers."""

    store: Store
    jobs: ReadJobs
    files: Files
    frozen: Files

    def own(self, officer: Officer) -> list[Job]:
        """Return the newest reports that the officer made."""
        return [job for job in self.jobs.newest(officer) if job.kind == KIND]

    def all_frozen(self) -> list[FrozenReport]:
        """Return the frozen reports, newest period first, at most NEWEST."""
        found = self.store.find(Query("frozen_reports", order_by=("-until",), limit=NEWEST))
        return [FrozenReport.model_validate(document.data) for document in found]

    def report(self, officer: Officer, job_id: str) -> Report:
        """Return a report that the officer made. Raise NotFound."""
        return Report.model_validate_json(self._own(officer, job_id, RESULT))

    def petitions_behind(self, officer: Officer, job_id: str, row: str, column: str, after: str) -> CellPage:
        """Return a page of the petitions counted in a cell of the officer's report. Raise NotFound."""
        report = self.report(officer, job_id)
        return self._behind(officer, report, _facts(self._own(officer, job_id, FACTS)), row, column, after)

    def frozen_one(self, report_id: str, number: int) -> tuple[FrozenReport, FrozenVersion]:
        """Return a frozen report, and its version `number` (from 1). Raise NotFound."""
        found = self.store.get(frozen_path(report_id))
        known = FrozenReport.model_validate(found) if found else None
        if known is None or not 1 <= number <= len(known.versions):
            raise NotFound("Không có báo cáo đã chốt này.", reason="report_unknown")
        return known, known.versions[number - 1]

    def frozen_report(self, version: FrozenVersion) -> Report:
        """Return the report of a frozen version."""
        return Report.model_validate_json(self._frozen(version, RESULT))

    def changed(self, known: FrozenReport, version: FrozenVersion) -> list[tuple[str, str, int, int]]:
        """Return the cells that differ from the version before, as row, column, old number and new number."""
        if version.number == 1:
            return []
        return differences(self.frozen_report(known.versions[version.number - 2]), self.frozen_report(version))

    def behind_frozen(self, officer: Officer, version: FrozenVersion, row: str, column: str, after: str) -> CellPage:
        """Return a page of the petitions that a cell of a frozen version counts. Raise NotFound."""
        report = self.frozen_report(version)
        return self._behind(officer, report, _facts(self._frozen(version, FACTS)), row, column, after)

    def fetch(self, officer: Officer, report_id: str, version: int, number: int) -> tuple[FrozenFile, Iterator[bytes]]:
        """Return a file of a frozen version and its bytes in pieces. The download is audited. Raise NotFound.

        `number` counts the files from 0.
        """
        _, found = self.frozen_one(report_id, version)
        if number >= len(found.files) or not may_fetch(officer, found.files[number].name):
            raise NotFound(NO_SUCH_REPORT, reason="report_unknown")
        file = found.files[number]
        content = self.frozen.read(file.object)
        entry = AuditEntry.by(
            officer, what="change", action="frozen_fetched",
            subject=report_id, reason=file.sha256, at=self.jobs.clock.now(),
        )  # fmt: skip
        self.store.create(audit_path(self.jobs.ids.token()), entry.stored())
        return file, content

    def _own(self, officer: Officer, job_id: str, name: str) -> bytes:
        job = self.jobs.one(officer, job_id)
        file = next((job_file for job_file in job.files if job_file.name == name), None)
        if job.kind != KIND or file is None:
            raise NotFound(NO_SUCH_REPORT, reason="report_unknown")
        return b"".join(self.files.read(file.object))

    def _frozen(self, version: FrozenVersion, name: str) -> bytes:
        file = next(frozen_file for frozen_file in version.files if frozen_file.name == name)
        return b"".join(self.frozen.read(file.object))

    def _behind(
        self, officer: Officer, report: Report, facts: list[Fact], row: str, column: str, after: str
    ) -> CellPage:
        named = next((item for item in report.columns if item.key == column), None)
        if named is None or row not in report.rows:
            raise NotFound("Không có ô này.", reason="cell_unknown")
        times = Counter(behind(report.row_kind, named, row, facts))
        codes = sorted(code for code in times if code > after)
        seen = list(islice(self._seen(officer, codes), PAGE + 1))
        lines = [
            CellPetition(petition.code, times[petition.code], str(petition.state), petition.title)
            for petition in seen[:PAGE]
        ]
        return CellPage(lines, lines[-1].code if len(seen) > PAGE else "")

    def _seen(self, officer: Officer, codes: Sequence[str]) -> Iterator[Petition]:
        for first in range(0, len(codes), PAGE):
            for fields in self.store.get_all([petition_path(code) for code in codes[first : first + PAGE]]):
                petition = Petition.model_validate(fields) if fields else None
                if petition and may(officer, Permission.READ, petition):
                    yield without_filer(petition, officer)


def _facts(content: bytes) -> list[Fact]:
    return [Fact(*load) for load in json.loads(gzip.decompress(content))]
