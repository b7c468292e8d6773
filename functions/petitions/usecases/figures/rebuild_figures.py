"""The rebuilding of the stored statistics from petitions and histories, while new lines are being added.

History lines written before lines had statistics get them, with the field `unfolded_at`, and are then added like all
new lines. After that, every stored document is compared with a full count of the same moment, and the difference is
added, even if negative. Sums do not depend on order, so lines added meanwhile are neither lost nor counted twice. If
two rebuilds find the same difference, the counter `mends` of the document shows the second that it is corrected
already. All steps can be interrupted and repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from petitions.domain.figures.figure_sums import FigureSums
from petitions.domain.figures.past_figures import derive_figures
from petitions.domain.figures.stored_figures import empty_figures
from petitions.domain.petition.history_entry import HistoryEntry, history_path
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.ports.store import DELETE, Query, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.figures.count_figures import CountedFigures, CountFigures, readable
from petitions.usecases.figures.fold_figures import UNFOLDED_FIELD
from petitions.usecases.shared.petition_changes import petition_in
from petitions.usecases.shared.sweeping import every

PAGE = 100


@dataclass(frozen=True)
class RebuildFigures:
    """Rebuilds the stored statistics, in steps that an operator runs."""

    store: Store
    clock: Clock

    def lacking(self) -> Iterator[str]:
        """Yield the codes of petitions with history lines from before statistics were stored in such lines."""
        page: list[str] = []
        for document in every(self.store, "petitions"):
            page.append(document.id)
            if len(page) == PAGE:
                yield from self._lacking(page)
                page = []
        yield from self._lacking(page)

    def _lacking(self, codes: list[str]) -> Iterator[str]:
        firsts = self.store.get_all([history_path(code, 1) for code in codes])
        yield from (code for code, first in zip(codes, firsts, strict=True) if first and "figures" not in first)

    def add_figures(self, code: str) -> int:
        """Store statistics in the history lines of a petition, to be added by the next run of `FoldFigures`.

        Return the number of lines. Raise Retryable.
        """

        def write(tx: Transaction) -> int:
            petition = petition_in(tx, code)
            found = tx.find(Query(f"petitions/{code}/history", order_by=("seq",)))
            lines = [HistoryEntry.model_validate(document.data) for document in found]
            given = derive_figures(petition, lines)
            for seq, figures in given.items():
                tx.update(history_path(code, seq), {"figures": figures.stored(), UNFOLDED_FIELD: self.clock.now()})
            return len(given)

        return self.store.transact(write)

    def days(self) -> Iterator[str]:
        """Yield the days (ISO) from today back to the first history line or stored count."""
        lines = self.store.find(Query("history", order_by=("at",), limit=1, group=True))
        figures = self.store.find(Query("days", order_by=("day",), limit=1, group=True))
        known = [hanoi(line.data["at"]).date() for line in lines]
        known += [date.fromisoformat(figure.data["day"]) for figure in figures]
        day = hanoi(self.clock.now()).date()
        while known and day not in Until(min(known)):
            yield day.isoformat()
            day -= timedelta(days=1)

    def standing(self, *, mend: bool) -> list[str]:
        """Compare the numbers of open petitions, correct them if `mend`, and return differences. Raise Retryable."""
        return self._done(CountFigures(self.store.snapshot()).standing(), mend=mend)

    def day(self, day: str, *, mend: bool) -> list[str]:
        """Compare the events of a day, correct them if `mend`, and return the differences. Raise Retryable."""
        return self._done(CountFigures(self.store.snapshot()).day(day), mend=mend)

    def month(self, month: str, *, mend: bool) -> list[str]:
        """Compare the sums of a month ("2026-11"), correct them if `mend`, and return the differences.

        Correct the days of the month first. Raise Retryable.
        """
        return self._done(CountFigures(self.store.snapshot()).month(month), mend=mend)

    def _done(self, found: CountedFigures, *, mend: bool) -> list[str]:
        if mend:
            parts = {path: FigureSums() for path in found.unreadable} | found.counted.less(found.stored).parts()
            for path, part in parts.items():
                self.store.transact(partial(_mend, path=path, part=part, mends=found.mends.get(path, 0)))
        return found.words()


def _mend(tx: Transaction, path: str, part: FigureSums, mends: int) -> None:
    """Add the difference to a stored document, unless another rebuild has corrected it since the count."""
    stored, empty = tx.get(path), empty_figures(path)
    known = (readable(type(empty), path, stored) if stored else None) or empty
    if known.mends != mends:
        return
    new = replace(part.added_to(known), mends=mends + 1).stored()
    if stored is None:
        tx.create(path, new)
    else:
        spoiled = {name: DELETE for name in type(empty).model_fields if name in stored and name not in new}
        tx.update(path, spoiled | new)
