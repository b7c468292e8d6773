"""Count the calls and their cost since the last reset, by method and by caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from infra.emulators.firestore.metering.cost import Cost


@dataclass(slots=True)
class Entry:
    calls: int = 0
    failed: int = 0
    cost: Cost = field(default_factory=Cost)

    def include(self, other: Entry) -> None:
        self.calls += other.calls
        self.failed += other.failed
        self.cost.include(other.cost)


class Counters:
    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}

    def add(self, method: str, cost: Cost, *, failed: bool, caller: str) -> None:
        self._entries.setdefault((caller, method), Entry()).include(Entry(1, failed, cost))

    def total(self) -> Cost:
        return _sum(self._entries.values()).cost

    def report(self) -> dict[str, object]:
        """Return the total cost, the calls by method (`methods`), and the calls by caller and method (`callers`).

        Every entry has the number of calls and of failures, and the cost.
        """
        callers = sorted({caller for caller, _ in self._entries})
        return {**self._report_of(None), "callers": {caller: self._report_of(caller) for caller in callers}}

    def _report_of(self, caller: str | None) -> dict[str, object]:
        methods: dict[str, Entry] = {}
        for (name, method), entry in sorted(self._entries.items()):
            if caller in {None, name}:
                methods.setdefault(method, Entry()).include(entry)
        total = asdict(_sum(methods.values()).cost)
        return {
            **total,
            "methods": {
                name: {"calls": one.calls, "failed": one.failed, **asdict(one.cost)} for name, one in methods.items()
            },
        }

    def reset(self) -> None:
        self._entries.clear()


def _sum(entries: Iterable[Entry]) -> Entry:
    total = Entry()
    for entry in entries:
        total.include(entry)
    return total
