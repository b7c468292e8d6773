"""Promises about published figures, counted from the histories independently of the code under test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from petitions.domain.figures.published_figures import CITY_PATH, CityFigures
from petitions.domain.shared.records import HANOI
from tests.simulation.promises.read_world import AtRest

FINISHED = frozenset({"answered", "published", "closed", "refused", "transferred_out", "withdrawn", "merged"})
"""The states in which a petition is no longer open."""
ENTERED = {"answered": "handled"} | {name: name for name in ("refused", "transferred_out", "withdrawn", "merged")}
"""The number that counts petitions entering a state, by state."""
STARTS = {"w1": 1, "w2": 8, "w3": 15, "w4": 22}
"""The days of a month on which its weeks begin."""


def published_figures_equal_a_recount(rest: AtRest) -> Iterator[str]:
    """Yield published figures of the city that differ from a count of all histories."""
    stored = rest.world.public.documents.get(CITY_PATH)
    published = CityFigures.model_validate(stored).periods if stored else {}
    histories = [rest.history(petition.code) for petition in rest.petitions]
    for period_id, period in published.items():
        counted = _counted(histories, *_days(period_id))
        for name, number in counted.items():
            shown = period.row.numbers.get(name)
            if shown != number:
                yield f"{name} of {period_id} is {shown}, and {number} by the histories"


def _days(period_id: str) -> tuple[date, date]:
    year, _, rest = period_id.partition("-")
    if not rest:
        return date(int(year), 1, 1), date(int(year) + 1, 1, 1)
    month, _, week = rest.partition("-")
    first = date(int(year), 3 * int(month[1]) - 2 if month.startswith("Q") else int(month), 1)
    after = _months_later(first, 3 if month.startswith("Q") else 1)
    if not week:
        return first, after
    later = [first.replace(day=day) for day in STARTS.values() if day > STARTS[week]]
    return first.replace(day=STARTS[week]), min([*later, after])


def _months_later(first: date, months: int) -> date:
    number = first.month - 1 + months
    return date(first.year + number // 12, number % 12 + 1, 1)


def _counted(histories: list[list[dict[str, Any]]], since: date, until: date) -> dict[str, int]:
    """Return the number of history lines from `since` to the day before `until`, by the name of the figure."""
    start, end = (datetime.combine(day, time(), HANOI) for day in (since, until))
    counted = dict.fromkeys(("arrived", "open", *ENTERED.values()), 0)
    for lines in histories:
        known = [line for line in lines if line["at"] < end]
        counted["arrived"] += bool(known) and known[0]["at"] >= start
        counted["open"] += bool(known) and known[-1]["to_state"] not in FINISHED
        for line in known:
            entered = line["at"] >= start and line.get("from_state") not in FINISHED  # not when it is unpublished
            if entered and line["to_state"] in ENTERED:
                counted[ENTERED[line["to_state"]]] += 1
    return counted
