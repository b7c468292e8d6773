"""What holds back all sending: the operators' switch, and Zalo's limit of calls a minute."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from petitions.ports.store import Store
from petitions.ports.world import Clock

SWITCH_PATH = "rules/sending"
"""`paused` true stops every sending, by whichever channel; written by `make pause` and `make resume`."""

FRESH = timedelta(seconds=5)
"""So long an instance goes by what it read of the switch."""


class SendingSwitch:
    """Whether sending is paused; thread-safe."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._read_at: datetime | None = None
        self._paused = False

    def paused(self) -> bool:
        """As the document says, or said a few seconds ago. Raises Retryable."""
        now = self._clock.now()
        if self._read_at is None or not timedelta() <= now - self._read_at < FRESH:
            self._paused = bool((self._store.get(SWITCH_PATH) or {}).get("paused"))
            self._read_at = now
        return self._paused


def set_switch(store: Store, clock: Clock, *, paused: bool) -> bool:
    """Pause or resume all sending; whether that changed anything. Raises Retryable."""
    was = bool((store.get(SWITCH_PATH) or {}).get("paused"))
    fields = {"paused": paused, "changed_at": clock.now()}
    if was != paused and not store.create(SWITCH_PATH, fields):
        store.update(SWITCH_PATH, fields)
    return was != paused


@dataclass
class MinuteBudget:
    """This instance's share of the calls that the account may make in a minute (PLATFORM 5.4).

    The window is Zalo's: it begins with the clock's minute. Thread-safe.
    """

    clock: Clock
    share: int
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _minute: datetime | None = field(default=None, init=False)
    _left: int = field(default=0, init=False)

    def take(self) -> bool:
        """One more call, if the minute allows it."""
        with self._lock:
            self._turn()
            self._left -= 1
            return self._left >= 0

    def is_open(self) -> bool:
        """Whether the minute still allows a call."""
        with self._lock:
            self._turn()
            return self._left > 0

    def close(self) -> None:
        """Zalo says that the minute is full: the other instances have had the rest."""
        with self._lock:
            self._turn()
            self._left = 0

    def _turn(self) -> None:
        minute = self.clock.now().replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._left = minute, self.share
