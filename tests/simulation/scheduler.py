"""Virtual time, with greenlets in place of threads, which switch at calls to external systems.

Every kind of call draws from its own random stream, so removing one fault leaves the others unchanged. This is what
makes it possible to shrink a failing seed.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self, TypeVar

from greenlet import getcurrent, greenlet

from tests.fakes import FakeClock
from tests.simulation.aims import ALONE, aim_of, own_faults
from tests.simulation.faults import ANYWHERE, FAULTS, OUTSIDE

Act = Callable[[], object]
T = TypeVar("T")

KILLS = 0.004
STALLS = 0.015
FREEZES = 0.0007
WEATHER = (0.2, 1.0, 1.0, 1.0)
"""Factors for the frequency of faults, of which a seed has one. With few faults the people get further."""
SWITCHES = 0.3
LONGEST_STALL = 6.0
FROZEN = (65.0, 150.0)
"""Seconds for which an instance stops: longer than a message waits for acknowledgement, so that another instance gets
it.
"""
CALL_SECONDS = 0.02


class Killed(BaseException):
    """Raised in the tasks of a killed instance to end them."""


@dataclass(frozen=True)
class Strike:
    """A fault that struck: the place, the number of the call there, and the kind."""

    place: str
    number: int
    kind: str


@dataclass(frozen=True)
class Trouble:
    """A period in which something failed, in seconds since the start of the run."""

    place: str
    kind: str
    began: float
    over: float


@dataclass(frozen=True)
class RecordLine:
    """An event in the record of a run, with its source and the column of the page that shows it."""

    at: float
    lane: str
    what: str
    source: str = ""
    fault: bool = False


@dataclass(eq=False)
class Instance:
    """A running copy of a function, which starts again with empty memory after a kill."""

    function: str
    name: str
    memory: dict[object, object] = field(default_factory=dict)
    tasks: dict[greenlet, None] = field(default_factory=dict)
    """The tasks of the instance in the order of their start. (A set would have another order in every process.)"""


class Scheduler:
    """The queue of pending events, and the random choices of a run.

    In calm weather no faults occur, but the order of tasks is still random. If `allowed` is given, no other random
    faults strike.
    """

    def __init__(
        self, seed: int, allowed: Collection[tuple[str, int]] | None = None, *, recorded: bool = False
    ) -> None:
        self.seed = seed
        self.clock = FakeClock()
        self.start_at = self.clock.at
        self.now = 0.0
        self.stormy = True
        self.haste = 1.0
        """The factor by which people act faster than usual."""
        self.reached: Counter[tuple[str, str]] = Counter()
        self.strikes: list[Strike] = []
        self.troubles: list[Trouble] = []
        """All strikes with the times in which they last, in the order of their beginnings."""
        self.record: list[RecordLine] | None = [] if recorded else None
        self.last_write = 0.0
        self._until = 0.0
        self._allowed = allowed
        self._agenda: list[tuple[float, float, int, Act]] = []
        self._count = itertools.count()
        self._hub = getcurrent()
        self._instance_of: dict[greenlet, Instance] = {}
        self._doomed: set[greenlet] = set()
        self._streams: dict[str, random.Random] = {}
        self._rolls: Counter[str] = Counter()
        self.aim = aim_of(seed)
        self.own = own_faults(seed, self.stream("own faults"))
        self._weather = 0.0 if self.aim == ALONE else self.stream("weather").choice(WEATHER)
        self._ties = self.stream("ties").random

    def stream(self, name: str) -> random.Random:
        """Return the random stream of one place or person."""
        found = self._streams.get(name)
        if found is None:
            found = self._streams[name] = random.Random(f"{self.seed}/{name}")
        return found

    def after(self, seconds: float, act: Act) -> None:
        heapq.heappush(self._agenda, (self.now + seconds, self._ties(), next(self._count), act))

    def log(self, lane: str, what: str, source: str = "", *, fault: bool = False) -> None:
        """Add a line to the record, if this run keeps one."""
        if self.record is not None:
            self.record.append(RecordLine(self.now, lane, what, source, fault))

    @property
    def instance(self) -> Instance | None:
        return self._instance_of.get(getcurrent())

    @property
    def lane(self) -> str:
        found = self.instance
        return found.function if found else ""

    @property
    def idle(self) -> bool:
        return not self._instance_of

    def start(self, instance: Instance, action: Callable[[], object], done: Callable[[object | None], object]) -> None:
        """Run `action` on the instance, then call `done` with its result, or with None if the instance was killed."""

        def body() -> None:
            result: object | None = None
            try:
                result = None if task in self._doomed else action()
            except Killed:
                pass
            finally:
                instance.tasks.pop(task, None)
                self._doomed.discard(task)
                del self._instance_of[task]
            done(result)

        task = greenlet(body, self._hub)
        instance.tasks[task] = None
        self._instance_of[task] = instance
        self.after(0, task.switch)

    def _resume(self, task: greenlet) -> None:
        if not task.dead:
            task.switch()

    def sleep(self, seconds: float) -> None:
        """Suspend the running task for some seconds of virtual time."""
        me = getcurrent()
        if me not in self._instance_of:
            return
        if self._is_next(self.now + seconds):
            self._moves_to(self.now + seconds)
            return
        self.after(seconds, lambda: self._resume(me))
        self._hub.switch()
        if me in self._doomed:
            raise Killed

    def _is_next(self, at: float) -> bool:
        """Return whether nothing is due before `at`, so that a sleeping task need not be suspended."""
        return at <= self._until and (not self._agenda or self._agenda[0][0] > at)

    def _moves_to(self, at: float) -> None:
        self.now = at
        self.clock.at = self.start_at + timedelta(seconds=at)

    def point(self, name: str) -> None:
        """Pause briefly at a call to an external system, so that other tasks may run.

        At random, the running instance stalls here or is killed (Killed).
        """
        me = getcurrent()
        instance = self._instance_of.get(me)
        if instance is None:
            return
        if me in self._doomed:
            raise Killed
        chance = self.stream(name)
        roll = chance.random()
        kind = self._own_fault(name, ANYWHERE) or self._misfortune(name, roll)
        if kind:
            if self._strikes(name, kind):
                if kind == "killed":
                    self.kill(instance)
                seconds = chance.random() * LONGEST_STALL if kind == "stalled" else chance.uniform(*FROZEN)
                self.lasts(name, kind, seconds)
                self.sleep(seconds)
        elif roll > 1 - SWITCHES:
            self.sleep((roll - 1 + SWITCHES) / SWITCHES * CALL_SECONDS)

    def _misfortune(self, name: str, roll: float) -> str | None:
        if not self.stormy or not self._weather:
            return None
        roll /= self._weather
        if roll >= KILLS + STALLS + FREEZES:
            return None
        kind = "killed" if roll < KILLS else "stalled" if roll < KILLS + STALLS else "frozen"
        return "stalled" if kind == "frozen" and name.startswith(OUTSIDE) else kind

    def _own_fault(self, name: str, kinds: Collection[str]) -> str | None:
        for own in self.own.get(name, ()):
            due = own.left and own.kind in kinds and self.now >= own.since
            if due and self.stream(f"{name} {own.kind}").random() < own.rate:
                own.left -= 1
                return own.kind
        return None

    def fault(self, name: str, rate: float = 0.05, without: Collection[str] = ()) -> str | None:
        """Return the kind of fault that strikes a call to the place `name`, or None. None of `without` strikes."""
        if getcurrent() not in self._instance_of:
            return None
        kind = self._own_fault(name, [item for item in FAULTS[name] if item not in without])
        if kind is None and self.stormy:
            chance = self.stream(f"{name}!")
            roll, drawn = chance.random(), chance.choice(FAULTS[name])
            kind = drawn if roll < rate * self._weather and drawn not in without else None
        return kind if kind and self._strikes(name, kind) else None

    def happens(self, name: str, rate: float, lane: str = "") -> bool:
        """Return whether the misfortune `name` happens now, and if so, record it in the column `lane`."""
        return self.stormy and self.stream(name).random() < rate and self._strikes(name, "happens", lane)

    def _strikes(self, name: str, kind: str, lane: str = "") -> bool:
        self._rolls[name] += 1
        number = self._rolls[name]
        if self._allowed is not None and (name, number) not in self._allowed:
            return False
        self.reached[name, kind] += 1
        self.strikes.append(Strike(name, number, kind))
        self.lasts(name, kind, 0.0)
        self.log(lane or self.lane, f"{name}: {kind}", fault=True)
        return True

    def lasts(self, place: str, kind: str, seconds: float) -> None:
        """Record that something fails now and recovers after the given number of seconds."""
        self.troubles.append(Trouble(place, kind, self.now, self.now + seconds))

    def kill(self, instance: Instance) -> None:
        """End all tasks of the instance and clear its memory. Raise Killed if the running task is one of them."""
        self._doomed |= instance.tasks.keys()
        for task in [item for item in instance.tasks if item is not getcurrent()]:
            self.after(0, lambda task=task: self._resume(task))  # type: ignore[misc]
        instance.memory = {}
        if getcurrent() in self._doomed:
            raise Killed

    def run(self, seconds: float) -> None:
        self._until = until = self.now + seconds
        agenda = self._agenda
        while agenda and agenda[0][0] <= until:
            when, _, _, act = heapq.heappop(agenda)
            if when > self.now:
                self._moves_to(when)
            act()
        self._moves_to(until)

    def leap(self, seconds: float, *, writes: bool = False) -> None:
        """Advance the clock without running anything, postponing all pending events by the same time.

        With `writes`, the last write becomes older by this time. Otherwise it is postponed as well.
        """
        self._agenda = [(when + seconds, tie, number, act) for when, tie, number, act in self._agenda]
        self._moves_to(self.now + seconds)
        self.last_write += 0 if writes else seconds

    def seconds_to(self, at: datetime) -> float:
        """Return the seconds from now until a time, negative if it is past."""
        return (at - self.clock.at).total_seconds()

    def seconds_at(self, at: datetime) -> float:
        """Return the seconds between the start of the run and a time, comparable with `now`."""
        return (at - self.start_at).total_seconds()


class OneAtATime:
    """A lock for greenlets, released when the task that holds it is killed."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._held = False

    def __enter__(self) -> None:
        while self._held:
            self._scheduler.sleep(CALL_SECONDS)
        self._held = True

    def __exit__(self, *_: object) -> None:
        self._held = False


class Pool:
    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, function: Callable[..., T], *given: object) -> Running:
        return Running(self._scheduler, lambda: function(*given))


class Running:
    def __init__(self, scheduler: Scheduler, action: Act) -> None:
        self._scheduler = scheduler
        self._result: list[object] = []
        self._error: Exception | None = None
        instance = scheduler.instance
        if instance is None:
            self._do(action)
        else:
            scheduler.start(instance, lambda: self._do(action), lambda _: None)

    def _do(self, action: Act) -> None:
        try:
            self._result.append(action())
        except Exception as error:  # noqa: BLE001 - as a future keeps it
            self._error = error

    def result(self) -> object:
        while not self._result and self._error is None:
            self._scheduler.sleep(CALL_SECONDS)
        if self._error is not None:
            raise self._error
        return self._result[0]
