"""Queues of retries: transactions that conflicted over the same document are retried one after the other.

The queues are no locks: a transaction that has waited too long goes ahead out of turn. They only avoid the conflicts
that many simultaneous retries would cause. A retry keeps its place by `retry_transaction`. A new transaction whose
first read is of a queued document waits behind the retries.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

PATIENCE_SECONDS = 1.0


@dataclass(slots=True)
class _Queue:
    """The transaction that may run and those that wait, by the ids of their first attempts."""

    holder: bytes
    waiting: deque[tuple[bytes, asyncio.Future[None]]] = field(default_factory=deque)


class RetryQueues:
    """The queues, one per document or collection of conflict."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._queues: dict[str, _Queue] = {}
        self._conflicts: dict[bytes, str] = {}

    def conflict(self, origin: bytes, resource: str) -> None:
        """Note that a transaction was aborted over this resource, so that its retry waits there."""
        queue = self._queues.get(self._conflicts.get(origin, ""))
        if queue is not None and queue.holder == origin and self._conflicts[origin] != resource:
            self.leave(origin)
        self._conflicts[origin] = resource

    async def enter(self, origin: bytes) -> None:
        """Return when it is the retry's turn, or when it has waited too long."""
        resource = self._conflicts.get(origin)
        if resource is None:
            return
        queue = self._queues.setdefault(resource, _Queue(origin))
        if queue.holder == origin:
            return
        turn = asyncio.get_running_loop().create_future()
        queue.waiting.append((origin, turn))
        try:
            await asyncio.wait_for(turn, self._patience)
        except TimeoutError:
            queue.waiting = deque(one for one in queue.waiting if one[1] is not turn)
            queue.holder = origin

    async def join(self, origin: bytes, resources: Iterable[str]) -> None:
        """Wait behind the retries at the first of these resources that has a queue, if any."""
        for resource in resources:
            if resource in self._queues:
                self._conflicts.setdefault(origin, resource)
                await self.enter(origin)
                return

    def leave(self, origin: bytes) -> None:
        """Let the next in the queue go, because this transaction has ended."""
        resource = self._conflicts.pop(origin, None)
        queue = self._queues.get(resource) if resource is not None else None
        if resource is None or queue is None or queue.holder != origin:
            return
        while queue.waiting:
            queue.holder, turn = queue.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        del self._queues[resource]
