"""`make bench`: start, memory and speed of the Firestore emulator, compared with another emulator if there is one.

FIRESTORE_EMULATOR_HOST is the address of the other one. The figures are printed. The run fails if a page out of 100,000
documents costs more than 1.5 times one out of 1,000, or if start or memory exceed their limits.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from infra.emulators.testing.firestore_server import FirestoreServer, in_transaction

FEW, MANY, PAGE = 1_000, 100_000, 100
PROJECT = "bench"
START_SECONDS, MEMORY_MB, PAGE_RATIO = 0.5, 120, 1.5


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1000


def exported(collection: str, count: int) -> Iterator[bytes]:
    for number in range(count):
        fields = {
            "n": {"integerValue": str(number)},
            "state": {"integerValue": str(number % 3)},
            "text": {"stringValue": "x" * 100},
        }
        place = {"project": PROJECT, "database": "(default)", "path": f"{collection}/{number * 7919 % count:06}"}
        yield json.dumps({**place, "create_time": 1, "update_time": 1, "fields": fields}).encode() + b"\n"


def best(action: Callable[[], object], rounds: int) -> float:
    """Return the time of the quickest of several runs, in seconds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return min(times)


def rates(client: firestore.Client) -> dict[str, float]:
    """Return the operations per second of one client in one thread, by operation."""
    group = client.collection(f"rate-{uuid.uuid4().hex}")
    one = group.document("one")
    one.set({"n": 0})

    def batch() -> None:
        made = client.batch()
        for number in range(500):
            made.set(group.document(f"{number:03}"), {"n": number})
        made.commit()

    def update(transaction: firestore.Transaction) -> None:
        have = one.get(transaction=transaction).get("n")
        transaction.update(one, {"n": have + 1})

    operations: dict[str, tuple[Callable[[], object], int]] = {
        "set": (lambda: one.set({"n": 1}), 500),
        "get": (one.get, 500),
        "transaction (read and update)": (lambda: in_transaction(client, update), 200),
        "batch of 500 sets": (batch, 10),
        "count of 500": (lambda: group.count().get(), 200),
        "range, order, limit 100 of 500": (
            lambda: group.where(filter=FieldFilter("n", ">", 9)).order_by("n").limit(PAGE).get(),
            50,
        ),
    }
    figures = {}
    for name, (operation, count) in operations.items():
        operation()
        started = time.perf_counter()
        for _ in range(count):
            operation()
        figures[name] = count / (time.perf_counter() - started)
    return figures


def page_times(client: firestore.Client) -> dict[str, float]:
    """Return the server's seconds for a page of 100 by an indexed field, out of few and of many documents."""
    pages = {
        name: client.collection(name).where(filter=FieldFilter("n", ">=", 500)).order_by("n").limit(PAGE)
        for name in ("few", "many")
    }
    times = dict.fromkeys(pages, float("inf"))
    for _ in range(25):
        for name, page in pages.items():
            stream = page.stream(explain_options=firestore.ExplainOptions(analyze=True))
            assert len(list(stream)) == PAGE
            stats = stream.get_explain_metrics().execution_stats
            times[name] = min(times[name], stats.execution_duration.total_seconds())
    return times


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def show(name: str, value: str) -> None:
    say(f"{name:44}{value:>16}")


def bench(folder: Path) -> bool:
    """Print the measurements. Return whether all are within their limits."""
    server = FirestoreServer(folder / "data.sqlite")
    starts = []
    for _ in range(5):
        starts.append(best(server.start, 1))
        memory = resident_mb(server.pid)
        server.stop()
    show("start, empty (to the first answer)", f"{min(starts):.2f} s")
    show("memory, empty", f"{memory:.0f} MB")
    server.start()
    client = server.client(PROJECT)
    for name, rate in rates(client).items():
        show(name, f"{rate:,.0f} /s")
    server.admin_bytes("POST", "/import", b"".join([*exported("few", FEW), *exported("many", MANY)]))
    times = page_times(client)
    ratio = times["many"] / times["few"]
    show(f"page of {PAGE} out of {FEW:,}", f"{times['few'] * 1000:.1f} ms")
    show(f"page of {PAGE} out of {MANY:,}", f"{times['many'] * 1000:.1f} ms")
    show("ratio", f"{ratio:.2f}")
    client.close()
    server.stop()
    full_start = best(server.start, 1)
    full_memory = resident_mb(server.pid)
    server.stop()
    show(f"start, {FEW + MANY:,} documents", f"{full_start:.2f} s")
    show(f"memory, {FEW + MANY:,} documents", f"{full_memory:.0f} MB")
    return min(starts) <= START_SECONDS and max(memory, full_memory) <= MEMORY_MB and ratio <= PAGE_RATIO


def main() -> int:
    """Print all measurements. Return 1 if a limit is exceeded."""
    say("Firestore, the built-in emulator")
    with tempfile.TemporaryDirectory() as folder:
        kept = bench(Path(folder))
    host = os.environ.get("FIRESTORE_EMULATOR_HOST")
    if host:
        say(f"\nFirestore at {host}")
        for name, rate in rates(firestore.Client(project=PROJECT)).items():
            show(name, f"{rate:,.0f} /s")
    else:
        say("\nFIRESTORE_EMULATOR_HOST is not set: nothing to compare with.")
    say("All limits are kept." if kept else "A LIMIT IS PASSED.")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
