"""The deadline that a petition's filer waits for, and the times of the messages about its being missed.

The head of a late unit writes a recovery plan, which names a day. After that day the plan no longer counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.lifecycle.states import ClockName, State
from petitions.domain.lifecycle.transitions import OPEN_STATES
from petitions.domain.petition.petition import Petition, RecoveryPlan
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.local_day import midnight, next_day

TOLD_EVERY = timedelta(days=7)
"""The shortest pause between two messages about the lateness of one petition."""
_JUST_AFTER = timedelta(minutes=1)
"""The pause after a deadline before it counts as missed: the due instant itself is in time."""


def is_missed(plan: RecoveryPlan, now: datetime) -> bool:
    """Return whether the day named in the recovery plan has passed, by Hanoi's date."""
    return UpTo(plan.until).is_over(hanoi(now).date())


def plan_in_force(petition: Petition, now: datetime) -> RecoveryPlan | None:
    """Return the petition's recovery plan if its day has not passed yet, or None."""
    return petition.recovery if petition.recovery and not is_missed(petition.recovery, now) else None


def has_missed_plan(petition: Petition, now: datetime) -> bool:
    """Return whether the petition is still open after the day named in its recovery plan."""
    return petition.state in OPEN_STATES and petition.recovery is not None and is_missed(petition.recovery, now)


def lateness_due(petition: Petition) -> datetime | None:
    """Return the time of the filer's next message about the delay, if nothing else happens.

    None if the filer gets no such messages.
    """
    clock = awaited_clock(petition)
    if clock is None or petition.source != "zalo" or petition.restricted_at is not None:
        return None
    at = clock.due_at + _JUST_AFTER
    if petition.recovery is not None:
        at = max(at, midnight(next_day(petition.recovery.until)))
    return at if petition.lateness_told_at is None else max(at, petition.lateness_told_at + TOLD_EVERY)


def awaited_clock(petition: Petition) -> PetitionClock | None:
    """Return the clock of the office's step that the filer waits for, or None while the office waits for the filer."""
    if petition.state not in OPEN_STATES or petition.state is State.AWAITING_CITIZEN:
        return None
    clock = petition.citizens_clock
    return clock if clock is not None and clock.name is not ClockName.SUPPLEMENT else None
