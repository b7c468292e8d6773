"""Expressions that set the local clock, for example "+1d"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from infra.local.platform.target_time import parse_target

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 24, 9, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+3d", NOW + timedelta(days=3)),
        ("+2h30m", NOW + timedelta(hours=2, minutes=30)),
        (" +1w2d ", NOW + timedelta(days=9)),
        ("2026-12-01T08:00", datetime(2026, 12, 1, 1, tzinfo=UTC)),
        ("2026-12-01", datetime(2026, 11, 30, 17, tzinfo=UTC)),
        ("2026-12-01T08:00:00Z", datetime(2026, 12, 1, 8, tzinfo=UTC)),
    ],
)
def test_moves(text: str, expected: datetime) -> None:
    assert parse_target(text, NOW, HANOI) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23T09:00", "2026-11-25T08:00"),  # 24/11 is a holiday
        ("2026-11-25T06:00", "2026-11-26T08:00"),
        ("2026-08-21T18:00", "2026-08-22T08:00"),  # a Saturday that is worked
        ("2026-02-13T10:00", "2026-02-23T08:00"),  # Tết
        ("2035-12-29T10:00", "2035-12-31T08:00"),  # beyond the data: weekends alone
    ],
)
def test_the_next_working_day_is_the_calendars(now: str, expected: str) -> None:
    moved = parse_target("next-work-day", datetime.fromisoformat(now).replace(tzinfo=HANOI), HANOI)
    assert moved == datetime.fromisoformat(expected).replace(tzinfo=HANOI)


@pytest.mark.parametrize("text", ["", "+", "3d", "+3x", "-1d", "tomorrow", "+1m2h", "+99999999999d", "+9999d"])
def test_wrong_moves_are_reported(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a move|too far"):
        parse_target(text, NOW, HANOI)
