"""Find processes and their memory through /proc; there is nothing to find where there is no /proc."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")


def groups() -> dict[int, list[int]]:
    """Return process ids by process group: a function's server and its worker are one group."""
    found: dict[int, list[int]] = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            # The command in parentheses may hold spaces: state, parent and group follow the last one.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found.setdefault(int(fields[2]), []).append(int(folder.name))
    return found


def usage(pids: Iterable[int]) -> dict[str, int] | None:
    """Return `pss` and `rss` of these processes together, in KiB; PSS counts a shared page once in all."""
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
    """Return the processes whose environment holds exactly this `NAME=value`."""
    found = []
    for folder in PROC.glob("[0-9]*"):
        try:
            if entry.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found
