"""`make bench-desk`: what every page of the desk costs with 1,000 and with 100,000 petitions stored: reads, and time.

Asked over HTTP of the desk as it is deployed, for every role. A page must read as much, or end at a page's limit where
1,000 hold fewer that match. In 95 of 100 requests it must take no more than 1.5 times what the plain list took before
the desk was designed anew. Time is that of the processors of the desk and of its database together, which is the same
beside a loaded machine; what passed on the clock stands beside it.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
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
"""The plain list, and what it took before (43831115) as a part of that: both desks over the same 100,000, in turns."""
ENDS = re.compile(r"&|/audit$|^/search$")
"""Lists that 1,000 petitions do not fill, and what grows with each look at a petition: they end at a page's limit.

An inspector reads one document more: what is closed to them.
"""
SOUGHT = {
    "officer": {"text": "khai sinh phố Trung Kính"},
    "head": {"text": "Nguyễn Thị Hạnh", "reason": "người dân gọi điện"},
    "coordinator": {"text": "Nguyen Thi Phuongg", "reason": "người dân gọi điện"},
    "inspector": {"text": "cán bộ gây khó khăn"},
}
"""What is searched for, of which `/search` shows what was found: words, a filer's name, and one that is misspelt."""
PATIENCE = 300.0
FILE = re.compile(r"^/api/|\.(csv|xlsx)\b")
"""What programs ask for, which reads what its page reads, and files of up to 5,000 lines."""

Page = tuple[str, str]
"""Who opens it, and its address."""


@dataclass
class Measured:
    """What a page took: documents read, reads billed for counting, and seconds of processors and on the clock."""

    documents: int
    counting: int
    busy: list[float] = field(default_factory=list)
    passed: list[float] = field(default_factory=list)


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def pages(desk: Desk) -> Iterator[tuple[Page, Person]]:
    """Every page of every role, with who opens it."""
    for who, (_, role) in PEOPLE.items():
        person = desk.at(who)
        person.client.timeout = Timeout(PATIENCE)  # a loaded machine makes a page wait, which is not counted
        if who in SOUGHT:
            assert person.submit("/search", **SOUGHT[who]).is_redirect
        for path in paths(role):
            if not FILE.search(path):
                yield (who, path), person


def opened(page: Page, person: Person) -> None:
    """Open a page; the emulator makes an index when it is first asked for, which may take longer than a call may."""
    deadline = time.monotonic() + PATIENCE
    while (answer := person.see(page[1])).status_code != 200:
        assert answer.status_code == 503, (page, answer.status_code, answer.text)
        assert time.monotonic() < deadline, page


def counted(server: FirestoreServer, desk: Desk) -> dict[Page, Measured]:
    """What each page reads, once what each instance keeps for a minute is known."""
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
    """How long the processors have worked for these processes."""
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in processes)  # as glibc's clock_getcpuclockid makes it


def timed(server: FirestoreServer, desk: Desk, found: dict[Page, Measured], rounds: int) -> None:
    """Open each page once a round, so that what else the machine does falls on all of them."""
    people, processes = list(pages(desk)), (server.pid, desk.pid)
    for _ in range(rounds):
        for page, person in people:
            before, began = seconds_of(*processes), time.perf_counter()
            opened(page, person)
            found[page].passed.append(time.perf_counter() - began)
            found[page].busy.append(seconds_of(*processes) - before)


def measured(count: int, rounds: int = 0) -> dict[Page, Measured]:
    """All pages over a city of so many petitions."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), chain(city(count), around(count))) as (server, desk),
    ):
        found = counted(server, desk)
        timed(server, desk, found, rounds)
        return found


def grown(small: dict[Page, Measured], large: dict[Page, Measured]) -> list[Page]:
    """The pages that read more the more is stored."""
    found = []
    for page, now in large.items():
        most = max(small[page].documents, SCAN + 1) if ENDS.search(page[1]) else small[page].documents
        found += [page] if now.documents > most or now.counting > small[page].counting else []
    return found


def main(rounds: int = ROUNDS) -> int:
    """Print the table; 1 if a page reads more, or takes longer than it may."""
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
