"""Instants in UTC and in Hanoi's time, and their Vietnamese wording."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

from petitions.domain.shared.records import HANOI

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def utc(at: datetime) -> datetime:
    """Return the same instant in UTC. Raise ValueError if it is naive."""
    if at.utcoffset() is None:
        raise ValueError(f"an instant needs a time zone: {at.isoformat()}")
    return at.astimezone(UTC)


def hanoi(at: datetime) -> datetime:
    """Return the same instant on Hanoi's clock. Raise ValueError if it is naive."""
    return utc(at).astimezone(HANOI)


def day_start(at: datetime) -> datetime:
    """Return the first instant of the day in Hanoi that contains `at`. Raise ValueError if it is naive."""
    return hanoi(at).replace(hour=0, minute=0, second=0, microsecond=0)


def minute_of(at: datetime) -> datetime:
    """Return the first instant of the minute that contains `at`.

    Pages and mails count a petition as overdue if it was due before that instant.
    """
    return utc(at).replace(second=0, microsecond=0)


UtcInstant = Annotated[AwareDatetime, AfterValidator(utc)]
"""A field that accepts only aware datetimes and holds them in UTC."""


def day_in_words(day: date, year: int | None = None) -> str:
    """Return the day as `thứ Hai 23/11`, followed by the year if it differs from the expected `year`."""
    stamp = f"{day.day}/{day.month}"
    if year is not None and day.year != year:
        stamp += f"/{day.year}"
    return f"{WEEKDAYS[day.weekday()]} {stamp}"


def instant_in_words(at: datetime, year: int | None = None) -> str:
    """Return the instant on Hanoi's clock as `16:00 thứ Hai 23/11`. `year` is as in `day_in_words`."""
    local = hanoi(at)
    return f"{local:%H:%M} {day_in_words(local.date(), year)}"
