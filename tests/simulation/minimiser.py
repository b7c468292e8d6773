"""Reduction of a failing seed to the people and faults that are needed to break the promise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from tests.simulation.invariants import begun, outcome
from tests.simulation.system import Broken, Plan, Simulation

T = TypeVar("T")
MOST_RUNS = 400


@dataclass(frozen=True)
class Shrunk:
    """The smallest run found that still breaks the promise."""

    breaks: str
    plan: Plan
    world: Simulation
    strikes: int
    """The number of faults in the whole run."""
    broken: Broken
    """The promises broken in the small run. They may be more than in the whole run, with other messages."""


def few(items: Sequence[T], fails: Callable[[Sequence[T]], bool]) -> list[T]:
    """Return a small subset of the items for which `fails` still holds, so that no single item can be removed."""
    left, size = list(items), max(1, len(items) // 2)
    if fails([]):
        return []
    while size:
        start, before = 0, len(left)
        while start < len(left):
            rest = [*left[:start], *left[start + size :]]
            if fails(rest):
                left = rest
            else:
                start += size
        if size > 1:
            size //= 2
        elif len(left) == before:
            break
    return left


def shrunk(seed: int, breaks: str | None = None) -> Shrunk | None:
    """Return a run of the seed with few people and faults that still breaks the promise `breaks`.

    If `breaks` is None, use the first promise that the whole run breaks. Return None if the whole run does not break
    it.
    """
    whole = begun(seed)
    names = [name for name, _ in outcome(whole)]
    if not names or (breaks is not None and breaks not in names):
        return None
    wanted = breaks or names[0]
    runs = 0

    def fails(plan: Plan) -> bool:
        nonlocal runs
        runs += 1
        return runs <= MOST_RUNS and wanted in dict(outcome(begun(seed, plan)))

    every = Plan()
    actors = [*whole.actors]
    kept = few(actors, lambda some: fails(replace(every, without=frozenset(actors) - frozenset(some))))
    alone = replace(every, without=frozenset(actors) - frozenset(kept))
    without = begun(seed, alone)
    outcome(without)
    strikes = [(strike.place, strike.number) for strike in without.scheduler.strikes]
    left = few(strikes, lambda some: fails(replace(alone, allowed=frozenset(some))))
    plan = replace(alone, allowed=frozenset(left))
    small = begun(seed, plan, recorded=True)
    return Shrunk(wanted, plan, small, len(whole.scheduler.strikes), outcome(small))
