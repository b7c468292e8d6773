"""The state of the control plane: resources by full name, policies, operations, and the fake clock."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


class FakeClock:
    """A clock that runs `speed` times as fast as real time and can be moved forward."""

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
    """Return a time as Google writes it: `1700000000.5` -> `"2023-11-14T22:13:20.500000Z"`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass
class Stored:
    """A resource, with the fake times at which it was created (`made`) and becomes ready.

    Until then, the properties in `pending` replace those of the body.
    """

    name: str
    collection: str
    body: dict[str, Any]
    made: float
    ready: float
    pending: dict[str, Any] = field(default_factory=dict)

    def shown(self, now: float) -> dict[str, Any]:
        """Return the body as a client sees it at the fake time `now`, before or after the resource is ready."""
        return self.body | self.pending if now < self.ready else self.body


@dataclass
class Operation:
    """A long operation. At the fake time `done` it ends with a response or, if `failure` is set, an error message."""

    name: str
    done: float
    answer: dict[str, Any]
    failure: str = ""
    kind: str = ""
    target: str = ""
    then: Callable[[], None] | None = None
    """Called once, when a client looks at the operation after its end."""


@dataclass(frozen=True)
class Grant:
    """A grant in a policy: role, member, condition, and the fake time at which it was written."""

    role: str
    member: str
    condition: str
    since: float


@dataclass
class State:
    """The state of one project in the fake control plane.

    `switches` change the behaviour, for example `denied` permissions. `met` counts the refusals by the name of the
    rule.
    """

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
    """Whether a long operation ends as soon as a client looks at it, without moving the clock."""

    def number_next(self) -> int:
        self.numbered += 1
        return self.numbered

    def of(self, collection: str) -> Iterator[Stored]:
        """Yield the resources of a collection. Resources added during the iteration are not yielded."""
        yield from [resource for resource in list(self.resources.values()) if resource.collection == collection]

    def get(self, service: str, name: str) -> Stored | None:
        """Return the resource with this name, or None. The name may contain the project's id or its number."""
        return self.resources.get(self.key(service, name))

    def key(self, service: str, name: str) -> str:
        """Return a resource's key in `resources`. The project's number in the name is replaced by the project's id."""
        return f"{service}/{name}".replace(f"projects/{self.number}/", f"projects/{self.project}/")
