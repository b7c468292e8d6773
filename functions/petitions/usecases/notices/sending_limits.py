"""The limits on all sending: the operators' switch, and Zalo's limit of calls per minute."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from petitions.ports.store import Reader, Store
from petitions.ports.world import Clock

SWITCH_PATH = "rules/sending"
"""The path of the switch. `paused: true` stops all sending. `make pause` and `make resume` write it."""

FRESH = timedelta(seconds=5)
"""The time for which an instance does not read the switch again."""


class SendingSwitch:
    """The switch by which operators pause all sending. Thread-safe."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._read_at: datetime | None = None
        self._paused = False

    def is_fresh(self) -> bool:
        """Return whether `paused` would answer without reading the switch."""
        return self._read_at is not None and timedelta() <= self._clock.now() - self._read_at < FRESH

    def paused(self, reader: Reader | None = None) -> bool:
        """Return whether sending is paused, as read at most FRESH ago. Raise Retryable."""
        if not self.is_fresh():
            now = self._clock.now()
            self._paused = bool(((reader or self._store).get(SWITCH_PATH) or {}).get("paused"))
            self._read_at = now
        return self._paused


def set_switch(store: Store, clock: Clock, *, paused: bool) -> bool:
    """Pause or resume all sending, and return whether that changed anything. Raise Retryable."""
    was = bool((store.get(SWITCH_PATH) or {}).get("paused"))
    fields = {"paused": paused, "changed_at": clock.now()}
    if was != paused and not store.create(SWITCH_PATH, fields):
        store.update(SWITCH_PATH, fields)
    return was != paused


@dataclass
class MinuteBudget:
    """The calls to Zalo that this instance may still make in the current minute (PLATFORM 5.4). Thread-safe.

    Zalo's answers contain the number of calls left to all instances. The last `reserve` calls are not used, as other
    instances may have begun calls. Zalo's minute begins with the minute of the clock.
    """

    clock: Clock
    calls: int
    reserve: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _minute: datetime | None = field(default=None, init=False)
    _left: int = field(default=0, init=False)

    def take(self) -> bool:
        """Take one call from the budget, and return whether this minute allows it."""
        with self._lock:
            self._turn()
            self._left -= 1
            return self._left >= 0

    def is_open(self) -> bool:
        """Return whether a call to Zalo is still allowed in this minute."""
        with self._lock:
            self._turn()
            return self._left > 0

    def take_over(self, remaining: int, began: datetime) -> None:
        """Lower the budget to the number of calls that Zalo still allows, minus `reserve`.

        The number is from the answer to a call that began at `began`. It is ignored if a new minute has begun since.
        """
        with self._lock:
            self._turn()
            if _minute_of(began) == self._minute:
                self._left = min(self._left, max(remaining - self.reserve, 0))

    def _turn(self) -> None:
        minute = _minute_of(self.clock.now())
        if minute != self._minute:
            self._minute, self._left = minute, self.calls


def _minute_of(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
