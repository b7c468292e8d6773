"""Real time for the simulation's people: one loop that runs ten times as fast as their time."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

SPEED = 10.0
"""Seconds of the people's time in one second: a look at the phone after 15 s happens after 1.5 s."""
TURN = 0.1


class Clockwork:
    """The scheduler's part that the people of `tests.simulation` use. Outside calls run in threads beside the loop."""

    haste = 1.0
    """Of the people themselves: none, since `SPEED` is theirs."""
    aim = None
    """No place is aimed at: the case decides about the faults."""

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
        """The people's time in seconds."""
        return (monotonic() - self._begun) * SPEED

    def stream(self, name: str) -> random.Random:
        """Return the random stream of a person, from the seed."""
        return random.Random(f"{self.seed} {name}")

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Schedule an action."""
        heapq.heappush(self._later, (self.now + seconds, next(self._numbers), act))

    def beside(self, call: Callable[[], Any]) -> None:
        """Begin a call that may take time."""
        self._beside.append(self.pool.submit(call))

    @property
    def busy(self) -> bool:
        """Whether calls are still running beside the loop. Raises the error of a failed one."""
        for future in [future for future in self._beside if future.done()]:
            self._beside.remove(future)
            future.result()
        return bool(self._beside)

    def run(self, seconds: float) -> None:
        """Let this many seconds of real time pass."""
        end = monotonic() + seconds
        while monotonic() < end:
            for look in self.each_turn:
                look()
            while self._later and self._later[0][0] <= self.now:
                heapq.heappop(self._later)[2]()
            sleep(TURN)
