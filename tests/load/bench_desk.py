"""`make bench`: documents read by the desk's lists, boards and figures, with 1,000 and with 100,000 petitions stored.

Measured for every role: all lists on pages 1 and 5, all filters alone and in pairs, searches, boards, and figures of a
year. The number of documents read must be equal in both cases, or at most the limit of a page where few of 1,000 match.
Reads for exact counts are reported separately, because Firestore bills one read for a thousand counted documents.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest import mock

from infra.emulators.testing.firestore_server import FirestoreServer
from petitions.adapters.wire import database
from petitions.domain.clock.clocks import TimeState
from petitions.domain.figures.periods import named_period
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.list_layout import NEWEST
from petitions.domain.officers.officer import Officer
from petitions.usecases.desk.read_boards import ReadBoards
from petitions.usecases.desk.read_work_list import ReadWorkList
from petitions.usecases.desk.work_list_query import SCAN, WorkListFilters, views
from petitions.usecases.figures.list_figures import unit_of
from petitions.usecases.figures.read_figures import ReadFigures
from tests.load.desk_city import DATABASE, INDEXES, KINDS, OTHER, PEOPLE, WARDS, city, cost, desk_of
from tests.load.prepared import prepare

STORED = (1_000, 100_000)
PAGES, SHOWN = 5, 30
STUCK = 4
"""The answers of the city that nobody in their unit can approve. A coordinator's page reads them to count them."""
PATIENCE = 120.0
FREE: dict[str, Any] = {
    "state": State.IN_PROGRESS,
    "time": TimeState.NEARLY_DUE,
    "kind": KINDS[0],
    "level": "urgent",
    "ward": WARDS[0],
    "mine": True,
    "text": "khai sinh",
    "sort": NEWEST,
}

Costs = dict[str, tuple[int, int, int]]
"""Documents read, reads for counts, and index entries scanned, by the name of the query."""


def measured(server: FirestoreServer, people: dict[str, Officer], *, pairs: bool = True) -> Costs:
    desk = desk_of(server)
    found: Costs = {}
    for who, officer in people.items():
        desk(officer)  # caches the officers, so that reading them is not counted below
        for name, ask in _asked(desk, officer, pairs=pairs):
            cost(server)
            ask()
            found[f"{who}: {name}"] = _spent(cost(server))
    return found


def _asked(desk: ReadWorkList, officer: Officer, *, pairs: bool) -> Iterator[tuple[str, Callable[[], object]]]:
    for view in views(officer):
        after = ""
        for page in range(1, PAGES + 1):
            if page in {1, PAGES}:
                yield f"{view}, page {page}", partial(desk, officer, view, after=after)
            after = desk(officer, view, after=after).next or after
        choices = [(name,) for name in FREE] + (list(combinations(FREE, 2)) if pairs else [])
        free = FREE | ({"unit": OTHER} if officer.role in {Role.COORDINATOR, Role.INSPECTOR} else {})
        for chosen in choices:
            filters = replace(WorkListFilters(), **{name: free[name] for name in chosen})
            yield f"{view}, {' and '.join(chosen)}", partial(desk, officer, view, filters)
        if "unit" in free:
            yield f"{view}, unit", partial(desk, officer, view, WorkListFilters(unit=OTHER))
    boards, figures = ReadBoards(desk.store, desk.clock, desk.timekeeping), ReadFigures(desk.store, desk.clock)
    if officer.role is Role.COORDINATOR:
        for name in ("lateness", "reminders", "undelivered"):
            yield f"board of {name}", partial(getattr(boards, name), officer)
    period = named_period("53w", desk.clock.now().date())
    yield "figures over a year", partial(figures, unit_of(officer, ""), period)


def _limit(name: str) -> int:
    """Return the most documents that a page may read. A list too long to sort is read once more in its own order."""
    return SCAN * (2 if "sort" in name else 1) + STUCK


def _spent(report: dict[str, Any]) -> tuple[int, int, int]:
    counts = sum(item["reads"] for name, item in report["methods"].items() if name == "RunAggregationQuery")
    return report["reads"] - counts, counts, report["index_entries"]


def main() -> int:
    """Print the queries whose costs grow with the stored petitions, and the most expensive ones.

    Return 1 if a query reads more documents over many petitions than over few.

    Reads are counted instead of time, because the emulator takes seconds to merge two filters over 100,000 documents.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        ExitStack() as exits,
        mock.patch.object(database, "CALL_SECONDS", PATIENCE),
    ):
        costs = []
        for count in STORED:
            file = prepare(Path(folder) / f"{count}.sqlite", DATABASE, city(count))
            server = exits.enter_context(FirestoreServer(file, indexes=INDEXES))
            costs.append(measured(server, PEOPLE))
    small, large = costs
    grown = {name for name in small if large[name][0] > max(small[name][0], _limit(name))}
    for name in sorted(small, key=lambda item: (item not in grown, -large[item][2]))[:SHOWN]:
        documents, counts, entries = (
            f"{before} -> {after}" for before, after in zip(small[name], large[name], strict=True)
        )
        sys.stdout.write(f"{name}: documents read {documents}, for counts {counts}, index entries {entries}\n")
    same = sum(small[name][0] == large[name][0] for name in small)
    sys.stdout.write(
        f"Desk: {len(small)} questions, {same} read as many documents, {len(grown)} more than a page's limit\n"
    )
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
