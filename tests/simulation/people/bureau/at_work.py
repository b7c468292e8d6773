"""The base of the people at work. Their actions are counted, and the calls that only they cause have faults."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.simulation.aims import AIMED_RATE, Own
from tests.simulation.faults import ANYWHERE, FAULTS
from tests.simulation.people.trying import Trying

FAULTS_AT_A_CALL = 2


class AtWork:
    """People that act at the desk in some of the runs, and repeat failed actions."""

    def __init__(self, world: Any, name: str) -> None:
        self.world = world
        self.scheduler = world.scheduler
        self.chance = self.scheduler.stream(name)
        self.trying = Trying(world)
        self.events = 0
        """The number of their actions, which bounds the number of documents and messages."""

    @property
    def is_busy(self) -> bool:
        """Whether somebody repeats a failed action."""
        return self.trying.under_way > 0

    def meets_faults(self, places: Iterable[str]) -> None:
        """Let faults strike at calls that are not made without these people.

        The kinds of fault take turns by the number of the seed, like those of the seeds with an aim.
        """
        for place in places:
            kinds = [*FAULTS[place], *ANYWHERE]
            for turn in range(FAULTS_AT_A_CALL):
                kind = kinds[(self.scheduler.seed + turn) % len(kinds)]
                own = Own(kind, self.chance.choice((0.0, 0.0, 200.0)), 1, AIMED_RATE)
                self.scheduler.own.setdefault(place, []).append(own)
