"""Reads the resources used by the processes of a local system, and its stored documents, without calling the system."""

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
    """Return the processor seconds that a process has used, or 0 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def open_files(pid: int) -> int:
    """Return the number of a process's open file descriptors, or 0 if it is gone."""
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0


def processes(stack: Path) -> dict[str, dict[str, float]]:
    """Return `pss` and `rss` (KiB), `files`, `cpu` (s) and `pid` of the system's processes, including their workers."""
    groups = procfs.groups()
    found = {}
    for name, pid in sorted(json.loads((stack / "stack.json").read_text())["processes"].items()):
        group = groups.get(pid, [pid])
        used = procfs.usage(group) or {"rss": 0, "pss": 0}
        files, cpu = sum(map(open_files, group)), sum(map(cpu_seconds, group))
        found[name] = {**used, "files": files, "cpu": round(cpu, 2), "pid": pid}
    return found


def documents(file: Path) -> Counter[str]:
    """Return the number of documents by collection, read from the file because an export would need much memory."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return Counter(str(path).split("/")[-2] for (path,) in connection.execute("select path from documents"))


def kib(folder: Path) -> int:
    return sum(path.stat().st_blocks for path in folder.rglob("*") if path.is_file()) // 2
