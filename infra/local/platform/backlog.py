"""Count undelivered Pub/Sub messages in the emulator, and wait until none are left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import aiohttp

PATIENCE = 5.0
PAUSES = (0.0, 0.002, 0.005, 0.01, 0.02, 0.05)
ATTEMPTS = 10_000
# Ready messages are delivered at once. If nothing moves, the rest waits behind a retry of its ordering key.
STILL_READS = 4
# How long an external Pub/Sub may take from a publish to its push, usually and on a busy machine.
QUIET_SECONDS = 0.05
LONG_QUIET_SECONDS = 2.0


class Pushes:
    """A counter of requests that functions are handling, which may still publish messages.

    `ended` is the monotonic time at which the last request ended.
    """

    def __init__(self) -> None:
        self.under_way = 0
        self.ended = time.monotonic()

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Count one request for the duration of the context."""
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1
            self.ended = time.monotonic()


class Backlog:
    """The undelivered messages of the Pub/Sub emulator, read from `/stats` on its admin port.

    An emulator without that address (`admin_url` is None) reports no messages, so only requests to functions are
    counted. Only the subscriptions named in `pushed` count. Messages in others may stay for days, until an operator
    reads them.
    """

    def __init__(
        self, session: aiohttp.ClientSession, admin_url: str | None, pushed: Collection[str], pushes: Pushes
    ) -> None:
        self._session = session
        self._pushes = pushes
        self._admin_url = admin_url
        self._pushed = pushed
        self._busy_since: float | None = None

    async def stats(self) -> dict[str, Any] | None:
        if self._admin_url is None:
            return None
        with suppress(aiohttp.ClientError, TimeoutError, ValueError):
            async with self._session.get(
                f"{self._admin_url}/stats", timeout=aiohttp.ClientTimeout(total=PATIENCE)
            ) as answer:
                figures: dict[str, Any] = await answer.json()
                return figures
        return None

    async def unhandled(self) -> dict[str, Any]:
        """Return the unacknowledged messages by subscription (`waiting`), and a value `progress`.

        `progress` changes with every delivery. Messages that wait for a retry count, unlike in `settle`.
        """
        if self._admin_url is None:
            busy = self._pushes.under_way or time.monotonic() - self._pushes.ended < LONG_QUIET_SECONDS
            return {"waiting": {"pushes": self._pushes.under_way or 1} if busy else {}, "progress": self._pushes.ended}
        figures = self._ours(await self.stats())
        if figures is None:
            return {"waiting": {"pubsub": 1}, "progress": None}
        waiting = {name: one["backlog"] for name, one in figures["subscriptions"].items() if one["backlog"]}
        return {"waiting": waiting, "progress": progress(figures)}

    async def settle(self) -> None:
        """Wait until no message can be delivered at once.

        Messages that wait for a retry, or behind one with the same ordering key, are not waited for. If messages are
        still being delivered after PATIENCE seconds, return, and do not wait again before all have been delivered once.
        """
        if self._admin_url is None:
            await self._quiet()
            return
        same, last = 0, None
        for attempt in range(ATTEMPTS):
            figures = self._ours(await self.stats())
            state = figures and progress(figures)
            same, last = (same + 1 if state == last else 0), state
            if figures is None or is_idle(figures) or (same >= STILL_READS and not outstanding(figures)):
                self._busy_since = None
                return
            now = time.monotonic()
            self._busy_since = self._busy_since or now
            if now - self._busy_since > PATIENCE:
                return
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])

    async def _quiet(self) -> None:
        """Wait until no function has handled a request for QUIET_SECONDS. For an emulator without `/stats`."""
        begun = now = time.monotonic()
        while now - begun < PATIENCE and (
            self._pushes.under_way or now - max(begun, self._pushes.ended) < QUIET_SECONDS
        ):
            await asyncio.sleep(PAUSES[2])
            now = time.monotonic()

    def _ours(self, figures: dict[str, Any] | None) -> dict[str, Any] | None:
        if figures is None:
            return None
        pushed = {name: one for name, one in figures["subscriptions"].items() if name in self._pushed}
        return {**figures, "subscriptions": pushed}


def outstanding(figures: dict[str, Any]) -> int:
    """Return the number of messages that are delivered but not yet acknowledged."""
    return sum(one["outstanding"] for one in figures["subscriptions"].values())


def progress(figures: dict[str, Any]) -> tuple[int, int]:
    """Return the numbers of published messages and of attempted deliveries. Both only grow."""
    return figures["published"], sum(one["attempts"] for one in figures["subscriptions"].values())


def is_idle(figures: dict[str, Any]) -> bool:
    """Return whether every unacknowledged message is waiting for the time of its retry."""
    return all(one["backlog"] <= one["waiting_retry"] for one in figures["subscriptions"].values())
