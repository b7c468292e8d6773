"""The shipped reminder levels, chosen by the project because no law prescribes reminders (LAW 7.2)."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.clock.ladder import DayRung, HourRung
from tests import law

LADDER = law.packaged().ladder
HANDLER, UNIT, ALL = ["handler"], ["handler", "head"], ["handler", "head", "coordinators"]
DAYS = {
    "days": [
        ("T-2", -2, HANDLER, False, None, None),
        ("T-1", -1, HANDLER, False, None, None),
        ("T", 0, UNIT, False, None, None),
        ("T+1", 1, ALL, True, "head", None),
        ("T+2", 2, ALL, False, None, None),
        ("T+3", 3, ALL, False, "coordinators", 1),
    ],
    "supplement": [("T+1", 1, HANDLER, False, None, None)],
    "approval": [("T+1", 1, ["head"], False, None, None)],
}
"""By ladder, for each rung: name, working days from the due day, recipients, at once, accountable, days to the next."""
HOURS = [
    ("75", 0.75, 0, HANDLER, False, None, None),
    ("T", 1.0, 0, UNIT, True, None, None),
    ("T+4h", 1.0, 4, ALL, False, "head", None),
    ("T+8h", 1.0, 8, ALL, False, None, None),
    ("T+12h", 1.0, 12, ALL, False, "coordinators", 4),
]
"""For each rung of a clock in hours: name, part of the term, hours after it, then as in DAYS."""


def rest(rung: DayRung | HourRung) -> tuple[Any, ...]:
    return (list(rung.recipients), rung.at_once, rung.accountable, rung.every)


@pytest.mark.parametrize("kind", DAYS)
def test_rungs_in_days(kind: str) -> None:
    rungs: tuple[DayRung, ...] = getattr(LADDER, kind)
    assert [(rung.name, rung.working_days, *rest(rung)) for rung in rungs] == DAYS[kind]


def test_rungs_in_hours() -> None:
    assert [(rung.name, rung.part, rung.hours_after, *rest(rung)) for rung in LADDER.hours] == HOURS
