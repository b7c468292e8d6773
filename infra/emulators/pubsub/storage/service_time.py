"""The time by which the service's own durations run: ack deadlines, back-off, retention and expiry.

It is real time unless a test speeds it up or moves it forward, so that a test of a week's retention takes a second. It
does not follow the emulator's clock file, so that moving that clock never loses a message.
"""

from __future__ import annotations

import time
from typing import NamedTuple


class Anchor(NamedTuple):
    """A reference point: at the real time `real` the service's time was `service`, running at `speed` since.

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
        """The seconds of the service's time that pass per second of real time."""
        return self.anchor.speed

    def now(self) -> float:
        return self.anchor.service + (time.time() - self.anchor.real) * self.anchor.speed

    def micros(self) -> int:
        """Return the service's time in microseconds since 1970, without rounding while it is real time."""
        if self.anchor == (0.0, 0.0, 1.0):
            return time.time_ns() // 1000
        return round(self.now() * 1e6)

    def ahead_micros(self) -> int:
        """Return the microseconds by which the service's time is ahead of real time."""
        return self.micros() - time.time_ns() // 1000

    def real_seconds(self, duration: float) -> float:
        """Return the seconds of real time that `duration` seconds of the service's time take."""
        return duration / self.anchor.speed

    def change(self, speed: float, advance: float) -> None:
        """Move the time forward by `advance` seconds, and run `speed` times as fast as real time from now on."""
        self.anchor = Anchor(time.time(), self.now() + advance, speed)
