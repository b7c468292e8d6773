"""The job of every minute that continues failed or interrupted pushes."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.ports.store import Document, Store
from petitions.ports.world import Clock
from petitions.usecases.portal.push_petition import PushPetition
from petitions.usecases.shared.sweeping import due, in_turn, safely

FIELD = "sync.next_at"


@dataclass(frozen=True)
class SweepPortal:
    """Continues failed or interrupted pushes to the portal, the longest waiting first."""

    store: Store
    clock: Clock
    push: PushPetition

    def __call__(self) -> int:
        """Push the due petitions and return their number. A failure does not stop the rest.

        While the circuit breaker is open, no petition is read, so that a long outage costs little.
        """
        if self.push.breaker.blocks():
            return 0
        return in_turn(due(self.store, "petitions", FIELD, self.clock.now()), self.clock, self._push)

    def _push(self, document: Document) -> None:
        if self.push.breaker.blocks():
            return
        safely(
            self.store,
            self.clock,
            "petitions",
            FIELD,
            document,
            lambda: self.push(document.id),
            event="push failed",
            metric="portal_sweep_failed",
            label="code",
        )
