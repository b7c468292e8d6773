"""The movable clock of one stack: real time plus an offset kept in a small file (forward only).

Every local server and, through `LOCAL_CLOCK_FILE`, every function adds the same offset. Ack deadlines and
token lifetimes of the local platform keep real time. Standard library alone.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self


class LocalClock:
    """Reads and moves the offset: a decimal number of seconds in the file; missing or empty means 0."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: int | None = None
        self._offset = timedelta()

    @classmethod
    def from_environment(cls) -> Self:
        """The clock that `LOCAL_CLOCK_FILE` names, else real time."""
        name = os.environ.get("LOCAL_CLOCK_FILE")
        return cls(Path(name) if name else None)

    def offset(self) -> timedelta:
        """How far this stack's time is ahead of real time."""
        if self._path is not None:
            try:
                stamp = self._path.stat().st_mtime_ns
                if stamp != self._seen:
                    self._offset = timedelta(seconds=float(self._path.read_text() or "0"))
                    self._seen = stamp
            except FileNotFoundError:
                self._offset = timedelta()
        return self._offset

    def now(self) -> datetime:
        """The stack's time, aware UTC."""
        return datetime.now(UTC) + self.offset()

    def move_to(self, instant: datetime) -> None:
        """Set the stack's time; raises ValueError for a move backward."""
        offset = instant - datetime.now(UTC)
        if self._path is None:
            raise ValueError("this clock has no file to keep its offset in")
        if offset < self.offset():
            raise ValueError("the clock moves forward only")
        draft = self._path.with_suffix(".new")
        draft.write_text(repr(offset.total_seconds()))
        # Two moves within one tick of the file system's clock would carry the same stamp: readers would miss one.
        stamp = time.time_ns()
        os.utime(draft, ns=(stamp, stamp))
        draft.replace(self._path)
