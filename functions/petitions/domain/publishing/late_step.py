"""The step that a petition's filer waits for, as pages and messages show it once it is late, without who filed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from petitions.domain.clock.ladder import Recipient
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.petition.lateness import awaited_clock
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.publication import clean
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import Day, Instant, Record


class LateStep(Record):
    """A step that is late from its due instant on, with the reason and the new date if the unit has given them."""

    clock: ClockName
    due_at: Instant
    reason: str = ""
    until: Day | None = None
    """The new date."""
    reminded: Recipient
    """The highest of those who were reminded."""

    def is_late(self, now: datetime) -> bool:
        """Return whether the step has not come in time."""
        return self.due_at < now

    def is_missed(self, now: datetime) -> bool:
        """Return whether the new date has passed too."""
        return self.until is not None and self.until < hanoi(now).date()


def late_step(petition: Petition) -> LateStep | None:
    """Return the step that its filer waits for, or None if they wait for none."""
    clock, plan = awaited_clock(petition), petition.recovery
    if clock is None:
        return None
    told: dict[str, Any] = {"reason": clean(plan.text, petition), "until": plan.until} if plan else {}
    return LateStep(clock=clock.name, due_at=clock.due_at, reminded=petition.accountable, **told)
