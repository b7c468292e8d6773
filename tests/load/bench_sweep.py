"""`make bench`: figure P6, the schedule of reminders with 100 due petitions out of 1,000, 10,000 and 100,000 stored.

The number of documents read must be equal. Processor time per due petition is printed as a ratio (limit: 1.3).
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from infra.emulators.testing.firestore_server import FirestoreServer
from tests.fakes import FakeClock
from tests.load.sweep_city import DUE, MORNINGS, cost, load, sweep_of

STORED = (1_000, 10_000, 100_000)
INDEXES = Path(__file__).resolve().parents[2] / "infra" / "gcp" / "firestore.indexes.json"


def main() -> int:
    reads: dict[int, list[int]] = {count: [] for count in STORED}
    spent: dict[int, list[float]] = {count: [] for count in STORED}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as exits:
        cities = {}
        for count in STORED:
            server = exits.enter_context(FirestoreServer(Path(folder) / f"{count}.sqlite", indexes=INDEXES))
            load(server, count)
            clock = FakeClock(MORNINGS[0])
            cities[count] = (server, clock, sweep_of(server, clock))
        for morning in MORNINGS:
            for count, (server, clock, sweep) in cities.items():
                clock.at = morning
                cost(server)
                before = time.process_time()
                assert sweep() == DUE
                spent[count].append((time.process_time() - before) / DUE)
                reads[count].append(cost(server)["reads"])
    for count in STORED:
        cpu = median(spent[count]) * 1000
        sys.stdout.write(f"{DUE} due of {count:>7,}: documents read {reads[count]}, CPU per due {cpu:.2f} ms\n")
    ratio = median(spent[STORED[-1]]) / median(spent[STORED[0]])
    sys.stdout.write(f"P6: CPU per due, {STORED[-1]:,} to {STORED[0]:,}: {ratio:.2f} (bar 1.3)\n")
    same = len({tuple(figures) for figures in reads.values()}) == 1
    sys.stdout.write(f"P6: documents read are {'equal' if same else 'NOT EQUAL'}\n")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
