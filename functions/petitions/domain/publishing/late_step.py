"""The step that a unit owes the filer, with its deadline, for pages and messages. It has no personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from petitions.domain.clock.ladder import Recipient
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.petition.lateness import awaited_clock
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.publication import clean
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import Day, Instant, Record


class LateStep(Record):
    """The step that the filer waits for. It is late after `due_at`. The unit may have given a reason and a new date."""

    clock: ClockName
    due_at: Instant
    reason: str = ""
    until: Day | None = None
    """The unit's new date for the step, or None."""
    reminded: Recipient
    """The most senior person reminded so far."""
    keyed_late: bool = False
    """Whether the deadline had passed before the petition was entered, so that the unit could not meet it."""

    def is_late(self, now: datetime) -> bool:
        return UpTo(self.due_at).is_over(now)

    def is_missed(self, now: datetime) -> bool:
        """Return whether the unit's new date for the step has passed too."""
        return self.until is not None and UpTo(self.until).is_over(hanoi(now).date())


def late_step(petition: Petition) -> LateStep | None:
    """Return the step that the filer waits for, or None if the office owes none."""
    clock, plan = awaited_clock(petition), petition.recovery
    if clock is None:
        return None
    plan_fields: dict[str, Any] = {"reason": clean(plan.text, petition), "until": plan.until} if plan else {}
    keyed_late = petition.taken is not None and clock.deadline.is_over(petition.taken.at)
    return LateStep(
        clock=clock.name, due_at=clock.due_at, reminded=petition.accountable, keyed_late=keyed_late, **plan_fields
    )
