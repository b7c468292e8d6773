"""The movable clock of a local stack: real time plus an offset that is stored in a small file and only grows.

All local servers and, through `LOCAL_CLOCK_FILE`, all functions add the same offset. Pub/Sub's acknowledgement
deadlines and token lifetimes use real time. This module needs the standard library only.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self


class LocalClock:
    """The movable clock of a local stack: real time plus an offset.

    The file holds the offset in seconds as a decimal. Missing or empty means 0.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: int | None = None
        self._offset = timedelta()

    @classmethod
    def from_environment(cls) -> Self:
        """Return the clock of the file named by `LOCAL_CLOCK_FILE`, or a real-time clock without it."""
        name = os.environ.get("LOCAL_CLOCK_FILE")
        return cls(Path(name) if name else None)

    def offset(self) -> timedelta:
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
        """Return the current time in UTC, with the offset."""
        return datetime.now(UTC) + self.offset()

    def move_to(self, instant: datetime) -> None:
        """Move the clock to a later time. Raise ValueError for an earlier one."""
        offset = instant - datetime.now(UTC)
        if self._path is None:
            raise ValueError("this clock has no file to keep its offset in")
        if offset < self.offset():
            raise ValueError("the clock moves forward only")
        draft = self._path.with_suffix(".new")
        draft.write_text(repr(offset.total_seconds()))
        # Two moves within one tick of the file system's clock would have the same stamp, and readers would miss one.
        stamp = time.time_ns()
        os.utime(draft, ns=(stamp, stamp))
        draft.replace(self._path)
