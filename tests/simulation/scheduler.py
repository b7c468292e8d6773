"""Virtual time, with greenlets for threads: at every call through a port others go on, or the instance dies.

Every place draws from its own stream of chance, so that removing one fault leaves the others unchanged.
A failing seed can be shrunk for this reason.
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
from tests.simulation.aims import aim_of, own_faults
from tests.simulation.faults import ANYWHERE, FAULTS, OUTSIDE

Act = Callable[[], object]
T = TypeVar("T")

KILLS = 0.004
STALLS = 0.015
FREEZES = 0.0007
WEATHER = (0.2, 1.0, 1.0, 1.0)
"""How rough a seed's storm is: in a mild one everybody comes further."""
SWITCHES = 0.3
LONGEST_STALL = 6.0
FROZEN = (65.0, 150.0)
"""Longer than an acknowledgement waits: the message is delivered again while the first worker still lives."""
CALL_SECONDS = 0.02


class Killed(BaseException):
    """The instance is dead. Nothing after this is run."""


@dataclass(frozen=True)
class Strike:
    """One fault that happened: the place, the number of the call, and the kind."""

    place: str
    number: int
    kind: str


@dataclass(frozen=True)
class RecordLine:
    """One line of the record: an event in a lane, and its source."""

    at: float
    lane: str
    what: str
    source: str = ""
    fault: bool = False


@dataclass(eq=False)
class Instance:
    """One running copy of a function. Once killed, it begins anew with empty memory."""

    function: str
    name: str
    memory: dict[object, object] = field(default_factory=dict)
    tasks: dict[greenlet, None] = field(default_factory=dict)
    """The tasks of the instance, in order: the order of a set would differ between processes."""


class Scheduler:
    """The agenda of all coming events. In calm weather there are no faults, but still any order.

    If `allowed` is given, only these of the faults drawn by chance strike.
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
        """How much faster than usual people act."""
        self.reached: Counter[tuple[str, str]] = Counter()
        self.strikes: list[Strike] = []
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
        self._weather = self.stream("weather").choice(WEATHER)
        self._ties = self.stream("ties").random

    def stream(self, name: str) -> random.Random:
        """Return the chance of one place or person."""
        found = self._streams.get(name)
        if found is None:
            found = self._streams[name] = random.Random(f"{self.seed}/{name}")
        return found

    def after(self, seconds: float, act: Act) -> None:
        """Schedule an action."""
        heapq.heappush(self._agenda, (self.now + seconds, self._ties(), next(self._count), act))

    def log(self, lane: str, what: str, source: str = "", *, fault: bool = False) -> None:
        """Write a line of the record, if one is kept."""
        if self.record is not None:
            self.record.append(RecordLine(self.now, lane, what, source, fault))

    @property
    def instance(self) -> Instance | None:
        """The instance of the running code, or None between two of them."""
        return self._instance_of.get(getcurrent())

    @property
    def lane(self) -> str:
        """The function of the running code."""
        found = self.instance
        return found.function if found else ""

    @property
    def idle(self) -> bool:
        """Whether no code of any function is under way."""
        return not self._instance_of

    def start(self, instance: Instance, action: Callable[[], object], done: Callable[[object | None], object]) -> None:
        """Run `action` on the instance. `done` gets its result, or None if the instance was killed."""

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
        """Let virtual time pass for the task that runs."""
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
        """Return whether nothing else happens until then, so that a sleeping task need not yield."""
        return at <= self._until and (not self._agenda or self._agenda[0][0] > at)

    def _moves_to(self, at: float) -> None:
        self.now = at
        self.clock.at = self.start_at + timedelta(seconds=at)

    def point(self, name: str) -> None:
        """A call through a port: the place where another task may go on, and where the instance may die."""
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
                self.sleep(chance.random() * LONGEST_STALL if kind == "stalled" else chance.uniform(*FROZEN))
        elif roll > 1 - SWITCHES:
            self.sleep((roll - 1 + SWITCHES) / SWITCHES * CALL_SECONDS)

    def _misfortune(self, name: str, roll: float) -> str | None:
        roll /= self._weather
        if not self.stormy or roll >= KILLS + STALLS + FREEZES:
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
        """Return the fault that strikes this call, or None. Those in `without` cannot strike it."""
        if getcurrent() not in self._instance_of:
            return None
        kind = self._own_fault(name, [item for item in FAULTS[name] if item not in without])
        if kind is None and self.stormy:
            chance = self.stream(f"{name}!")
            roll, drawn = chance.random(), chance.choice(FAULTS[name])
            kind = drawn if roll < rate * self._weather and drawn not in without else None
        return kind if kind and self._strikes(name, kind) else None

    def happens(self, name: str, rate: float, lane: str = "") -> bool:
        """Return whether one of the world's own misfortunes happens now, shown in this lane of the page if given."""
        return self.stormy and self.stream(name).random() < rate and self._strikes(name, "happens", lane)

    def _strikes(self, name: str, kind: str, lane: str = "") -> bool:
        self._rolls[name] += 1
        number = self._rolls[name]
        if self._allowed is not None and (name, number) not in self._allowed:
            return False
        self.reached[name, kind] += 1
        self.strikes.append(Strike(name, number, kind))
        self.log(lane or self.lane, f"{name}: {kind}", fault=True)
        return True

    def kill(self, instance: Instance) -> None:
        """End the instance and all of its tasks, and begin it anew."""
        self._doomed |= instance.tasks.keys()
        for task in [item for item in instance.tasks if item is not getcurrent()]:
            self.after(0, lambda task=task: self._resume(task))  # type: ignore[misc]
        instance.memory = {}
        if getcurrent() in self._doomed:
            raise Killed

    def run(self, seconds: float) -> None:
        """Run everything due within this time."""
        self._until = until = self.now + seconds
        agenda = self._agenda
        while agenda and agenda[0][0] <= until:
            when, _, _, act = heapq.heappop(agenda)
            if when > self.now:
                self._moves_to(when)
            act()
        self._moves_to(until)

    def leap(self, seconds: float, *, writes: bool = False) -> None:
        """Let time pass without any events: all coming ones are postponed by it.

        With `writes` the last write becomes older by that time. Otherwise it is postponed, too.
        """
        self._agenda = [(when + seconds, tie, number, act) for when, tie, number, act in self._agenda]
        self._moves_to(self.now + seconds)
        self.last_write += 0 if writes else seconds

    def seconds_to(self, at: datetime) -> float:
        """Return the seconds until an instant."""
        return (at - self.clock.at).total_seconds()

    def seconds_at(self, at: datetime) -> float:
        """Return the `now` of an instant."""
        return (at - self.start_at).total_seconds()


class OneAtATime:
    """A lock for greenlets, released when its holder is killed."""

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
    """A pool of threads that are greenlets of the same instance."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, function: Callable[..., T], *given: object) -> Running:
        """Begin an action."""
        return Running(self._scheduler, lambda: function(*given))


class Running:
    """An action under way."""

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
        """Wait for its result."""
        while not self._result and self._error is None:
            self._scheduler.sleep(CALL_SECONDS)
        if self._error is not None:
            raise self._error
        return self._result[0]
