"""Instants: aware UTC in and out, Hanoi's clock inside, and how they are written in Vietnamese."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

from petitions.domain.shared.records import HANOI

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive one."""
    if at.utcoffset() is None:
        raise ValueError(f"an instant needs a time zone: {at.isoformat()}")
    return at.astimezone(UTC)


def hanoi(at: datetime) -> datetime:
    """The same instant on Hanoi's clock. Raises ValueError for a naive one."""
    return utc(at).astimezone(HANOI)


UtcInstant = Annotated[AwareDatetime, AfterValidator(utc)]
"""A field that takes aware datetimes only and holds them in UTC."""


def day_in_words(day: date, year: int | None = None) -> str:
    """`thứ Hai 23/11`; with the year when it is not the one that the reader has in mind."""
    stamp = f"{day.day}/{day.month}"
    if year is not None and day.year != year:
        stamp += f"/{day.year}"
    return f"{WEEKDAYS[day.weekday()]} {stamp}"


def instant_in_words(at: datetime, year: int | None = None) -> str:
    """`16:00 thứ Hai 23/11`, on Hanoi's clock."""
    local = hanoi(at)
    return f"{local:%H:%M} {day_in_words(local.date(), year)}"
