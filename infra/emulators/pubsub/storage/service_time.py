"""The time by which the service's own durations run: ack deadlines, back-off, retention and expiry.

It is real time unless a test makes it run faster or moves it forward, so that a test of a week's retention takes a
second. It does not follow the emulator's clock file, because moving that clock must not lose a message.
"""

from __future__ import annotations

import time
from typing import NamedTuple


class Anchor(NamedTuple):
    """A point of reference: at the real time `real` the service's time was `service`, and has run at `speed` since.

    Times are seconds since 1970.
    """

    real: float
    service: float
    speed: float


class ServiceTime:
    """The time by which the emulator measures durations, such as ack deadlines and retention.

    It is real time until `change` is called, and never runs backwards.
    """

    def __init__(self, anchor: Anchor | None = None) -> None:
        self.anchor = anchor or Anchor(0.0, 0.0, 1.0)

    @property
    def speed(self) -> float:
        """The number of seconds of the service's time that pass in a second of real time."""
        return self.anchor.speed

    def now(self) -> float:
        """Return the service's time in seconds since 1970."""
        return self.anchor.service + (time.time() - self.anchor.real) * self.anchor.speed

    def micros(self) -> int:
        """Return the service's time in microseconds since 1970. While it is real time, the value is exact."""
        if self.anchor == (0.0, 0.0, 1.0):
            return time.time_ns() // 1000
        return round(self.now() * 1e6)

    def ahead_micros(self) -> int:
        """Return the microseconds by which the service's time is ahead of real time."""
        return self.micros() - time.time_ns() // 1000

    def real_seconds(self, duration: float) -> float:
        """Return the seconds of real time in which `duration` seconds of the service's time pass."""
        return duration / self.anchor.speed

    def change(self, speed: float, advance: float) -> None:
        """Move the time forward by `advance` seconds.

        From now on it runs `speed` times as fast as real time.
        """
        self.anchor = Anchor(time.time(), self.now() + advance, speed)
