"""The test reference data about deadlines (`tests/law`), loaded once."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from petitions.adapters.reference import parsed
from petitions.domain.clock.calendar import WorkingCalendar
from petitions.domain.clock.clocks import DeadlineRules, PetitionClock, start_clock
from petitions.domain.clock.ladder import ReminderLadder
from petitions.domain.lifecycle.states import ClockName, Level
from petitions.domain.shared.records import HANOI

CALENDAR: Final = WorkingCalendar.load(parsed("calendars.json"))
RULES: Final = DeadlineRules.load(parsed("deadline_rules.json"))
LADDER: Final = ReminderLadder.load(parsed("reminder_ladder.json"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def clock(name: ClockName, start: str, level: Level = Level.NORMAL, petition_class: str = "pakn") -> PetitionClock:
    rule = RULES.find(name, petition_class, level, at(start))
    return start_clock(name, rule, RULES.version, CALENDAR, at(start))
