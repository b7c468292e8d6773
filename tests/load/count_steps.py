"""`make capacity COUNT=1`: measures the costs of the steps of a petition and writes `infra/capacity_steps.json`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.capacity import COUNTED, STEPS
from infra.emulators.testing.firestore_server import FirestoreServer
from tests.load.counted_life import CountedLife
from tests.load.desk_city import INDEXES

LIVES = 3
"""The number of petitions to measure. A step's cost is the mean."""
LOOKED: dict[str, Any] = {
    "list": {"reads": 60, "writes": 0, "calls": 6, "index_writes": 0, "cpu_ms": 100.0, "expiring": 0, "bytes": 0},
    "page": {"reads": 60, "writes": 1, "calls": 8, "index_writes": 12, "cpu_ms": 80.0, "expiring": 1, "bytes": 400},
}
"""The costs of officers' views, from `tests.load.bench_pages`: the plain list, and a petition's page with its audit."""


@contextmanager
def living(folder: Path) -> Iterator[CountedLife]:
    clock = folder / "clock"
    clock.write_text("0")
    with FirestoreServer(folder / "data.sqlite", indexes=INDEXES, clock=clock) as server:
        yield CountedLife(server, clock)


def stored(life: CountedLife) -> tuple[int, int]:
    """Return the number of documents that expire, and the bytes of all documents."""
    lines = life.server.admin_bytes("GET", "/export").splitlines()
    return sum(b'"expires_at"' in line for line in lines), sum(map(len, lines))


def counted() -> dict[str, Any]:
    """Return the costs of all steps. Expiring documents and bytes are those that a step adds."""
    added: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as folder, living(Path(folder)) as life:
        step = life.step

        def watched(name: str, do: Any) -> None:
            before = stored(life)
            step(name, do)
            after = stored(life)
            added.setdefault(name, Counter()).update(expiring=after[0] - before[0], bytes=after[1] - before[1])

        life.step = watched  # type: ignore[method-assign]
        for number in range(LIVES):
            life.life(str(100 + number), asks=True, rates=True)
        life.minute()
        found = {name: _step(life, name, added.get(name, Counter())) for name in life.steps}
    for name, cost in LOOKED.items():
        desk = {item: cost.get(item, 0) for item in COUNTED} | {"runs": 1}
        none: dict[str, Any] = {"messages": 0, "messages_by_topic": {}, "zalo_calls": 0}
        found[name] = {"functions": {"desk": desk}, **none, "expiring": cost["expiring"], "bytes": cost["bytes"]}
    return found


def _step(life: CountedLife, name: str, added: Counter[str]) -> dict[str, Any]:
    times = life.steps[name]
    functions = {
        function: {item: round(getattr(spent, item) / times, 3) for item in COUNTED}
        for function, spent in life.bill[name].items()
    }
    topics = {topic: round(number / times, 3) for topic, number in sorted(life.messages[name].items())}
    return {
        "functions": functions, "messages": round(sum(topics.values()), 3), "messages_by_topic": topics,
        "zalo_calls": round(life.sent[name] / times, 3), "expiring": round(added["expiring"] / times, 3),
        "bytes": round(added["bytes"] / times),
    }  # fmt: skip


if __name__ == "__main__":
    STEPS.write_text(json.dumps(counted(), indent=1, sort_keys=True) + "\n")
    sys.stdout.write(f"{STEPS.name} is written\n")
