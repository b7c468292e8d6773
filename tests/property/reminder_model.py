"""A slow model of the reminders that uses none of the product's code. It counts single minutes and days.

The levels of reminders (LAW 7.2) are written out here. At every run the model looks at every running clock and at the
reminders that are due. The latest one that was not sent yet is sent, and the earlier ones are skipped.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

HANOI = timezone(timedelta(hours=7))
MINUTE = timedelta(minutes=1)
ALL, UNIT, HANDLER = ("handler", "head", "coordinators"), ("handler", "head"), ("handler",)


@dataclass(frozen=True)
class Days:
    """A calendar as lists of working days and working minutes (8:00-12:00, 13:30-17:30)."""

    days: list[date]
    minutes: list[datetime]

    @classmethod
    def between(cls, first: date, last: date, off: set[str], extra: set[str]) -> Days:
        days, minutes = [], []
        day = first
        while day <= last:
            name = day.isoformat()
            if (day.weekday() < 5 and name not in off) or name in extra:
                days.append(day)
                for hour, minute, count in ((8, 0, 240), (13, 30, 240)):
                    start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=HANOI).astimezone(UTC)
                    minutes += [start + number * MINUTE for number in range(count)]
            day += timedelta(days=1)
        return cls(days, minutes)

    def works(self, at: datetime) -> bool:
        place = bisect_left(self.minutes, at.replace(second=0))
        return place < len(self.minutes) and self.minutes[place] == at.replace(second=0)

    def opening(self, due: datetime, days: int) -> datetime:
        day = self.days[bisect_left(self.days, due.astimezone(HANOI).date()) + days]
        return datetime(day.year, day.month, day.day, 8, 0, tzinfo=HANOI).astimezone(UTC)

    def minute(self, due: datetime, minutes: int) -> datetime:
        """Return the time that is the given number of working minutes after (or, if negative, before) the deadline.

        If this is the first minute in the morning or after lunch, return the time 15 working minutes earlier.
        """
        place = bisect_left(self.minutes, due) + minutes
        if self.minutes[place] - self.minutes[place - 1] > MINUTE:
            return self.minutes[place - 15]
        return self.minutes[place]


@dataclass(frozen=True)
class Running:
    """A running clock. `hours` is its whole time if it counts in hours, otherwise None."""

    name: str
    version: int
    due: datetime
    started: datetime
    hours: int | None


def rung(clock: Running, number: int, days: Days) -> tuple[str, datetime, tuple[str, ...]] | None:
    """Return (name, time, recipients) of the reminder with the given number, or None after the last one."""
    if clock.name == "supplement":
        return ("T+1", days.opening(clock.due, 1), HANDLER) if number == 0 else None
    if clock.hours is None:
        offset = number - 2
        name = f"T{offset:+d}" if offset else "T"
        who = HANDLER if offset < 0 else UNIT if offset == 0 else ALL
        return name, days.opening(clock.due, offset), who
    if number == 0:
        return "75", days.minute(clock.due, -clock.hours * 15), HANDLER
    if number == 1:
        return "T", days.minute(clock.due, 0), UNIT
    return f"T+{4 * (number - 1)}h", days.minute(clock.due, 240 * (number - 1)), ALL


@dataclass
class Model:
    """The expected reminders by id, with their times and whether they are only recorded as skipped."""

    days: Days
    officers: dict[str, dict[str, list[str]]]
    """The ids of officers, by unit and role."""
    running: dict[str, tuple[str, str | None, list[Running]]] = field(default_factory=dict)
    """The unit, the handler and the running clocks, by petition code."""
    to_approve: set[str] = field(default_factory=set)
    """The codes of petitions whose answer waits for the head. The head also gets the handler's reminders."""
    highest: dict[tuple[str, str, int], int] = field(default_factory=dict)
    expected: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    _known: dict[tuple[Running, int, int], tuple[str, datetime, tuple[str, ...]] | None] = field(default_factory=dict)

    def changed(self, code: str, unit: str, handler: str | None, clocks: Iterable[Running]) -> None:
        """Replace the unit, handler and running clocks of a petition. Without clocks the model forgets it."""
        self.running[code] = unit, handler, list(clocks)
        if not self.running[code][2]:
            del self.running[code]

    def edited(self, days: Days) -> None:
        self.days = days
        self._known.clear()

    def tick(self, now: datetime, unreached: Iterable[str] = ()) -> None:
        """Add the reminders that are due at `now`, except for petitions in `unreached`."""
        if not self.days.works(now):
            return
        missed = {*unreached}
        for code, (unit, handler, clocks) in self.running.items():
            if code not in missed:
                for clock in clocks:
                    self._look(code, unit, handler, clock, now)

    def _look(self, code: str, unit: str, handler: str | None, clock: Running, now: datetime) -> None:
        key = (code, clock.name, clock.version)
        past = []
        number = self.highest.get(key, -1) + 1
        while (found := self._rung(clock, number)) is not None and found[1] <= now:
            if found[1] > clock.started:
                past.append((number, found[0], found[2]))
            number += 1
        if not past:
            return
        self.highest[key] = past[-1][0]
        for _, name, _ in past[:-1]:
            self.expected[f"{code}:{clock.name}:{name}:-:{clock.version}"] = (now, True)
        _, name, who = past[-1]
        if code in self.to_approve and "handler" in who:
            who = (*who, "head")
        for officer in self._people(unit, handler, who):
            self.expected[f"{code}:{clock.name}:{name}:{officer}:{clock.version}"] = (now, False)

    def _rung(self, clock: Running, number: int) -> tuple[str, datetime, tuple[str, ...]] | None:
        key = (clock, number, id(self.days))
        if key not in self._known:
            self._known[key] = rung(clock, number, self.days)
        return self._known[key]

    def _people(self, unit: str, handler: str | None, who: tuple[str, ...]) -> set[str]:
        staff, coordinators = self.officers[unit], self.officers["VPUB"]["coordinator"]
        people: set[str] = set()
        for role in who:
            if role == "handler" and handler is not None:
                people.add(handler)
            elif role == "handler":
                people |= {*(staff.get("officer") or staff.get("head") or coordinators)}
            elif role == "head":
                people |= {*(staff.get("head") or coordinators)}
            else:
                people |= {*coordinators}
        return people
