"""The log of a stack's events, which the console page shows."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from typing import Any

from infra.local.clock import LocalClock

REMEMBERED = 300
BEHIND = 1_000  # a listener further behind than this is dropped, so that a sleeping page uses no memory


class EventLog:
    """The last events of a stack, with a stream of new ones for listeners.

    An event is a small JSON object without personal data. It has a `kind` and the time `at`, by the stack's movable
    clock.
    """

    def __init__(self, clock: LocalClock) -> None:
        self._clock = clock
        self._recent: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)
        self._listeners: set[asyncio.Queue[dict[str, Any]]] = set()

    def add(self, kind: str, /, *, keep: bool = True, **facts: Any) -> None:
        """Send an event to every listener. Store it too, unless `keep` is False (for progress and samples)."""
        event = {"kind": kind, "at": self._clock.now().isoformat(timespec="milliseconds"), **facts}
        if keep:
            self._recent.append(event)
        for listener in list(self._listeners):
            try:
                listener.put_nowait(event)
            except asyncio.QueueFull:
                self._listeners.discard(listener)

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def recent(self) -> list[dict[str, Any]]:
        return list(self._recent)

    async def listen(self) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the stored events, then every new one. Stop if the listener reads too slowly."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(BEHIND)
        for event in self._recent:
            queue.put_nowait(event)
        self._listeners.add(queue)
        try:
            while queue in self._listeners or not queue.empty():
                yield await queue.get()
        finally:
            self._listeners.discard(queue)
