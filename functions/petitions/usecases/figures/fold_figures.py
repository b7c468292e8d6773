"""The job of every minute that adds new history lines to the stored statistics, every line exactly once.

A line that is not yet added has the field `unfolded_at`. One transaction reads a page of such lines and the documents
that they concern, adds the lines, and removes the field. A crash before the commit changes nothing, and a crash after
it leaves nothing to do. If two runs overlap, the second finds the field removed. The order of lines does not matter to
the sums.

A line that changes the petition's field of administration, ward or kind also moves the petition's earlier events. For
such a line the whole history is read, and the difference is added. Every line also stores the statistics that count it
(`counted_under`), by which `list_figures` finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from petitions import telemetry
from petitions.domain.figures.figure_sums import FigureSums, counted_about, counted_under
from petitions.domain.figures.stored_figures import DueFigures, OpenFigures, empty_figures, open_path
from petitions.domain.petition.history_counts import CITY
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.shared.edges import Until, UpTo
from petitions.ports.store import DELETE, Document, Fields, Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.shared.sweeping import BUDGET

PAGE = 60
UNFOLDED_FIELD = "unfolded_at"
MARKED_OFF: Final[dict[str, Any]] = {UNFOLDED_FIELD: DELETE}


@dataclass(frozen=True)
class FoldFigures:
    """Adds new history lines to the stored statistics."""

    store: Store
    clock: Clock

    def __call__(self) -> int:
        """Add the history lines, oldest first, until none is left or time is up. Return their number.

        Raise Retryable.
        """
        began, folded = self.clock.now(), 0
        while True:
            query = Query(
                "history", where=((UNFOLDED_FIELD, "<=", began),), order_by=(UNFOLDED_FIELD,), limit=PAGE, group=True
            )
            page = self.store.find(query)
            if page:
                self.store.transact(partial(self._fold, paths=[document.id for document in page]))
                folded += len(page)
            whole = len(page) < PAGE
            if whole or UpTo(began + BUDGET).is_over(self.clock.now()):
                self._note(began if whole else page[-1].data[UNFOLDED_FIELD])
                return folded

    def _fold(self, tx: Transaction, paths: Sequence[str]) -> None:
        waiting = {path: fields for path, fields in zip(paths, tx.get_all(paths), strict=True) if fields}
        waiting = {path: fields for path, fields in waiting.items() if UNFOLDED_FIELD in fields}
        read = {path: _line(path, fields) for path, fields in waiting.items()}
        recounted = {_history(path) for path, line in read.items() if line and line.figures and line.figures.recounts}
        sums, updates = FigureSums(), dict.fromkeys(waiting, MARKED_OFF)
        for path, line in read.items():
            if line and line.figures and _history(path) not in recounted:
                sums.add(line.figures, line.at)
                updates[path] = MARKED_OFF | {"counted_under": counted_under(line.figures, line.figures.place)}
        for history in sorted(recounted):
            updates |= _recount(sums, history, tx.find(Query(history, order_by=("seq",))))
        parts = sums.parts()
        stored = tx.get_all(list(parts)) if parts else []
        for (path, part), found in zip(parts.items(), stored, strict=True):
            _add(tx, path, part, found)
        for path, fields in updates.items():
            tx.update(path, fields)

    def _note(self, until: datetime) -> None:
        def write(tx: Transaction) -> None:
            found = tx.get(open_path(CITY))
            if found is None:
                tx.create(open_path(CITY), OpenFigures(unit=CITY, as_of=until).stored())
            elif found.get("as_of") is None or found["as_of"] in Until(until - timedelta(seconds=1)):
                tx.update(open_path(CITY), {"as_of": until})

        self.store.transact(write)


def _history(path: str) -> str:
    return path.rpartition("/")[0]


def _line(path: str, fields: Fields) -> HistoryEntry | None:
    try:
        return HistoryEntry.model_validate(fields)
    except ValueError:
        # A damaged line, or one of a newer format, must not hold up the figures. The nightly count reports it.
        telemetry.log("ERROR", "a line could not be counted", metric="figures_unreadable", path=path)
        return None


def _recount(sums: FigureSums, history: str, found: Sequence[Document]) -> dict[str, dict[str, Any]]:
    read = {document.id: _line(f"{history}/{document.id}", document.data) for document in found}
    lines = [line for line in read.values() if line]
    for line, figures, about in counted_about([line for line in lines if line.unfolded_at is None]):
        sums.add_events(figures, line.at, about, -1)
    updates: dict[str, dict[str, Any]] = {}
    for line, figures, about in counted_about(lines):
        sums.add_events(figures, line.at, about)
        update: dict[str, Any] = {}
        if line.unfolded_at:
            sums.add_open_changes(figures)
            update = {**MARKED_OFF}
        under = counted_under(figures, about)
        if under != line.counted_under:
            update["counted_under"] = under
        if update:
            updates[f"{history}/{line.seq}"] = update
    return updates


def _add(tx: Transaction, path: str, part: FigureSums, found: Fields | None) -> None:
    empty = empty_figures(path)
    new = part.added_to(type(empty).model_validate(found) if found else empty)
    if found is None:
        tx.create(path, new.stored())
    elif isinstance(new, DueFigures) and not new.cells and not new.mends:
        tx.delete(path)  # the dashboard reads all due days up to now, so old ones must not accumulate
    else:
        tx.update(path, new.stored())
