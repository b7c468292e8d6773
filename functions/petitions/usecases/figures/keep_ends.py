"""The numbers of open and overdue petitions at the end of every day, stored for the dashboards of past periods.

They are computed backwards from the present numbers, by undoing the history lines since the end of that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from petitions.domain.figures.figure_sums import FigureSums, standing
from petitions.domain.figures.periods import DAY
from petitions.domain.figures.stored_figures import DueFigures, OpenFigures, StandingFigures, end_path
from petitions.domain.petition.history_counts import CITY, FigureDeltas
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.local_day import midnight
from petitions.ports.store import Query, Reader, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.figures.count_figures import pages, readable
from petitions.usecases.figures.fold_figures import UNFOLDED_FIELD

NIGHTS = 7
"""The number of days that the nightly job looks back, to make up for a missed night."""


@dataclass(frozen=True)
class KeepEnds:
    """Stores the numbers of open and overdue petitions at the ends of days.

    A schedule runs it every night. An operator can run it for earlier days.
    """

    store: Store
    clock: Clock

    def __call__(self) -> None:
        """Store the numbers for the ends of the last NIGHTS days. Raise Retryable."""
        self.differing_days(hanoi(self.clock.now()).date() - NIGHTS * DAY, mend=True)

    def differing_days(self, first: date, *, mend: bool) -> list[str]:
        """Return the days (ISO) from `first` to yesterday for which a stored number is wrong or missing.

        With `mend`, write the right numbers. The number of the city is written last, so where it exists, a unit
        without a number had no open petition. Raise Retryable.
        """
        reader = self.store.snapshot()
        sums, changes = _now(reader), _changes(reader, first + DAY)
        day, found = hanoi(self.clock.now()).date() - DAY, list[str]()
        while day not in Until(first):
            end = midnight(day + DAY)
            while changes and Until(end).is_over(changes[-1][0]):
                sums.add_open_changes(changes.pop()[1], -1)
            differing = _differing(reader, standing(sums, end, day.isoformat()))
            found += [day.isoformat()] if differing else []
            for figures in differing if mend else ():
                self.store.transact(partial(_put, figures=figures))
            day -= DAY
        return found


def _now(reader: Reader) -> FigureSums:
    sums = FigureSums()
    for document in reader.find(Query("stats")):
        if is_open := readable(OpenFigures, document.id, document.data):
            sums.take(is_open)
    for document in reader.find(Query("due", group=True)):
        if due := readable(DueFigures, document.id, document.data):
            sums.take(due)
    for _, change in _lines(reader, Query("history", order_by=(UNFOLDED_FIELD, "__name__"), group=True)):
        sums.add_open_changes(change)
    return sums


def _changes(reader: Reader, since: date) -> list[tuple[datetime, FigureDeltas]]:
    where = (("at", ">=", midnight(since)),)
    return list(_lines(reader, Query("history", where, order_by=("at", "__name__"), group=True)))


def _lines(reader: Reader, query: Query) -> Iterator[tuple[datetime, FigureDeltas]]:
    for document in pages(reader, query):
        line = readable(HistoryEntry, document.id, document.data)
        if line and line.figures:
            yield line.at, line.figures


def _differing(reader: Reader, figures: Mapping[str, StandingFigures]) -> list[StandingFigures]:
    wanted = [figures[unit] for unit in sorted(figures, key=lambda unit: (unit == CITY, unit))]
    kept = reader.get_all([end_path(standing_figures.unit, standing_figures.day) for standing_figures in wanted])
    return [
        standing_figures
        for standing_figures, known in zip(wanted, kept, strict=True)
        if known != standing_figures.stored() and (known or standing_figures.total or standing_figures.unit == CITY)
    ]


def _put(tx: Transaction, figures: StandingFigures) -> None:
    path = end_path(figures.unit, figures.day)
    if tx.get(path) is None:
        tx.create(path, figures.stored())
    else:
        tx.update(path, figures.stored())
