"""The nightly record of what was open and overdue when the day ended: so that a period that is over has those numbers.

What is folded by then is taken back to midnight by the lines since, and those not folded yet are added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from petitions.domain.figures.figure_sums import FigureSums, standing
from petitions.domain.figures.stored_figures import DueFigures, OpenFigures, StandingFigures, end_path
from petitions.domain.petition.history_counts import CITY
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import HANOI
from petitions.ports.store import Query, Reader, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.figures.count_figures import pages, readable
from petitions.usecases.figures.fold_figures import UNFOLDED_FIELD


@dataclass(frozen=True)
class KeepEnds:
    """The nightly job. Doing it again writes the same."""

    store: Store
    clock: Clock

    def __call__(self) -> None:
        """Write `stats/{unit}/ends/{yesterday}` of every unit, that of the city last. Raise Retryable."""
        today = hanoi(self.clock.now()).date()
        midnight, day = datetime.combine(today, time(), HANOI), (today - timedelta(days=1)).isoformat()
        reader = self.store.snapshot()
        found = standing(_as_of(reader, midnight), midnight, day)
        for unit in sorted(found, key=lambda unit: (unit == CITY, unit)):
            self.store.transact(partial(_put, figures=found[unit]))


def _as_of(reader: Reader, midnight: datetime) -> FigureSums:
    sums = FigureSums()
    for model, query in ((OpenFigures, Query("stats")), (DueFigures, Query("due", group=True))):
        for document in reader.find(query):
            if figures := readable(model, document.id, document.data):
                sums.take(figures)
    for line in _lines(reader, Query("history", (("at", ">=", midnight),), order_by=("at", "__name__"), group=True)):
        if line.figures and line.unfolded_at is None:
            sums.stands(line.figures, -1)
    for line in _lines(reader, Query("history", order_by=(UNFOLDED_FIELD, "__name__"), group=True)):
        if line.figures and line.at < midnight:
            sums.stands(line.figures)
    return sums


def _lines(reader: Reader, query: Query) -> Iterator[HistoryEntry]:
    read = (readable(HistoryEntry, document.id, document.data) for document in pages(reader, query))
    yield from (line for line in read if line)


def _put(tx: Transaction, figures: StandingFigures) -> None:
    path = end_path(figures.unit, figures.day)
    if tx.get(path) is None:
        tx.create(path, figures.stored())
    else:
        tx.update(path, figures.stored())
