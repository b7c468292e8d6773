"""A slow recount of reports and scores from the steps of petitions, without stored figures or the code of the forms.

Every cell follows the text of its definition (`data/report_forms.json`, `data/scoring_rules.json`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from petitions.domain.lifecycle.lifecycle import Action, State
from petitions.domain.petition.history_counts import CITY
from petitions.domain.petition.petition import COORDINATORS
from tests.load.report_city import Life, Step

Cells = dict[str, Counter[str]]
"""Counts by row and column."""
Shares = dict[str, dict[str, tuple[int, int]]]
"""(good cases, cases) by unit and criterion."""
_ENDED = {
    State.REFUSED: "refused",
    State.TRANSFERRED_OUT: "transferred",
    State.WITHDRAWN: "withdrawn",
    State.MERGED: "merged",
}


class Span:
    """The part of a petition's history between `since` and `until` (not included), as known at the time `cut`."""

    def __init__(self, life: Life, since: datetime, until: datetime, cut: datetime) -> None:
        known: list[Step | None] = [step for step in life.steps if step.at <= cut]
        self.end = min(until, cut + timedelta(microseconds=1))
        given = [step for step in life.steps if step.at <= cut and step.nature]
        self.nature = given[-1].nature if given else None
        self.statement = given[-1].statement if given else None
        self.pairs = [(a, b) for a, b in pairwise([None, *known]) if b and since <= b.at < self.end]
        self.standing_before = self._standing(known, since)
        self.standing_after = self._standing(known, self.end)

    @staticmethod
    def _standing(known: Iterable[Step | None], at: datetime) -> Step | None:
        """Return the last step before a time if the petition was open then, otherwise None."""
        before = [step for step in known if step and step.at < at]
        return before[-1] if before and before[-1].is_open else None

    def came(self) -> Iterator[tuple[str, str]]:
        """Yield (unit, column) for every arrival of the petition at a unit."""
        if self.standing_before:
            yield self.standing_before.unit, "carried"
        for a, b in self.pairs:
            if a is None:
                yield b.unit, "new"
            elif not a.is_open and b.is_open:
                yield b.unit, "again"
            elif a.is_open and b.is_open and a.unit != b.unit:
                yield b.unit, "moved_in"

    def went(self) -> Iterator[tuple[str, str, Step]]:
        """Yield (unit, column, step) for every departure from a unit, and for a petition that stays until the end."""
        for a, b in self.pairs:
            if a is None or not a.is_open:
                continue
            if b.is_open and a.unit != b.unit:
                yield a.unit, "moved_out", b
            elif not b.is_open:
                yield a.unit, _ENDED.get(b.state, "handled"), b
        if self.standing_after:
            yield self.standing_after.unit, "in_process", self.standing_after

    def columns(self) -> Iterator[tuple[str, str, bool]]:
        """Yield (unit, column, whether the city counts it as well) for every cell in which the petition counts."""
        for unit, column in self.came():
            for item in (column, "total", self.nature or "unclassified", self.statement):
                if item:
                    yield unit, item, column != "moved_in"
        for unit, column, step in self.went():
            yield unit, column, column != "moved_out"
            if column not in {"transferred", "moved_out"}:
                yield unit, "own", True
            if column == "in_process":
                yield unit, "in_process_overdue" if step.due < self.end else "in_process_in_time", True
            if column == "handled":
                yield from ((unit, item, True) for item in self._handled(step))
        for _, b in self.pairs:
            if b.action is Action.PUBLISH:
                yield b.unit, "published", True

    def _handled(self, step: Step) -> Iterator[str]:
        yield "handled_late" if step.at > step.due else "handled_on_time"
        yield f"outcome_{step.outcome or 'none'}"
        if self.nature:
            yield f"handled_{self.nature}"


def recounted(city: Iterable[Life], since: datetime, until: datetime, cut: datetime) -> Cells:
    """Return the cells of the form that are not zero, by unit."""
    found: Cells = defaultdict(Counter)
    for life in city:
        for unit, column, also_city in Span(life, since, until, cut).columns():
            found[unit][column] += 1
            found[CITY][column] += also_city
    return {row: +cells for row, cells in found.items()}


def rescored(city: Iterable[Life], since: datetime, until: datetime, cut: datetime) -> Shares:
    """Return (good cases, cases) by unit and criterion, without criteria that have no case."""
    codes: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    times: dict[str, Counter[str]] = defaultdict(Counter)
    for life in city:
        span = Span(life, since, until, cut)
        for unit, column, _ in span.columns():
            codes[unit][column].add(life.code)
            times[unit][column] += 1
        for _, step in span.pairs:
            if step.action is Action.REOPEN:
                codes[step.unit]["reopened"].add(life.code)
    return {unit: _shares(item, times[unit]) for unit, item in codes.items() if unit != COORDINATORS}


def _shares(of: dict[str, set[str]], times: Counter[str]) -> dict[str, tuple[int, int]]:
    answered, overdue = of["handled"], of["in_process_overdue"]
    found = {
        "no_backlog": (of["in_process"] - overdue, of["in_process"]),
        "published": (answered & of["published"], answered),
        "lasting": (answered - of["reopened"], answered),
    }
    shares = {key: (len(good), len(cases)) for key, (good, cases) in found.items() if cases}
    in_time, late = times["handled_on_time"], times["handled_late"]
    decided = in_time + late + times["in_process_overdue"]
    return shares | ({"on_time": (in_time, decided)} if decided else {})
