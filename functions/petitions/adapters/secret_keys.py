"""Secret keys that can be rotated, given in a setting or in the file of a mounted secret. Standard library only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from petitions import telemetry
from petitions.errors import ConfigError

REREAD_PAUSE = 10.0
"""The fewest seconds between two reads of the file.

Requests with forged signatures must not cause a read every time.
"""

Parse = Callable[[str], tuple[str, ...]]


class GivenKeys:
    """Keys that do not change while the process lives. Implements `ports.SecretKeys`."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys

    def current(self) -> tuple[str, ...]:
        """Return the keys given at the start."""
        return self._keys

    def again(self) -> tuple[str, ...]:
        return self._keys


class MountedKeys:
    """Keys in a file, which the platform replaces when they are rotated. Implements `ports.SecretKeys`.

    If the file cannot be read later, the former keys stay in use. `setting` is the name shown in faults and logs. Raise
    ConfigError if the file cannot be read at first.
    """

    def __init__(self, setting: str, path: Path, parse: Parse, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._setting = setting
        self._path = path
        self._parse = parse
        self._monotonic = monotonic
        self._lock = threading.Lock()
        try:
            self._keys = self._read()
        except (OSError, ValueError) as error:
            raise ConfigError([f"{setting}: the file {path} does not hold the keys"]) from error
        self._next = monotonic() + REREAD_PAUSE

    def _read(self) -> tuple[str, ...]:
        return self._parse(self._path.read_text().strip())

    def current(self) -> tuple[str, ...]:
        """Return the keys as last read, without reading the file again."""
        return self._keys

    def again(self) -> tuple[str, ...]:
        """Read the file again, unless that was done within the last 10 s, and return the keys."""
        with self._lock:
            if self._monotonic() >= self._next:
                self._next = self._monotonic() + REREAD_PAUSE
                try:
                    self._keys = self._read()
                except (OSError, ValueError):
                    telemetry.log("ERROR", "a file of keys cannot be read", metric="secret_keys", setting=self._setting)
            return self._keys


def keys_in(setting: str, given: str, parse: Parse) -> GivenKeys | MountedKeys:
    """Return the keys in a setting, or in a file if it is a path. Raise ConfigError if the file is unreadable."""
    return MountedKeys(setting, Path(given), parse) if given.startswith("/") else GivenKeys(parse(given))
