"""Find processes and their memory through /proc. Without /proc, nothing is found."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")


def groups() -> dict[int, list[int]]:
    """Return process ids by process group. A function's server and its worker share one group."""
    found: dict[int, list[int]] = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            # The command in parentheses may contain spaces. State, parent and group follow the last parenthesis.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found.setdefault(int(fields[2]), []).append(int(folder.name))
    return found


def usage(pids: Iterable[int]) -> dict[str, int] | None:
    """Return the memory of these processes in KiB as `pss` and `rss`, or None if it cannot be read.

    PSS counts a page shared by several processes once, RSS once per process.
    """
    total = {"pss": 0, "rss": 0}
    seen = False
    for pid in pids:
        try:
            text = (PROC / str(pid) / "smaps_rollup").read_text()
        except OSError:
            continue
        seen = True
        for line in text.splitlines():
            name, _, rest = line.partition(":")
            if name in {"Pss", "Rss"}:
                total[name.lower()] += int(rest.split()[0])
    return total if seen else None


def with_environment(entry: str) -> list[int]:
    """Return the ids of processes with exactly this `NAME=value` in their environment."""
    found = []
    for folder in PROC.glob("[0-9]*"):
        try:
            if entry.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found
