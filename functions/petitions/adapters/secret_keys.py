"""Keys that change, from the setting or from the file of a mounted secret. Standard library alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from petitions import telemetry
from petitions.errors import ConfigError

REREAD_PAUSE = 10.0
"""Seconds between two reads of the file. Forged signatures must not cause a read of the file every time."""

Parse = Callable[[str], tuple[str, ...]]


class GivenKeys:
    """`ports.SecretKeys` that stay the same as long as the process lives."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys

    def current(self) -> tuple[str, ...]:
        """Return the keys."""
        return self._keys

    def again(self) -> tuple[str, ...]:
        """Return the keys."""
        return self._keys


class MountedKeys:
    """`ports.SecretKeys` in a file. The former keys stay if the file cannot be read later.

    `setting` is the name in faults and logs.
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
        """Return the keys as last read."""
        return self._keys

    def again(self) -> tuple[str, ...]:
        """Return the keys, from the file unless it was read within the last 10 s."""
        with self._lock:
            if self._monotonic() >= self._next:
                self._next = self._monotonic() + REREAD_PAUSE
                try:
                    self._keys = self._read()
                except (OSError, ValueError):
                    telemetry.log("ERROR", "a file of keys cannot be read", metric="secret_keys", setting=self._setting)
            return self._keys


def keys_in(setting: str, given: str, parse: Parse) -> GivenKeys | MountedKeys:
    """Return the keys in a setting, or in the file if the setting is a path. Raise ConfigError."""
    return MountedKeys(setting, Path(given), parse) if given.startswith("/") else GivenKeys(parse(given))
