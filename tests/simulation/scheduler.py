"""Virtual time, and greenlets in place of threads: at each call through a port others go on, or the instance dies."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from greenlet import getcurrent, greenlet

from tests.fakes import FakeClock

Act = Callable[[], object]

STRIKES = 0.05
"""How often a fault strikes where one may."""
KILLS = 0.005
STALLS = 0.02
SWITCHES = 0.5
LONGEST_STALL = 6.0
CALL_SECONDS = 0.02


class Killed(BaseException):
    """The instance is no more; nothing after this is run."""


@dataclass(eq=False)
class Instance:
    """One running copy of a function; `restart` makes it anew, with empty memory."""

    function: str
    restart: Act
    tasks: set[greenlet] = field(default_factory=set)


class Scheduler:
    """The agenda of everything that will happen. In calm weather there are no faults, but still any order."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.clock = FakeClock()
        self.stormy = True
        self.reached: Counter[tuple[str, str]] = Counter()
        self._agenda: list[tuple[datetime, float, int, Act]] = []
        self._count = itertools.count()
        self._hub = getcurrent()
        self._instance_of: dict[greenlet, Instance] = {}
        self._doomed: set[greenlet] = set()

    def after(self, seconds: float, act: Act) -> None:
        """Have something happen later."""
        when = self.clock.now() + timedelta(seconds=seconds)
        heapq.heappush(self._agenda, (when, self.chance.random(), next(self._count), act))

    def start(self, instance: Instance, work: Callable[[], object], done: Callable[[object | None], object]) -> None:
        """Run `work` on the instance; `done` gets its result, or None if the instance was killed."""

        def body() -> None:
            result: object | None = None
            try:
                result = None if task in self._doomed else work()
            except Killed:
                pass
            finally:
                instance.tasks.discard(task)
                self._doomed.discard(task)
                del self._instance_of[task]
            done(result)

        task = greenlet(body, self._hub)
        instance.tasks.add(task)
        self._instance_of[task] = instance
        self.after(0, lambda: self._resume(task))

    def _resume(self, task: greenlet) -> None:
        if not task.dead:
            task.switch()

    def sleep(self, seconds: float) -> None:
        """Let virtual time pass for the task that runs."""
        me = getcurrent()
        if me not in self._instance_of:
            return
        self.after(seconds, lambda: self._resume(me))
        self._hub.switch()
        if me in self._doomed:
            raise Killed

    def point(self, name: str) -> None:
        """A call through a port: the place where another task may go on, and where the instance may die."""
        me = getcurrent()
        if me not in self._instance_of:
            return
        if me in self._doomed:
            raise Killed
        roll = self.chance.random()
        if self.stormy and roll < KILLS:
            self.reached[name, "killed"] += 1
            self.kill(self._instance_of[me])
        if self.stormy and roll < KILLS + STALLS:
            self.reached[name, "stalled"] += 1
            self.sleep(self.chance.random() * LONGEST_STALL)
        elif roll > SWITCHES:
            self.sleep(self.chance.random() * CALL_SECONDS)

    def fault(self, name: str, *kinds: str, rate: float = STRIKES) -> str | None:
        """Return the fault that strikes this call, if one does."""
        if not self.stormy or getcurrent() not in self._instance_of or self.chance.random() >= rate:
            return None
        kind = self.chance.choice(kinds)
        self.reached[name, kind] += 1
        return kind

    def kill(self, instance: Instance) -> None:
        """End the instance and all of its tasks, and begin it anew."""
        self._doomed |= instance.tasks
        for task in instance.tasks - {getcurrent()}:
            self.after(0, lambda task=task: self._resume(task))  # type: ignore[misc]
        instance.restart()
        if getcurrent() in self._doomed:
            raise Killed

    def run(self, seconds: float) -> None:
        """Let everything happen that is due within this time."""
        until = self.clock.now() + timedelta(seconds=seconds)
        while self._agenda and self._agenda[0][0] <= until:
            when, _, _, act = heapq.heappop(self._agenda)
            self.clock.at = max(self.clock.at, when)
            act()
        self.clock.at = until


class OneAtATime:
    """A lock for greenlets; one that is killed lets it go."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._held = False

    def __enter__(self) -> None:
        while self._held:
            self._scheduler.sleep(CALL_SECONDS)
        self._held = True

    def __exit__(self, *_: object) -> None:
        self._held = False
