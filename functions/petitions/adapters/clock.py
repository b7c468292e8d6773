"""The system's clock and, beside the local emulators, a movable one."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from petitions.ports.world import Clock


class SystemClock:
    """The clock of the instance."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        return datetime.now(UTC)


class MovableClock:
    """Real time plus an offset in seconds, from a file that the local runner writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: int | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the time of the stack, aware UTC."""
        try:
            stamp = self._path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._offset = timedelta(seconds=float(self._path.read_text() or "0"))
                self._stamp = stamp
        except FileNotFoundError:
            self._offset = timedelta()
        return datetime.now(UTC) + self._offset


def make_clock() -> Clock:
    """Return the clock of this process. `LOCAL_CLOCK_FILE` is used only beside the local Firestore."""
    path = os.environ.get("LOCAL_CLOCK_FILE")
    if path and os.environ.get("FIRESTORE_EMULATOR_HOST"):
        return MovableClock(Path(path))
    return SystemClock()
