"""Queues of retries: transactions that conflicted over the same document are retried one after the other.

The queues are not locks. They only avoid the conflicts that many simultaneous retries would cause. A transaction that
has waited too long goes ahead out of turn. A retry is recognized by its `retry_transaction` and keeps its place. A new
transaction also waits if the document of its first read has a queue.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

PATIENCE_SECONDS = 1.0


@dataclass(slots=True)
class _Queue:
    """A queue with the transaction whose turn it is (`holder`) and the waiting ones, by ids of first attempts."""

    holder: bytes
    waiting: deque[tuple[bytes, asyncio.Future[None]]] = field(default_factory=deque)


class RetryQueues:
    """The queues of retries, by the document or collection over which transactions conflicted."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._queues: dict[str, _Queue] = {}
        self._conflicts: dict[bytes, str] = {}

    def conflict(self, origin: bytes, resource: str) -> None:
        """Record that a transaction was aborted because of this resource.

        Its retry then waits in the resource's queue.
        """
        queue = self._queues.get(self._conflicts.get(origin, ""))
        if queue is not None and queue.holder == origin and self._conflicts[origin] != resource:
            self.leave(origin)
        self._conflicts[origin] = resource

    async def enter(self, origin: bytes) -> None:
        """Wait until it is this retry's turn, or until it has waited too long."""
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
        """Wait in the queue of the first of these resources that has one. Return at once if none has."""
        for resource in resources:
            if resource in self._queues:
                self._conflicts.setdefault(origin, resource)
                await self.enter(origin)
                return

    def leave(self, origin: bytes) -> None:
        """End a transaction's turn and let the next one in its queue run."""
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
