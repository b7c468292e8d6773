"""Each minute: what waited is sent, what was left in the middle becomes unknown, what stayed unknown is settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from petitions import telemetry
from petitions.errors import PetitionError
from petitions.ports import Clock, Query, Store
from petitions.usecases.send_notice import SendNotice

PAGE = 100
BUDGET = timedelta(seconds=15)
"""After this the next run goes on: with one more slow call the run stays within the function's time-out."""


@dataclass(frozen=True)
class SweepNotices:
    """One sweep, oldest first."""

    store: Store
    clock: Clock
    send: SendNotice

    def __call__(self) -> int:
        """Handle the notices whose time has come, a page at most; returns how many. One failure stops no other."""
        began = self.clock.now()
        query = Query("notices", where=(("next_attempt_at", "<=", began),), order_by=("next_attempt_at",), limit=PAGE)
        handled = 0
        for document in self.store.find(query):
            if self.clock.now() - began > BUDGET:
                break
            try:
                self.send(document.id)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other notices must go out
                reason = error.reason if isinstance(error, PetitionError) else type(error).__name__
                telemetry.log("ERROR", "notice failed", metric="notice_failed", notice=document.id, reason=reason)
            handled += 1
        return handled
