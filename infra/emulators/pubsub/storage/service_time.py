"""The time by which the service's own durations run: ack deadlines, back-off, retention and expiry.

It is real time unless it is set to run faster or to jump, so that a test of a week's retention takes a second. It does
not follow the emulator's clock file, because moving that clock must not lose a message.
"""

from __future__ import annotations

import time
from typing import NamedTuple


class Anchor(NamedTuple):
    """At the real instant `real` it was `service`. Since then it runs at `speed`. Seconds since 1970."""

    real: float
    service: float
    speed: float


class ServiceTime:
    """The time of one service, which never runs backwards."""

    def __init__(self, anchor: Anchor | None = None) -> None:
        self.anchor = anchor or Anchor(0.0, 0.0, 1.0)

    @property
    def speed(self) -> float:
        """The number of seconds that pass here in a second of real time."""
        return self.anchor.speed

    def now(self) -> float:
        """Return the seconds since 1970."""
        return self.anchor.service + (time.time() - self.anchor.real) * self.anchor.speed

    def micros(self) -> int:
        """Return the microseconds since 1970, exact while it is real time."""
        if self.anchor == (0.0, 0.0, 1.0):
            return time.time_ns() // 1000
        return round(self.now() * 1e6)

    def ahead_micros(self) -> int:
        """Return how far it is ahead of real time, in microseconds."""
        return self.micros() - time.time_ns() // 1000

    def real_seconds(self, duration: float) -> float:
        """Return how many seconds of real time a duration takes."""
        return duration / self.anchor.speed

    def change(self, speed: float, advance: float) -> None:
        """Jump forward by `advance` seconds and run at `speed` from now on."""
        self.anchor = Anchor(time.time(), self.now() + advance, speed)
