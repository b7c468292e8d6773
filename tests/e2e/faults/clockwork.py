"""A scheduler that lets the simulated people act in real time, ten times as fast as in the simulation."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

SPEED = 10.0
"""Seconds of the people's time per real second. If they look at the phone after 15 s, this takes 1.5 s."""
TURN = 0.1


class Clockwork:
    haste = 1.0
    """The factor by which people act faster than SPEED already makes them: none."""
    aim = None
    """The calls that people of a simulated run provoke. None, because a case has its own faults."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.pool = ThreadPoolExecutor(64)
        self._begun = monotonic()
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._beside: list[Future[Any]] = []
        self.each_turn: list[Callable[[], None]] = []

    @property
    def now(self) -> float:
        """The people's time in seconds since the start."""
        return (monotonic() - self._begun) * SPEED

    def stream(self, name: str) -> random.Random:
        return random.Random(f"{self.seed} {name}")

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Call `act` after some seconds of the people's time, which passes SPEED times as fast as real time."""
        heapq.heappush(self._later, (self.now + seconds, next(self._numbers), act))

    def beside(self, call: Callable[[], Any]) -> None:
        self._beside.append(self.pool.submit(call))

    @property
    def busy(self) -> bool:
        """Whether calls are still running in threads. If a call has failed, raise its error."""
        for future in [future for future in self._beside if future.done()]:
            self._beside.remove(future)
            future.result()
        return bool(self._beside)

    def run(self, seconds: float) -> None:
        end = monotonic() + seconds
        while monotonic() < end:
            for look in self.each_turn:
                look()
            while self._later and self._later[0][0] <= self.now:
                heapq.heappop(self._later)[2]()
            sleep(TURN)
