"""The background job that files petitions from the confirmed lines of an uploaded file.

The job can be restarted at any time: a row is filed only once, because of its key, even if it is in several files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from petitions.domain.channels.entry_table import EntryRow
from petitions.domain.channels.line_result import Found, LineResult
from petitions.domain.jobs.job import Job
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Until
from petitions.errors import Rejected
from petitions.usecases.channels.check_entries import Above, EntryWork, begins, faulty, like, repeats
from petitions.usecases.channels.entry_files import plan_name, read_all
from petitions.usecases.channels.hand_in import Entrant, EntryFaults, KnownNumber
from petitions.usecases.jobs.run_job import Made, Progress


@dataclass(frozen=True)
class ImportEntries:
    """The background job of the kind `import_entries`."""

    steps: EntryWork

    def __call__(self, job: Job, progress: Progress) -> Sequence[Made]:
        """File the confirmed lines. Return the results of all lines and the faulty rows, as files.

        Raise Rejected or Retryable.
        """
        by, table = self.steps.begun(job)
        wanted = {int(line) for line in json.loads(read_all(self.steps.files, plan_name(job.id)))}
        known = self.steps.known(by, table.rows)
        results, filed, done = [], set[str](), 0
        above = Above()
        for row in table.rows:
            wrong = self.steps.faults(row)
            same = None if wrong else above.same(row)
            if row.line in wanted:
                results.append(self._filed(job, by, row, filed))
                done += 1
                progress(done, len(wanted))
            else:
                results.append(wrong or self._left(by, row, same, known))
        return self.steps.made("ket-qua-nhap", table, results)

    def _left(
        self, by: Entrant, row: EntryRow, same: EntryRow | None, known: Mapping[str, list[Petition]]
    ) -> LineResult:
        if same:
            return repeats(row, same)
        if there := known.get(row.entry.key) or known.get(row.entry.number_mark):
            return like(row, Found.KNOWN, "Đã có trước khi nhập tệp này.", by, there)
        return LineResult(row.line, Found.LEFT_OUT, text=begins(row))

    def _filed(self, job: Job, by: Entrant, row: EntryRow, filed: set[str]) -> LineResult:
        try:
            done = self.steps.hand_in(by, replace(row.entry, other_than=frozenset(filed)))
        except EntryFaults as error:
            return faulty(row, error)
        except KnownNumber as error:
            return LineResult(row.line, Found.KNOWN, error.codes, "Số này của kênh đã có hồ sơ.", begins(row))
        except Rejected as error:
            return LineResult(row.line, Found.FAULT, words=str(error), text=begins(row))
        petition = done.petition
        # A worker that goes on after another finds the rows that this job has filed.
        by_job = done.new or (
            job.attempt > 1 and petition.taken is not None and Until(job.asked_at).is_over(petition.taken.at)
        )
        if not by_job:
            return like(row, Found.KNOWN, "Dòng này đã được nhập.", by, [petition])
        filed.add(petition.code)
        return LineResult(row.line, Found.FILED, (petition.code,), text=begins(row))
