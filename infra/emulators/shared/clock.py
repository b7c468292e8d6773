"""The clock of an emulator: real time plus an offset that is read from a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path


class FileClock:
    """Real time plus an offset in seconds, read from a file and reread whenever the file changes.

    A missing or empty file means no offset. Without a file the clock is real time.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._modified: int | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._current_offset()

    def _current_offset(self) -> timedelta:
        if self._path is not None:
            try:
                modified = self._path.stat().st_mtime_ns
                if modified != self._modified:
                    self._offset = timedelta(seconds=float(self._path.read_text() or "0"))
                    self._modified = modified
            except FileNotFoundError:
                self._offset = timedelta()
        return self._offset
