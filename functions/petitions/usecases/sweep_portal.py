"""Each minute: petitions whose telling was put off, or was cut short by a crash or by time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from petitions import telemetry
from petitions.errors import PetitionError
from petitions.ports import Clock, Query, Store
from petitions.usecases.push_petition import PushPetition

PAGE = 100
BUDGET = timedelta(seconds=15)
"""After this the next run goes on: with one more push the run stays within the function's time-out."""


@dataclass(frozen=True)
class SweepPortal:
    """One sweep, longest waiting first."""

    store: Store
    clock: Clock
    push: PushPetition

    def __call__(self) -> int:
        """Push the petitions whose time has come, a page at most; returns how many. One failure stops no other."""
        began = self.clock.now()
        query = Query("petitions", where=(("sync.next_at", "<=", began),), order_by=("sync.next_at",), limit=PAGE)
        handled = 0
        for document in self.store.find(query):
            if self.clock.now() - began > BUDGET:
                break
            try:
                self.push(document.id)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other petitions must be told
                reason = error.reason if isinstance(error, PetitionError) else type(error).__name__
                telemetry.log("ERROR", "push failed", metric="portal_sweep_failed", code=document.id, reason=reason)
            handled += 1
        return handled
