"""The state of the control plane: resources by full name, policies, operations, and the fake clock."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


class FakeClock:
    """A clock that runs `speed` times as fast as the real one and can be moved forward."""

    def __init__(self, speed: float = 60.0) -> None:
        self._start, self._moved, self._speed = time.monotonic(), 0.0, speed
        self._epoch = datetime.now(UTC).timestamp()

    def now(self) -> float:
        """Return the fake time in seconds since 1970."""
        return self._epoch + self._moved + (time.monotonic() - self._start) * self._speed

    def move(self, seconds: float) -> None:
        """Move the clock forward. Raises ValueError for negative seconds."""
        if seconds < 0:
            raise ValueError("a clock goes forward only")
        self._moved += seconds


def stamp(seconds: float) -> str:
    """Return a time as Google writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass
class Stored:
    """A resource: its body, its collection, and the fake times at which it was created and becomes ready.

    `pending` are the properties that differ until it is ready.
    """

    name: str
    collection: str
    body: dict[str, Any]
    made: float
    ready: float
    pending: dict[str, Any] = field(default_factory=dict)

    def shown(self, now: float) -> dict[str, Any]:
        """Return the body as it is shown at this time."""
        return self.body | self.pending if now < self.ready else self.body


@dataclass
class Operation:
    """A long operation: the fake time at which it is done, and its response or error message."""

    name: str
    done: float
    answer: dict[str, Any]
    failure: str = ""
    kind: str = ""
    target: str = ""
    then: Callable[[], None] | None = None
    """Called once when a client waits for the operation and it is done."""


@dataclass(frozen=True)
class Grant:
    """A grant in a policy: role, member, condition, and the fake time at which it was written."""

    role: str
    member: str
    condition: str
    since: float


@dataclass
class State:
    """The state of one project. `switches` are settings of the rules, `met` counts the rules that took effect."""

    project: str
    number: str = "428015731946"
    region: str = "asia-southeast1"
    clock: FakeClock = field(default_factory=FakeClock)
    resources: dict[str, Stored] = field(default_factory=dict)
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    grants: dict[str, list[Grant]] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    switches: dict[str, Any] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)
    numbered: int = 100
    hurried: bool = False
    """Whether a long operation is done as soon as a client waits for it, without moving the clock."""

    def number_next(self) -> int:
        """Return a number that was not returned before."""
        self.numbered += 1
        return self.numbered

    def of(self, collection: str) -> Iterator[Stored]:
        """Yield the resources of a collection from a copy, so that others may be added meanwhile."""
        yield from [resource for resource in list(self.resources.values()) if resource.collection == collection]

    def get(self, service: str, name: str) -> Stored | None:
        """Return a resource by its name, which may hold the project's id or its number, or None if there is none."""
        return self.resources.get(self.key(service, name))

    def key(self, service: str, name: str) -> str:
        """Return the key of a resource, in which the project's number is replaced by its id."""
        return f"{service}/{name}".replace(f"projects/{self.number}/", f"projects/{self.project}/")
