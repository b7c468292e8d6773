"""The figures in the public database: copies of the folded sums, which are numbers by code and name nobody.

The minute's job copies what it changed. What a crash left out is copied at night, with all that can still change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from petitions.domain.clock.deadline_rules import DeadlineRules
from petitions.domain.figures.stored_figures import end_path, flow_path, open_path
from petitions.domain.petition.classification import AdministrationFields
from petitions.domain.petition.history_counts import CITY
from petitions.domain.publishing.figure_names import FIGURE_NAMES_PATH, FigureNames, public_terms
from petitions.domain.reports.frozen import public_report_path
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import Directory
from petitions.ports.store import DELETE, Fields, Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.figures.keep_ends import NIGHTS

AT_ONCE = 100
"""Documents in one transaction."""
MOST_REPORTS = 300
"""Frozen reports of about ten years."""


@dataclass(frozen=True)
class MirrorPublished:
    """The use case of `relay`."""

    petitions: Store
    public: Store
    clock: Clock
    directory: Directory
    fields: AdministrationFields
    rules: DeadlineRules

    def __call__(self, paths: Sequence[str]) -> None:
        """Copy these documents, and the names of what they count. Raise Retryable."""
        for start in range(0, len(paths), AT_ONCE):
            some = paths[start : start + AT_ONCE]
            wanted = dict(zip(some, self.petitions.get_all(some), strict=True))
            self.public.transact(lambda tx, wanted=wanted: _copy(tx, wanted))  # type: ignore[misc]
        self.public.transact(lambda tx: _copy(tx, {FIGURE_NAMES_PATH: self._names().stored()}))

    def again(self) -> None:
        """Copy what can still change: what is open and due, the last days, months and years. Raise Retryable."""
        units = {each.id for each in self.petitions.find(Query("stats"))} | {CITY}
        self(sorted(path for unit in units for path in self._of(unit)))
        self._reports()

    def _reports(self) -> None:
        """Copy what is public of frozen reports, and take back what is so no more."""
        found = self.petitions.find(Query("frozen_reports", order_by=("-until",), limit=MOST_REPORTS))
        wanted = {public_report_path(each.id): each.data.get("public") for each in found}
        there = [public_report_path(each.id) for each in self.public.find(Query("reports"))]
        wanted |= {path: None for path in there if path not in wanted}
        self.public.transact(lambda tx: _copy(tx, wanted))

    def _of(self, unit: str) -> Iterator[str]:
        today = hanoi(self.clock.now()).date()
        days = [(today - timedelta(days=number)).isoformat() for number in range(NIGHTS)]
        yield open_path(unit)
        yield from sorted({flow_path(unit, day[:length]) for day in days for length in (4, 7, 10)})
        yield from (end_path(unit, day) for day in days[1:])
        there = {f"stats/{unit}/due/{each.id}" for each in self.petitions.find(Query(f"stats/{unit}/due"))}
        here = {f"stats/{unit}/due/{each.id}" for each in self.public.find(Query(f"stats/{unit}/due"))}
        yield from sorted(there | here)

    @cached_property
    def _unchanging(self) -> FigureNames:
        codes = [*(each.code for each in self.directory.units), *(each.code for each in self.directory.wards)]
        return FigureNames(
            units={code: self.directory.name_of(code) for code in codes},
            fields={each.code: each.name for each in self.fields.fields},
            wards={each.code: each.name for each in self.directory.wards},
        )

    def _names(self) -> FigureNames:
        return self._unchanging.model_copy(update={"terms": public_terms(self.rules, self.clock.now())})


def _copy(tx: Transaction, wanted: dict[str, Fields | None]) -> None:
    known = dict(zip(wanted, tx.get_all(list(wanted)), strict=True))
    for path, fields in wanted.items():
        before = known[path]
        if fields == before:
            continue
        if fields is None:
            tx.delete(path)
        elif before is None:
            tx.create(path, fields)
        else:
            tx.update(path, {**{name: DELETE for name in before if name not in fields}, **fields})
