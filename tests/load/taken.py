"""What the processes of a stack take, and what it has stored, without asking any of them."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from infra.local.runner import procfs

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Return what a process has used of all processors; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def open_files(pid: int) -> int:
    """Return how many descriptors a process holds; 0 when it is gone."""
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0


def processes(stack: Path) -> dict[str, dict[str, float]]:
    """Return of each process of a stack, its workers included, `pss` and `rss` (KiB), `files`, `cpu` (s) and `pid`."""
    groups = procfs.groups()
    found = {}
    for name, pid in sorted(json.loads((stack / "stack.json").read_text())["processes"].items()):
        group = groups.get(pid, [pid])
        used = procfs.usage(group) or {"rss": 0, "pss": 0}
        files, cpu = sum(map(open_files, group)), sum(map(cpu_seconds, group))
        found[name] = {**used, "files": files, "cpu": round(cpu, 2), "pid": pid}
    return found


def documents(file: Path) -> Counter[str]:
    """Return how many there are, by collection, from the emulator's file: an export would swell its memory."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return Counter(str(path).split("/")[-2] for (path,) in connection.execute("select path from documents"))


def kib(folder: Path) -> int:
    """Return what the files of a folder take on disk."""
    return sum(path.stat().st_blocks for path in folder.rglob("*") if path.is_file()) // 2
