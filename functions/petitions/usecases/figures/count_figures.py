"""A full count of the statistics, compared with the stored ones of the same moment. Any difference is a fault.

A history line that is not yet added to the stored statistics has the field `unfolded_at`. The effect of such lines is
subtracted from the count of the petitions. Events are counted from whole histories, because a later line can change the
field of administration, the ward and the kind under which an earlier event counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from petitions import telemetry
from petitions.domain.figures.figure_sums import FigureSums, counted_about
from petitions.domain.figures.figures import open_count
from petitions.domain.figures.stored_figures import DAYS, DueFigures, FlowFigures, OpenFigures, StoredFigures, path_of
from petitions.domain.lifecycle.transitions import OPEN_STATES
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.local_day import instants_of, next_day
from petitions.domain.shared.records import Root
from petitions.ports.store import Document, Fields, Query, Reader
from petitions.usecases.figures.fold_figures import UNFOLDED_FIELD
from petitions.usecases.shared.conditions import during

PAGE = 500
R = TypeVar("R", bound=Root)


@dataclass
class CountedFigures:
    """The result of one full count, next to the stored statistics."""

    counted: FigureSums = field(default_factory=FigureSums)
    stored: FigureSums = field(default_factory=FigureSums)
    mends: dict[str, int] = field(default_factory=dict)
    """How often each stored document was corrected before, by path."""
    unreadable: list[str] = field(default_factory=list)
    """The paths of stored figures that cannot be read."""

    def words(self) -> list[str]:
        """Return the differences in words, such as "stats/X: 3 folded, 4 counted". Empty if there are none."""
        counted, stored = self.counted.by_name(), self.stored.by_name()
        return [
            *(f"{path}: cannot be read" for path in self.unreadable),
            *(
                f"{name}: {stored.get(name, 0)} folded, {counted.get(name, 0)} counted"
                for name in sorted(counted.keys() | stored.keys())
                if counted.get(name, 0) != stored.get(name, 0)
            ),
        ]


@dataclass(frozen=True)
class CountFigures:
    """Counts the statistics in one snapshot of the database."""

    reader: Reader

    def standing(self) -> CountedFigures:
        """Return the stored and the counted numbers of open petitions, in total and by due day."""
        found = CountedFigures()
        self._take(found, OpenFigures, Query("stats"))
        self._take(found, DueFigures, Query("due", group=True))
        states = sorted(state.value for state in OPEN_STATES)
        petitions = Query("petitions", where=(("state", "in", states),), order_by=("-filed_at", "-code"))
        for document in pages(self.reader, petitions):
            petition = readable(Petition, f"petitions/{document.id}", document.data)
            is_open = open_count(petition)
            if is_open:
                found.counted.count_open(is_open)
        for document in pages(self.reader, Query("history", order_by=(UNFOLDED_FIELD, "__name__"), group=True)):
            line = readable(HistoryEntry, document.id, document.data)
            if line and line.figures:
                found.counted.add_open_changes(line.figures, -1)
        return found

    def day(self, day: str) -> CountedFigures:
        """Return the stored and the counted events, such as answers, of a day in Hanoi (ISO date)."""
        found = CountedFigures()
        self._take(found, FlowFigures, Query("days", where=(("day", "==", day),), group=True))
        today = datetime.fromisoformat(day).date()
        where = during("at", instants_of(today, next_day(today)))
        lines = Query("history", where, order_by=("at", "__name__"), group=True)
        for history in sorted({document.id.rpartition("/")[0] for document in pages(self.reader, lines)}):
            found.counted.flows.update(self.events(history).of(day).flows)
        return found

    def events(self, history: str) -> FigureSums:
        """Return a petition's sums in the stored statistics. `history` is the path of the petition's history."""
        read = self.reader.find(Query(history, order_by=("seq",)))
        lines = [readable(HistoryEntry, f"{history}/{document.id}", document.data) for document in read]
        sums = FigureSums()
        for line, figures, about in counted_about([line for line in lines if line and line.unfolded_at is None]):
            sums.add_events(figures, line.at, about)
        return sums

    def month(self, month: str) -> CountedFigures:
        """Return a month's sums ("2026-11"), and its days in the year's document, together with the stored days."""
        within = (("day", ">=", f"{month}-01"), ("day", "<=", f"{month}-31"))
        days, found = CountedFigures(), CountedFigures()
        self._take(days, FlowFigures, Query("days", within, order_by=("day", "__name__"), group=True))
        found.counted = days.stored.of_days_in(month)
        self._take(found, FlowFigures, Query("months", where=(("day", "==", month),), group=True))
        self._take(found, FlowFigures, Query("years", where=(("day", "==", month[:4]),), group=True))
        stored = found.stored.flows.items()
        # The year's days outside this month are left to the counts of their months.
        found.stored.flows = Counter({name: n for name, n in stored if name[2] != DAYS or name[3].startswith(month)})
        return found

    def _take(self, found: CountedFigures, model: type[StoredFigures], query: Query) -> None:
        for document in pages(self.reader, query) if query.order_by else self.reader.find(query):
            path = document.id if query.group else f"{query.collection}/{document.id}"
            figures = readable(model, path, document.data)
            if figures is None or path_of(figures) != path:
                found.unreadable.append(path)
            else:
                found.mends[path] = figures.mends
                found.stored.take(figures)


def readable(model: type[R], path: str, fields: Fields) -> R | None:
    """Return a document of stored statistics, or log an error and return None if it is damaged or of a newer format."""
    try:
        return model.model_validate(fields)
    except ValueError:
        telemetry.log("ERROR", "a document could not be counted", metric="figures_unreadable", path=path)
        return None


def pages(reader: Reader, query: Query) -> Iterator[Document]:
    """Yield the results of a query without a limit, read in pages."""
    while True:
        page = reader.find(replace(query, limit=PAGE))
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]
        names = [name.removeprefix("-") for name in query.order_by]
        query = replace(query, start_after=tuple(last.id if name == "__name__" else last.data[name] for name in names))
