"""The working calendar as data: the working time of the week, the days off, and the days of rest that are worked.

The seed has its numbers from LAW 4.1, LAW 4.2 and LAW 4.3. Administrators edit the data in versions. The days of a
`provisional` year are guesses until the official notice.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Self

from pydantic import Field, model_validator

from petitions.domain.shared.reference_data import ReferenceModel, VersionName

Spans = tuple[tuple[time, time], ...]
"""Opening and closing times of the parts of a working day, on Hanoi's clock, in order."""


class Week(ReferenceModel):
    """The working time of an ordinary week, day by day. A day without spans is a day of rest."""

    monday: Spans
    tuesday: Spans
    wednesday: Spans
    thursday: Spans
    friday: Spans
    saturday: Spans
    sunday: Spans

    def of(self, weekday: int) -> Spans:
        """Return the working time of a weekday, 0 being Monday."""
        days = (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday)
        return days[weekday]


class CalendarYear(ReferenceModel):
    """The days off and the worked days of rest of one year."""

    year: Annotated[int, Field(ge=1990, le=2200)]
    source: Annotated[str, Field(min_length=1)]
    provisional: bool
    off: dict[date, str]
    """The days off of the year, with their names."""
    extra_working: tuple[date, ...]
    """Days of rest that are worked in exchange for a day off."""


class CalendarData(ReferenceModel):
    """One version of the calendar. The validation reports all inconsistencies together."""

    version: VersionName
    weekdays: Week
    extra_working_spans: Spans
    years: tuple[CalendarYear, ...]

    def year_of(self, day: date) -> CalendarYear | None:
        """Return the special days of the day's year. None for a year after the last one with data."""
        place = day.year - self.years[0].year
        return self.years[place] if place < len(self.years) else None

    def spans(self, day: date) -> Spans:
        """Return the working time of a day from the first year on. Empty for a day off."""
        year = self.year_of(day)
        if year is not None and day in year.off:
            return ()
        if year is not None and day in year.extra_working:
            return self.extra_working_spans
        return self.weekdays.of(day.weekday())

    @model_validator(mode="after")
    def _checked(self) -> Self:
        faults = self._span_faults() + self._year_faults()
        for year in self.years:
            faults += self._day_faults(year)
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _span_faults(self) -> list[str]:
        named = {name: getattr(self.weekdays, name) for name in Week.model_fields}
        named["extra_working_spans"] = self.extra_working_spans
        faults = []
        for name, spans in named.items():
            edges = [edge for span in spans for edge in span]
            if any(edge.tzinfo is not None for edge in edges):
                faults.append(f"{name}: times are Hanoi's and carry no zone")
            elif edges != sorted(edges) or any(opening == closing for opening, closing in spans):
                faults.append(f"{name}: spans must be in order, not empty, and must not overlap")
        if not any(self.weekdays.of(weekday) for weekday in range(7)):
            faults.append("weekdays: no day is worked")
        if not self.extra_working_spans and any(year.extra_working for year in self.years):
            faults.append("extra_working_spans: extra working days have no working time")
        return faults

    def _year_faults(self) -> list[str]:
        numbers = [year.year for year in self.years]
        if not numbers:
            return ["years: none given"]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            return [f"years: must follow each other without gap or repetition: {numbers}"]
        return []

    def _day_faults(self, year: CalendarYear) -> list[str]:
        faults = [f"{day}: is not in {year.year}" for day in (*year.off, *year.extra_working) if day.year != year.year]
        faults += [f"{day}: off, but no working day anyway" for day in year.off if not self.weekdays.of(day.weekday())]
        faults += [
            f"{day}: extra working day, but worked anyway"
            for day in year.extra_working
            if self.weekdays.of(day.weekday())
        ]
        faults += [f"{day}: both off and worked" for day in year.extra_working if day in year.off]
        if len(set(year.extra_working)) != len(year.extra_working):
            faults.append(f"{year.year}: an extra working day is given twice")
        return faults
