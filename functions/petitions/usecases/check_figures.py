"""Each night the folded figures against a full count: what is open now, and what happened yesterday.

Petitions go on changing while they are counted: only what two counts in a row find different is a difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from petitions import telemetry
from petitions.domain.figures import standing
from petitions.domain.instants import hanoi
from petitions.domain.ledgers import GROUPS, TOTAL, DayFigures, DueFigures, FiguresCheck, OpenFigures, Sums, check_path
from petitions.domain.petition import HistoryEntry, Petition
from petitions.domain.records import HANOI
from petitions.domain.transitions import OPEN_STATES
from petitions.ports import Clock, Document, Query, Store, Transaction
from petitions.usecases.fold_figures import FoldFigures

PAGE = 500
MOST_KEPT = 100

Found = dict[str, int]
"""What is counted, by a name for people, without zeros."""


@dataclass(frozen=True)
class CheckFigures:
    """The job of the night."""

    store: Store
    clock: Clock
    fold: FoldFigures

    def __call__(self) -> list[str]:
        """Count, compare, write `stats_checks/{yesterday}` and alarm; the differences in words. Raises Retryable."""
        now = self.clock.now()
        yesterday = hanoi(now).date() - timedelta(days=1)
        first = self._differences(yesterday.isoformat())
        found = [each for each in self._differences(yesterday.isoformat()) if each in first] if first else []
        check = FiguresCheck(day=yesterday.isoformat(), at=now, differences=found[:MOST_KEPT], found=len(found))
        self.store.transact(lambda tx: _put(tx, check))
        severity = "ERROR" if found else "INFO"
        telemetry.log(severity, "figures counted", metric="figures_differ" if found else "figures_agree",
                      found=len(found))  # fmt: skip
        return found

    def _differences(self, day: str) -> list[str]:
        self.fold()
        stored = self._open() | self._due() | self._happened(day)
        counted = self._count_open() | self._count_day(day)
        return [
            f"{name}: {stored.get(name, 0)} folded, {counted.get(name, 0)} counted"
            for name in sorted(stored.keys() | counted.keys())
            if stored.get(name, 0) != counted.get(name, 0)
        ]

    def _open(self) -> Found:
        documents = [OpenFigures.model_validate(each.data) for each in self.store.find(Query("stats"))]
        return {name: number for each in documents for name, number in _named_open(each) if number}

    def _due(self) -> Found:
        found = [DueFigures.model_validate(each.data) for each in self.store.find(Query("due", group=True))]
        return {f"due {each.unit} {each.day} {cell}": n for each in found for cell, n in each.cells.items()}

    def _happened(self, day: str) -> Found:
        query = Query("days", where=(("day", "==", day),), group=True)
        documents = [DayFigures.model_validate(each.data) for each in self.store.find(query)]
        return {name: number for each in documents for name, number in _named_day(each)}

    def _count_open(self) -> Found:
        sums = Sums()
        for document in self._petitions():
            is_open = standing(Petition.model_validate(document.data))
            if is_open:
                sums.stand(is_open)
        return _named(sums)

    def _count_day(self, day: str) -> Found:
        sums = Sums()
        for document in self._lines(day):
            entry = HistoryEntry.model_validate(document.data)
            if entry.figures:
                sums.add(entry.figures, entry.at)
        return {_day_name(*each): number for each, number in sums.days.items() if number}

    def _petitions(self) -> Iterator[Document]:
        states = sorted(state.value for state in OPEN_STATES)
        after: tuple[object, ...] = ()
        while True:
            query = Query("petitions", where=(("state", "in", states),), order_by=("-filed_at", "-code"),
                          limit=PAGE, start_after=after)  # fmt: skip
            page = self.store.find(query)
            yield from page
            if len(page) < PAGE:
                return
            after = (page[-1].data["filed_at"], page[-1].data["code"])

    def _lines(self, day: str) -> Iterator[Document]:
        begins = datetime.combine(datetime.fromisoformat(day).date(), time(), HANOI)
        where = (("at", ">=", begins), ("at", "<", begins + timedelta(days=1)))
        after: tuple[object, ...] = ()
        while True:
            order = ("at", "__name__")
            page = self.store.find(Query("history", where, order_by=order, limit=PAGE, group=True, start_after=after))
            yield from page
            if len(page) < PAGE:
                return
            after = (page[-1].data["at"], page[-1].id)


def _put(tx: Transaction, check: FiguresCheck) -> None:
    path = check_path(check.day)
    if tx.get(path) is None:
        tx.create(path, check.stored())
    else:
        tx.update(path, check.stored())


def _named(sums: Sums) -> Found:
    found = {f"open {unit} {group} {key}": n for (unit, group, key), n in sums.open.items() if n}
    return found | {f"due {unit} {day} {cell}": n for (unit, day, cell), n in sums.due.items() if n}


def _named_open(figures: OpenFigures) -> Iterator[tuple[str, int]]:
    yield f"open {figures.unit} {TOTAL} ", figures.total
    for group in GROUPS:
        known: Mapping[str, int] = getattr(figures, group)
        yield from ((f"open {figures.unit} {group} {key}", number) for key, number in known.items())


def _named_day(figures: DayFigures) -> Iterator[tuple[str, int]]:
    for counter, number in figures.total.items():
        yield _day_name(figures.unit, figures.day, TOTAL, "", counter), number
    for group in GROUPS:
        known: Mapping[str, Mapping[str, int]] = getattr(figures, group)
        for key, counts in known.items():
            for counter, number in counts.items():
                yield _day_name(figures.unit, figures.day, group, key, counter), number


def _day_name(unit: str, day: str, group: str, key: str, counter: str) -> str:
    return f"day {unit} {day} {group} {key} {counter}"
