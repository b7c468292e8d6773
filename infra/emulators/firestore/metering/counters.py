"""What calls cost: documents read, written and deleted, as Firestore bills them, and index entries; by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields

PREFIX = "x-emulator-"
"""Of the trailing metadata that carry a call's cost, such as `x-emulator-reads` and `x-emulator-index-entries`."""
CALLER_KEY = "x-emulator-caller"
"""Of the request metadata by which a caller may give its name."""
ENTRIES_PER_READ = 1000
"""An aggregation is billed one read for each started thousand index entries."""


@dataclass(slots=True)
class Cost:
    """Of one call, or the sum of several. A query that finds nothing still counts one read.

    `index_entries`: how many entries of indexes queries walked over, wanted or not; `index_writes`: how many a commit
    put into indexes or took out of them, of single fields and declared composite ones.
    """

    reads: int = 0
    writes: int = 0
    deletes: int = 0
    index_entries: int = 0
    index_writes: int = 0

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The cost as gRPC trailing metadata."""
        return tuple((PREFIX + name.replace("_", "-"), str(value)) for name, value in asdict(self).items())

    def include(self, other: Cost) -> None:
        """Add another cost to this one."""
        for name in MEASURES:
            setattr(self, name, getattr(self, name) + getattr(other, name))


MEASURES = tuple(one.name for one in fields(Cost))


@dataclass(slots=True)
class Line:
    """The calls of one method since the last reset."""

    calls: int = 0
    failed: int = 0
    cost: Cost = field(default_factory=Cost)

    def include(self, other: Line) -> None:
        """Add the calls of another line to this one."""
        self.calls += other.calls
        self.failed += other.failed
        self.cost.include(other.cost)


class Tally:
    """The running account of one emulator."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], Line] = {}

    def add(self, method: str, cost: Cost, *, failed: bool, caller: str) -> None:
        """Book one finished call."""
        self._lines.setdefault((caller, method), Line()).include(Line(1, failed, cost))

    def total(self) -> Cost:
        """The cost of all calls."""
        return _sum(self._lines.values()).cost

    def report(self) -> dict[str, object]:
        """Totals, `methods` (by name: calls, failed and cost) and `callers` (by name: the same of its calls)."""
        callers = sorted({caller for caller, _ in self._lines})
        return {**self._account(None), "callers": {caller: self._account(caller) for caller in callers}}

    def _account(self, caller: str | None) -> dict[str, object]:
        methods: dict[str, Line] = {}
        for (who, method), line in sorted(self._lines.items()):
            if caller in {None, who}:
                methods.setdefault(method, Line()).include(line)
        total = asdict(_sum(methods.values()).cost)
        lines = {n: {"calls": line.calls, "failed": line.failed, **asdict(line.cost)} for n, line in methods.items()}
        return {**total, "methods": lines}

    def reset(self) -> None:
        """Start from zero."""
        self._lines.clear()


def _sum(lines: Iterable[Line]) -> Line:
    total = Line()
    for line in lines:
        total.include(line)
    return total
