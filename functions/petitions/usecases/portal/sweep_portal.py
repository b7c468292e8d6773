"""The minute's sweep of petitions with a push that was put off, or interrupted by a crash or by lack of time."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.ports.store import Document, Store
from petitions.ports.world import Clock
from petitions.usecases.portal.push_petition import PushPetition
from petitions.usecases.shared.sweeping import due, in_turn, safely

FIELD = "sync.next_at"


@dataclass(frozen=True)
class SweepPortal:
    """One sweep, longest waiting first."""

    store: Store
    clock: Clock
    push: PushPetition

    def __call__(self) -> int:
        """Push some pages of due petitions, and return how many. One failure does not stop the others.

        While the breaker is open nothing is read: an outage of days costs only the reading of its document.
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
