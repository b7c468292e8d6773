"""What calls cost, as Firestore bills it: documents read, written and deleted."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

PREFIX = "x-emulator-"
"""Of the trailing metadata that carry a call's cost: `x-emulator-reads`, `-writes`, `-deletes`."""
ENTRIES_PER_READ = 1000
"""An aggregation is billed one read for each started thousand index entries."""


@dataclass(slots=True)
class Cost:
    """Of one call, or the sum of several. A query that finds nothing still counts one read."""

    reads: int = 0
    writes: int = 0
    deletes: int = 0

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The cost as gRPC trailing metadata."""
        return tuple((PREFIX + name, str(value)) for name, value in asdict(self).items())


@dataclass(slots=True)
class Line:
    """The calls of one method since the last reset."""

    calls: int = 0
    failed: int = 0
    cost: Cost = field(default_factory=Cost)


class Tally:
    """The running account of one emulator."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def add(self, method: str, cost: Cost, *, failed: bool) -> None:
        """Book one finished call."""
        line = self._lines.setdefault(method, Line())
        line.calls += 1
        line.failed += failed
        line.cost.reads += cost.reads
        line.cost.writes += cost.writes
        line.cost.deletes += cost.deletes

    def report(self) -> dict[str, object]:
        """{"reads", "writes", "deletes": totals, "methods": {name: {"calls", "failed", "reads", ...}}}."""
        methods = {
            name: {"calls": line.calls, "failed": line.failed, **asdict(line.cost)}
            for name, line in sorted(self._lines.items())
        }
        totals = {
            key: sum(getattr(line.cost, key) for line in self._lines.values()) for key in ("reads", "writes", "deletes")
        }
        return {**totals, "methods": methods}

    def reset(self) -> None:
        """Start from zero."""
        self._lines.clear()
