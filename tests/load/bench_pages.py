"""`make bench-desk`: reads and time of every page of the desk, with 1,000 and with 100,000 petitions stored.

The deployed desk is called over HTTP as every role. A page must read as many documents in both cases, or at most the
limit of a page where few of 1,000 match. In 95 of 100 requests it may take at most 1.5 times as long as the plain list
did before the desk was redesigned. Measured is the processor time of the desk and its database, which does not depend
on other load. Elapsed time is printed as well.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import chain
from pathlib import Path
from statistics import median, quantiles

from httpx import Timeout

from infra.emulators.testing.firestore_server import FirestoreServer
from petitions.usecases.desk.work_list_query import SCAN
from tests.integration.adapters.desk_server import PEOPLE, Desk, Person
from tests.load.desk_city import city, cost
from tests.load.desk_city_around import around
from tests.load.desk_pages import paths, served

STORED = (1_000, 100_000)
ROUNDS = 30
BAR = 1.5
PEER, BEFORE = ("officer", "/"), 0.86
"""The plain list, and the ratio of its former time (at commit 43831115) to its present one.

The ratio was measured with both desks in turns, over the same 100,000 petitions.
"""
ENDS = re.compile(r"&|/audit$|^/search$")
"""Lists that 1,000 petitions do not fill, and the audit, which grows with every view of a petition.

They may read up to the limit of a page. An inspector reads one document more, because of hidden petitions.
"""
SOUGHT = {
    "officer": {"text": "khai sinh phố Trung Kính"},
    "head": {"text": "Nguyễn Thị Hạnh", "reason": "người dân gọi điện"},
    "coordinator": {"text": "Nguyen Thi Phuongg", "reason": "người dân gọi điện"},
    "inspector": {"text": "cán bộ gây khó khăn"},
}
"""Searches with results: words, a filer's name, and a misspelt name."""
PATIENCE = 300.0
FILE = re.compile(r"^/api/|\.(csv|xlsx)\b")
"""Addresses for programs, which read the same as their pages, and files of up to 5,000 lines."""

Page = tuple[str, str]
"""The role that opens the page, and its address."""

Used = tuple[float, ...]
"""Seconds by one or more clocks."""


@dataclass
class Measured:
    """The cost of a page: documents read, reads billed for counting, processor seconds and elapsed seconds."""

    documents: int
    counting: int
    busy: list[float] = field(default_factory=list)
    passed: list[float] = field(default_factory=list)


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def pages(desk: Desk) -> Iterator[tuple[Page, Person]]:
    for who, (_, role) in PEOPLE.items():
        person = desk.at(who)
        person.client.timeout = Timeout(PATIENCE)  # a loaded machine makes a page wait, which is not counted
        if who in SOUGHT:
            assert person.submit("/search", **SOUGHT[who]).is_redirect
        for path in paths(role):
            if not FILE.search(path):
                yield (who, path), person


def opened(page: Page, person: Person, clock: Callable[[], Used] = lambda: ()) -> Used:
    deadline = time.monotonic() + PATIENCE
    while True:
        before = clock()
        answer = person.see(page[1])
        if answer.status_code == HTTPStatus.OK:
            return tuple(after - former for after, former in zip(clock(), before, strict=True))
        assert answer.status_code in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}, (page, answer)
        assert time.monotonic() < deadline, page
        time.sleep(float(answer.headers.get("Retry-After", 0)))


def counted(server: FirestoreServer, desk: Desk) -> dict[Page, Measured]:
    """Return the documents read by every page when it is opened the second time, with the caches filled."""
    found = {}
    for page, person in pages(desk):
        opened(page, person)
        cost(server)
        opened(page, person)
        report = cost(server)
        counting = report["methods"].get("RunAggregationQuery", {"reads": 0})["reads"]
        found[page] = Measured(report["reads"] - counting, counting)
    return found


def seconds_of(*processes: int) -> float:
    """Return the processor seconds that the given processes have used so far."""
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in processes)  # the clock id of glibc's clock_getcpuclockid


def timed(server: FirestoreServer, desk: Desk, found: dict[Page, Measured], rounds: int) -> None:
    """Open every page once per round, so that other load of the machine affects all pages alike."""
    people, processes = list(pages(desk)), (server.pid, desk.pid)
    for _ in range(rounds):
        for page, person in people:
            passed, busy = opened(page, person, lambda: (time.perf_counter(), seconds_of(*processes)))
            found[page].passed.append(passed)
            found[page].busy.append(busy)


def measured(count: int, rounds: int = 0) -> dict[Page, Measured]:
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), chain(city(count), around(count))) as (server, desk),
    ):
        found = counted(server, desk)
        timed(server, desk, found, rounds)
        return found


def grown(small: dict[Page, Measured], large: dict[Page, Measured]) -> list[Page]:
    """Return the pages that read more in the large city than in the small one, or more than the limit of a page."""
    found = []
    for page, now in large.items():
        most = max(small[page].documents, SCAN + 1) if ENDS.search(page[1]) else small[page].documents
        found += [page] if now.documents > most or now.counting > small[page].counting else []
    return found


def main(rounds: int = ROUNDS) -> int:
    small, large = measured(STORED[0]), measured(STORED[1], rounds)
    more, peer = grown(small, large), BEFORE * p95(large[PEER].busy)
    late = [page for page, now in large.items() if p95(now.busy) > BAR * peer]
    sys.stdout.write(
        f"| page | reads, {STORED[0]:,} | {STORED[1]:,} | ms p50 | p95 | to the list's | on the clock p50, p95 |\n"
    )
    sys.stdout.write("|---|---|---|---|---|---|---|\n")
    for page, now in large.items():
        reads = [f"{item.documents} + {item.counting}" for item in (small[page], now)]
        own = [f"{1000 * of(now.busy):.0f}" for of in (median, p95)]
        clock = ", ".join(f"{1000 * of(now.passed):.0f}" for of in (median, p95))
        marks = ("; reads more" if page in more else "") + ("; takes long" if page in late else "")
        cells = [" ".join(page), *reads, *own, f"{p95(now.busy) / peer:.2f}", clock + marks]
        sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.write(f"Desk: {len(large)} pages, {len(more)} read more, {len(late)} take over {BAR} times the list\n")
    return 1 if more or late else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
