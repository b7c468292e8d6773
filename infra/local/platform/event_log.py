"""What happens on the stack, for the console page: a short memory of events and those who listen."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from typing import Any

from infra.local.clock import LocalClock

REMEMBERED = 300
BEHIND = 1_000  # a listener further behind than this is dropped: a page that sleeps must not cost memory


class Feed:
    """Events are small JSON objects with `kind` and `at` (the stack's time); no bodies, no personal data."""

    def __init__(self, clock: LocalClock) -> None:
        self._clock = clock
        self._recent: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)
        self._listeners: set[asyncio.Queue[dict[str, Any]]] = set()

    def add(self, kind: str, /, *, keep: bool = True, **facts: Any) -> None:
        """Tell everyone; `keep=False` for what is worth seeing only as it happens (progress, samples)."""
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
        """How many pages are open."""
        return len(self._listeners)

    def recent(self) -> list[dict[str, Any]]:
        """The last events, oldest first."""
        return list(self._recent)

    async def listen(self) -> AsyncGenerator[dict[str, Any], None]:
        """The remembered events, then each new one."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(BEHIND)
        for event in self._recent:
            queue.put_nowait(event)
        self._listeners.add(queue)
        try:
            while queue in self._listeners or not queue.empty():
                yield await queue.get()
        finally:
            self._listeners.discard(queue)
