"""What was made: resources by their full names, policies, and the fake clock by which all of it goes."""

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
        """Return seconds since 1970."""
        return self._epoch + self._moved + (time.monotonic() - self._start) * self._speed

    def move(self, seconds: float) -> None:
        """Move it forward."""
        if seconds < 0:
            raise ValueError("a clock goes forward only")
        self._moved += seconds


def stamp(seconds: float) -> str:
    """Return a time as Google writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass
class Stored:
    """A resource: its body, the collection it is of, when it was made and when it is ready."""

    name: str
    collection: str
    body: dict[str, Any]
    made: float
    ready: float
    pending: dict[str, Any] = field(default_factory=dict)

    def shown(self, now: float) -> dict[str, Any]:
        """Return the body as it is told now."""
        return self.body | self.pending if now < self.ready else self.body


@dataclass
class Operation:
    """A long operation: done at a time, with what it answers or the words why it failed."""

    name: str
    done: float
    answer: dict[str, Any]
    failure: str = ""
    kind: str = ""
    target: str = ""
    then: Callable[[], None] | None = None
    """What happens when it is done, seen by whoever waits for it."""


@dataclass(frozen=True)
class Grant:
    """A right in a policy: who has it, under which condition, and since when it has been written down."""

    role: str
    member: str
    condition: str
    since: float


@dataclass
class State:
    """Everything. `given` is the project; `switches` are the rules' settings; `met` counts what rules did."""

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
    """Whether a long operation is done as soon as somebody waits for it; the clock stays as it is."""

    def number_next(self) -> int:
        """Return a number that was not given before."""
        self.numbered += 1
        return self.numbered

    def of(self, collection: str) -> Iterator[Stored]:
        """Yield what is in a collection at this moment: who reads need not stop who writes."""
        yield from [resource for resource in list(self.resources.values()) if resource.collection == collection]

    def get(self, service: str, name: str) -> Stored | None:
        """Return a resource, by the project's id or its number."""
        return self.resources.get(self.key(service, name))

    def key(self, service: str, name: str) -> str:
        """Return the key of a name: services know a project by its id and by its number."""
        return f"{service}/{name}".replace(f"projects/{self.number}/", f"projects/{self.project}/")
