from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.simulation.aims import AIMED_RATE, Own
from tests.simulation.faults import ANYWHERE, FAULTS
from tests.simulation.people.trying import Trying

FAULTS_AT_A_CALL = 2


class AtWork:
    def __init__(self, world: Any, name: str) -> None:
        self.world = world
        self.scheduler = world.scheduler
        self.chance = self.scheduler.stream(name)
        self.trying = Trying(world)
        self.events = 0
        """The number of their actions, which bounds the number of documents and messages."""

    @property
    def is_busy(self) -> bool:
        return self.trying.under_way > 0

    def meets_faults(self, places: Iterable[str]) -> None:
        """Let faults strike at calls that only these people cause.

        The kind of fault rotates with the seed's number, as it does for seeds with an aim.
        """
        for place in places:
            kinds = [*FAULTS[place], *ANYWHERE]
            for turn in range(FAULTS_AT_A_CALL):
                kind = kinds[(self.scheduler.seed + turn) % len(kinds)]
                own = Own(kind, self.chance.choice((0.0, 0.0, 200.0)), 1, AIMED_RATE)
                self.scheduler.own.setdefault(place, []).append(own)
