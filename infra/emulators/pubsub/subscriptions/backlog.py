"""One subscription's unacknowledged messages in memory: what is ready, handed out, or waiting for its next attempt.

Pure state: no disk, no clock, no tasks. Messages are known by their number alone, a few bytes each. A subscription with
message ordering keeps one line per ordering key and hands out nothing of a key while something of it is outstanding.
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
    """A message handed out. `failures`: nacks and missed deadlines before; `deadline`: an instant, may be infinite."""

    seq: int
    key: str
    ack_id: str
    deadline: float
    failures: int


@dataclass(slots=True)
class _Line:
    """The messages of one ordering key; `queued`: stands among the ready or the waiting."""

    pending: deque[int] = field(default_factory=deque)
    leased: dict[int, Lease] = field(default_factory=dict)
    not_before: float = 0.0
    queued: bool = False


class Backlog:
    """`ordered`: the subscription has message ordering; `prefix` begins each ack id."""

    def __init__(self, prefix: str, pending: Iterable[Pending], *, ordered: bool) -> None:
        self._prefix = prefix
        self._ordered = ordered
        self._issued = 0
        self._ready: deque[int | str] = deque()
        self._lines: dict[str, _Line] = {}
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
            line = self._lines.setdefault(one.key, _Line())
            line.pending.append(one.seq)
            if len(line.pending) == 1:
                line.not_before = one.not_before
                self._queue(one.key, line)
        elif one.not_before:
            heapq.heappush(self._waiting, (one.not_before, one.seq, ""))
        else:
            self._ready.append(one.seq)

    @property
    def outstanding(self) -> int:
        """How many are handed out."""
        return len(self._leases)

    @property
    def has_ready(self) -> bool:
        """Whether `take` would hand something out."""
        return bool(self._ready)

    def waiting(self) -> int:
        """How many wait for their next attempt (of an ordering key only the first is counted)."""
        return len(self._waiting)

    def get(self, ack_id: str) -> Lease | None:
        """The lease that an ack id names, unless it is over."""
        return self._leases.get(ack_id)

    def add(self, seq: int, key: str) -> None:
        """A new message; numbers rise."""
        if not (self._ordered and key):
            self._ready.append(seq)
            return
        line = self._lines.setdefault(key, _Line())
        line.pending.append(seq)
        if not line.queued and not line.leased:
            self._queue(key, line)

    def take(self, limit: int, run: int, deadline: float = inf) -> list[Lease]:
        """Hand out at most `limit` ready messages, of one ordering key at most `run` in a row."""
        leases: list[Lease] = []
        while self._ready and len(leases) < limit:
            entry = self._ready.popleft()
            if isinstance(entry, int):
                leases.append(self._lease(entry, "", deadline))
                continue
            line = self._lines[entry]
            line.queued = False
            for _ in range(min(run, limit - len(leases), len(line.pending))):
                lease = self._lease(line.pending.popleft(), entry, deadline)
                line.leased[lease.seq] = lease
                leases.append(lease)
            if not line.leased:
                del self._lines[entry]
        return leases

    def _lease(self, seq: int, key: str, deadline: float) -> Lease:
        self._issued += 1
        lease = Lease(seq, key, f"{self._prefix}-{seq}-{self._issued}", deadline, self._failures.get(seq, 0))
        self._leases[lease.ack_id] = lease
        if deadline < inf:
            heapq.heappush(self._deadlines, (deadline, lease.ack_id))
        return lease

    def give_back(self, lease: Lease) -> None:
        """Undo the newest lease of a `take`, as if it had not happened."""
        del self._leases[lease.ack_id]
        if not lease.key:
            self._ready.appendleft(lease.seq)
            return
        line = self._lines[lease.key]
        del line.leased[lease.seq]
        line.pending.appendleft(lease.seq)
        self._settle(lease.key, line)

    def extend(self, lease: Lease, deadline: float) -> None:
        """The holder of a lease has until `deadline`."""
        lease.deadline = deadline
        heapq.heappush(self._deadlines, (deadline, lease.ack_id))

    def done(self, lease: Lease) -> None:
        """The message has left this subscription: acknowledged, dead-lettered or outlived."""
        del self._leases[lease.ack_id]
        self._failures.pop(lease.seq, None)
        if lease.key:
            line = self._lines[lease.key]
            del line.leased[lease.seq]
            self._settle(lease.key, line)

    def retry(self, lease: Lease, failures: int, not_before: float) -> None:
        """Deliver again, not before an instant. Later ones of its key that are out are taken back: they follow it."""
        del self._leases[lease.ack_id]
        if failures:
            self._failures[lease.seq] = failures
        if not lease.key:
            heapq.heappush(self._waiting, (not_before, lease.seq, ""))
            return
        line = self._lines[lease.key]
        del line.leased[lease.seq]
        revoked = sorted(seq for seq in line.leased if seq > lease.seq)
        for seq in revoked:
            del self._leases[line.leased.pop(seq).ack_id]
        line.pending.extendleft(reversed([lease.seq, *revoked]))
        line.not_before = not_before
        self._settle(lease.key, line)

    def _settle(self, key: str, line: _Line) -> None:
        if line.leased:
            return
        if line.pending:
            self._queue(key, line)
        else:
            del self._lines[key]

    def _queue(self, key: str, line: _Line) -> None:
        line.queued = True
        if line.not_before:
            heapq.heappush(self._waiting, (line.not_before, line.pending[0], key))
            line.not_before = 0.0
        else:
            self._ready.append(key)

    def promote(self, now: float) -> None:
        """Whatever has waited long enough becomes ready."""
        while self._waiting and self._waiting[0][0] <= now:
            _, seq, key = heapq.heappop(self._waiting)
            self._ready.append(key or seq)

    def expired(self, now: float) -> list[Lease]:
        """The leases whose deadline has passed, oldest first; they remain until `retry` or `done`."""
        over = []
        while self._deadlines and self._deadlines[0][0] <= now:
            deadline, ack_id = heapq.heappop(self._deadlines)
            lease = self._leases.get(ack_id)
            if lease is not None and lease.deadline == deadline:
                over.append(lease)
        return sorted(over, key=lambda lease: lease.seq)

    def next_instant(self) -> float:
        """When `promote` or `expired` may have something to do; infinite if nothing waits."""
        while self._deadlines and self._is_stale(*self._deadlines[0]):
            heapq.heappop(self._deadlines)
        return min(
            self._waiting[0][0] if self._waiting else inf,
            self._deadlines[0][0] if self._deadlines else inf,
        )

    def _is_stale(self, deadline: float, ack_id: str) -> bool:
        lease = self._leases.get(ack_id)
        return lease is None or lease.deadline != deadline
