"""The unacknowledged messages of one subscription in memory: ready, leased, or waiting for the next attempt.

This is pure state without disk, clock or tasks, and holds only the numbers of messages. A leased message was given to a
subscriber and is not yet acknowledged. With message ordering there is a queue per ordering key, and at most one message
of a key is leased at a time, unless they were leased together.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf

from infra.emulators.pubsub.storage.store import Pending


@dataclass(slots=True)
class Lease:
    """A message given to a subscriber. `failures` counts earlier nacks and missed deadlines.

    `deadline` is in seconds of the service's time, or infinite.
    """

    seq: int
    key: str
    ack_id: str
    deadline: float
    failures: int


@dataclass(slots=True)
class _KeyQueue:
    """The messages of one ordering key. `queued` means that the key is listed as ready or as waiting."""

    pending: deque[int] = field(default_factory=deque)
    leased: dict[int, Lease] = field(default_factory=dict)
    not_before: float = 0.0
    queued: bool = False


class Backlog:
    """The backlog of a subscription. `prefix` begins all its ack ids, and `ordered` enables message ordering."""

    def __init__(self, prefix: str, pending: Iterable[Pending], *, ordered: bool) -> None:
        self._prefix = prefix
        self._ordered = ordered
        self._issued = 0
        self._ready: deque[int | str] = deque()
        self._queues: dict[str, _KeyQueue] = {}
        self._waiting: list[tuple[float, int, str]] = []
        self._failures: dict[int, int] = {}
        self._leases: dict[str, Lease] = {}
        self._deadlines: list[tuple[float, str]] = []
        for one in pending:
            self._restore(one)

    def _restore(self, one: Pending) -> None:
        if one.failures:
            self._failures[one.seq] = one.failures
        if self._ordered and one.key:
            queue = self._queues.setdefault(one.key, _KeyQueue())
            queue.pending.append(one.seq)
            if len(queue.pending) == 1:
                queue.not_before = one.not_before
                self._queue(one.key, queue)
        elif one.not_before:
            heapq.heappush(self._waiting, (one.not_before, one.seq, ""))
        else:
            self._ready.append(one.seq)

    @property
    def outstanding(self) -> int:
        return len(self._leases)

    @property
    def has_ready(self) -> bool:
        """Whether `take` would return at least one message."""
        return bool(self._ready)

    def waiting(self) -> int:
        """Return the number of messages that wait for their next attempt. An ordering key counts as one message."""
        return len(self._waiting)

    def get(self, ack_id: str) -> Lease | None:
        return self._leases.get(ack_id)

    def add(self, seq: int, key: str) -> None:
        """Add a new message. Its number must be larger than all earlier ones."""
        if not (self._ordered and key):
            self._ready.append(seq)
            return
        queue = self._queues.setdefault(key, _KeyQueue())
        queue.pending.append(seq)
        if not queue.queued and not queue.leased:
            self._queue(key, queue)

    def take(self, limit: int, run: int, deadline: float = inf) -> list[Lease]:
        """Lease up to `limit` ready messages and return the leases.

        At most `run` of them have the same ordering key.
        """
        leases: list[Lease] = []
        while self._ready and len(leases) < limit:
            entry = self._ready.popleft()
            if isinstance(entry, int):
                leases.append(self._lease(entry, "", deadline))
                continue
            queue = self._queues[entry]
            queue.queued = False
            for _ in range(min(run, limit - len(leases), len(queue.pending))):
                lease = self._lease(queue.pending.popleft(), entry, deadline)
                queue.leased[lease.seq] = lease
                leases.append(lease)
            if not queue.leased:
                del self._queues[entry]
        return leases

    def _lease(self, seq: int, key: str, deadline: float) -> Lease:
        self._issued += 1
        lease = Lease(seq, key, f"{self._prefix}-{seq}-{self._issued}", deadline, self._failures.get(seq, 0))
        self._leases[lease.ack_id] = lease
        if deadline < inf:
            heapq.heappush(self._deadlines, (deadline, lease.ack_id))
        return lease

    def give_back(self, lease: Lease) -> None:
        """End the lease that `take` returned last. Its message is ready again, as if it had not been leased."""
        del self._leases[lease.ack_id]
        if not lease.key:
            self._ready.appendleft(lease.seq)
            return
        queue = self._queues[lease.key]
        del queue.leased[lease.seq]
        queue.pending.appendleft(lease.seq)
        self._settle(lease.key, queue)

    def extend(self, lease: Lease, deadline: float) -> None:
        lease.deadline = deadline
        heapq.heappush(self._deadlines, (deadline, lease.ack_id))

    def done(self, lease: Lease) -> None:
        """End a lease and forget its message, which was acknowledged, dead-lettered or has expired."""
        del self._leases[lease.ack_id]
        self._failures.pop(lease.seq, None)
        if lease.key:
            queue = self._queues[lease.key]
            del queue.leased[lease.seq]
            self._settle(lease.key, queue)

    def retry(self, lease: Lease, failures: int, not_before: float) -> None:
        """End a lease and deliver the message again, but not before `not_before`.

        Leases of later messages with the same ordering key end too, and these messages follow it.
        """
        del self._leases[lease.ack_id]
        if failures:
            self._failures[lease.seq] = failures
        if not lease.key:
            heapq.heappush(self._waiting, (not_before, lease.seq, ""))
            return
        queue = self._queues[lease.key]
        del queue.leased[lease.seq]
        revoked = sorted(seq for seq in queue.leased if seq > lease.seq)
        for seq in revoked:
            del self._leases[queue.leased.pop(seq).ack_id]
        queue.pending.extendleft(reversed([lease.seq, *revoked]))
        queue.not_before = not_before
        self._settle(lease.key, queue)

    def _settle(self, key: str, queue: _KeyQueue) -> None:
        if queue.leased:
            return
        if queue.pending:
            self._queue(key, queue)
        else:
            del self._queues[key]

    def _queue(self, key: str, queue: _KeyQueue) -> None:
        queue.queued = True
        if queue.not_before:
            heapq.heappush(self._waiting, (queue.not_before, queue.pending[0], key))
            queue.not_before = 0.0
        else:
            self._ready.append(key)

    def promote(self, now: float) -> None:
        """Make messages ready again whose pause has ended."""
        while self._waiting and self._waiting[0][0] <= now:
            _, seq, key = heapq.heappop(self._waiting)
            self._ready.append(key or seq)

    def expired(self, now: float) -> list[Lease]:
        """Return the leases whose deadline has passed, oldest first.

        They stay until the caller calls `retry` or `done`.
        """
        over = []
        while self._deadlines and self._deadlines[0][0] <= now:
            deadline, ack_id = heapq.heappop(self._deadlines)
            lease = self._leases.get(ack_id)
            if lease is not None and lease.deadline == deadline:
                over.append(lease)
        return sorted(over, key=lambda lease: lease.seq)

    def next_instant(self) -> float:
        """Return the next time at which `promote` or `expired` has something to do, or infinity."""
        while self._deadlines and self._is_stale(*self._deadlines[0]):
            heapq.heappop(self._deadlines)
        return min(
            self._waiting[0][0] if self._waiting else inf,
            self._deadlines[0][0] if self._deadlines else inf,
        )

    def _is_stale(self, deadline: float, ack_id: str) -> bool:
        lease = self._leases.get(ack_id)
        return lease is None or lease.deadline != deadline
