"""The clock of the system and, for local stacks with the Firestore emulator, a clock that can be moved."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from petitions.ports.world import Clock


class SystemClock:
    """The real time, from the clock of the machine."""

    def now(self) -> datetime:
        """Return the present instant as an aware datetime in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """Real time plus an offset in seconds. The local runner writes the offset to a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: int | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the moved instant as an aware datetime in UTC. Without the file, nothing is added."""
        try:
            stamp = self._path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._offset = timedelta(seconds=float(self._path.read_text() or "0"))
                self._stamp = stamp
        except FileNotFoundError:
            self._offset = timedelta()
        return datetime.now(UTC) + self._offset


def make_clock() -> Clock:
    """Return the clock of this process. `LOCAL_CLOCK_FILE` counts only with the Firestore emulator."""
    path = os.environ.get("LOCAL_CLOCK_FILE")
    if path and os.environ.get("FIRESTORE_EMULATOR_HOST"):
        return MovableClock(Path(path))
    return SystemClock()
