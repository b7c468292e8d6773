"""Parse a target time for a move of the clock: `+3d`, `+2h30m`, `2026-12-01T08:00`, `next-work-day`."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from infra.paths import ROOT

MOVE_PATTERN = re.compile(r"\+(?=\d)(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
FURTHEST = timedelta(days=3660)
NEXT_WORK_DAY = "next-work-day"
CALENDAR = ROOT / "functions" / "petitions" / "data" / "calendars.json"


def parse_target(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Return the time meant by `text`, in UTC: `"+3d"` is three days after `now`. Raise ValueError.

    A time without an offset is in `zone`.
    """
    written = text.strip()
    try:
        target = _read(written, now, zone).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{written!r} is too far ahead") from error
    except ValueError as error:
        ways = f"write +3d, +2h30m, {NEXT_WORK_DAY} or a time such as 2026-12-01T08:00"
        raise ValueError(f"{written!r} is not a move of the clock: {ways}") from error
    if target - now > FURTHEST:
        raise ValueError(f"{written!r} is too far ahead: ten years at most")
    return target


def next_opening(data: dict[str, Any], now: datetime, zone: tzinfo) -> datetime:
    """Return the time at which offices next open on a working day, by the working calendar `data`."""
    years = {year["year"]: year for year in data["years"]}
    day = now.astimezone(zone).date()
    while True:
        day += timedelta(days=1)
        if spans := _spans(data, years.get(day.year, {"off": {}, "extra_working": []}), day):
            return datetime.combine(day, time.fromisoformat(spans[0][0]), zone)


def _spans(data: dict[str, Any], year: dict[str, Any], day: date) -> list[list[str]]:
    if day.isoformat() in year["extra_working"]:
        return list(data["extra_working_spans"])
    if day.isoformat() in year["off"]:
        return []
    return list([*data["weekdays"].values()][day.weekday()])


def _read(written: str, now: datetime, zone: tzinfo) -> datetime:
    if written == NEXT_WORK_DAY:
        return next_opening(json.loads(CALENDAR.read_text(encoding="utf-8")), now, zone)
    step = MOVE_PATTERN.fullmatch(written)
    if step is None:
        target = datetime.fromisoformat(written)
        return target if target.tzinfo else target.replace(tzinfo=zone)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in step.groups())
    return now + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
