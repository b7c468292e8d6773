"""Outages, power cuts, and database failures at the worst moment."""

from __future__ import annotations

from typing import Any

from petitions.domain.zalo.grant import STORE_FOR
from tests.simulation.aims import ALONE
from tests.simulation.around.database import SimulatedStore
from tests.simulation.around.portal import OUTAGE

ZALO_OUTAGE, LONG_OUTAGE = (20.0, 90.0), (1.0, 600.0)
FIRST_REPLY = 20.0
"""Seconds within which a citizen mostly has a first reply."""
DATABASE_OUTAGE = (20.0, 90.0)
LONGEST_STORING = STORE_FOR.total_seconds()
"""The number of seconds in which the function tries to store a new pair of tokens, before it saves
them in the vault.
"""


class Misfortunes:
    def __init__(self, world: Any) -> None:
        self._world = world
        self.scheduler, self.chance = world.scheduler, world.chance
        world.zalo.gave_tokens = self._tokens_given

    def threaten(self) -> None:
        chance, scheduler = self.chance, self.scheduler
        if scheduler.aim == ALONE:
            scheduler.after(FIRST_REPLY * chance.random(), self._outage)
            return
        for _ in range(chance.randint(0, 2)):
            scheduler.after(600 * chance.random(), self._outage)
        if chance.random() < 0.3:
            scheduler.after(600 * chance.random(), self._portal_outage)
        if chance.random() < 0.2:
            scheduler.after(600 * chance.random(), self._power_cut)
        if chance.random() < 0.15:
            scheduler.after(600 * chance.random(), self._database_outage)

    def _outage(self) -> None:
        if self.scheduler.happens("zalo is down", 1):
            self._world.zalo.down = True
            seconds = self.chance.uniform(*(LONG_OUTAGE if self.scheduler.aim == ALONE else ZALO_OUTAGE))
            self.scheduler.lasts("zalo is down", "happens", seconds)
            self.scheduler.after(seconds, lambda: setattr(self._world.zalo, "down", False))

    def _portal_outage(self) -> None:
        if self.scheduler.happens("portal is down", 1):
            self._world.portal.down = True
            self.scheduler.after(self.chance.uniform(*OUTAGE), lambda: setattr(self._world.portal, "down", False))

    def _database_outage(self) -> None:
        if self.scheduler.happens("database is down", 1):
            self._down(
                self._world.databases[self.chance.choice([*self._world.databases])],
                self.chance.uniform(*DATABASE_OUTAGE),
            )

    def _down(self, database: SimulatedStore, seconds: float) -> None:
        database.down = True
        self.scheduler.lasts("database is down", "happens", seconds)
        self.scheduler.after(seconds, lambda: setattr(database, "down", False))

    def _tokens_given(self) -> None:
        """Stop the database just after Zalo has issued tokens that must be stored. The instance may die as well."""
        chance = self.scheduler.stream("tokens")
        if self.scheduler.fault("zalo.tokens"):
            self._down(self._world.databases["channel"], LONGEST_STORING * chance.uniform(0.5, 2))
            if chance.random() < 0.5:
                self.scheduler.after(LONGEST_STORING * chance.uniform(1, 2), lambda: self._kill("notifications"))

    def _kill(self, function: str) -> None:
        for instance in self._world.instances[function]:
            self.scheduler.kill(instance)

    def _power_cut(self) -> None:
        if self.scheduler.happens("power cut", 1):
            for function in self._world.instances:
                self._kill(function)
