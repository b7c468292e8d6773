"""Detection of a silent webhook. If Zalo switches the webhook off, nothing fails, because no events arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions import telemetry
from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.watch.arrivals import SLOT, Arrivals, hour_of_week
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.shared.petition_changes import changed_fields

ARRIVALS_PATH = "watch/arrivals"
ON_THE_WAY = timedelta(minutes=1)
"""Events younger than this may not be stored yet."""
MOST_READ = 20
PAGE_POST = "page_post"
"""The name of an event that came from a citizen's page and not from Zalo (`pages.take_post`)."""


@dataclass(frozen=True)
class WatchArrivals:
    """Detects that no events arrive any more. A schedule runs it every five minutes."""

    store: Store
    clock: Clock
    calendar: WorkingCalendar

    def __call__(self) -> bool:
        """Count the events of the time slot that has ended.

        Log an error and return True if Zalo has been silent for too long.
        """
        until = self.clock.now() - ON_THE_WAY
        found = self.store.get(ARRIVALS_PATH)
        if found is None:
            self.store.create(ARRIVALS_PATH, Arrivals(looked_until=until).stored())
            return False
        before = Arrivals.model_validate(found)
        if until in Until(before.looked_until + SLOT / 2):
            return before.is_silent
        if UpTo(before.looked_until + 2 * SLOT).is_over(until):
            after = before.after_gap(until)
        else:
            busy = self._has_event(before.looked_until, until)
            after = before.after_slot(until, hour_of_week(until, self.calendar), busy=busy)
        self.store.update(ARRIVALS_PATH, changed_fields(before, after))
        if after.is_silent:
            telemetry.log("ERROR", "no event of Zalo arrives", metric="webhook_silent", expected=round(after.missed))
        return after.is_silent

    def _has_event(self, since: datetime, until: datetime) -> bool:
        found = self.store.find(
            Query(
                "inputs",
                where=(("at", ">", since), ("at", "<=", until)),
                order_by=("at",),
                limit=MOST_READ,
                group=True,
                fields=("event_name", "recovered"),
            )
        )
        return any(
            not document.data.get("recovered") and document.data["event_name"] != PAGE_POST for document in found
        )
