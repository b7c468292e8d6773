"""What a person writes to move the clock: `+3d`, `+2h30m`, `2026-12-01T08:00`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

STEP = re.compile(r"\+(?=\d)(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
FURTHEST = timedelta(days=3660)


def parse_target(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The instant meant, aware UTC. A time without an offset is local. Raises ValueError in words."""
    written = text.strip()
    try:
        target = _read(written, now, zone).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{written!r} is too far ahead") from error
    except ValueError as error:
        raise ValueError(
            f"{written!r} is not a move of the clock: write +3d, +2h30m or a time such as 2026-12-01T08:00"
        ) from error
    if target - now > FURTHEST:
        raise ValueError(f"{written!r} is too far ahead: ten years at most")
    return target


def _read(written: str, now: datetime, zone: tzinfo) -> datetime:
    step = STEP.fullmatch(written)
    if step is None:
        target = datetime.fromisoformat(written)
        return target if target.tzinfo else target.replace(tzinfo=zone)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in step.groups())
    return now + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
