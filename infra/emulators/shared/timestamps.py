"""Convert between protobuf timestamps, aware datetimes and microseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros_of_datetime(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def micros_of(timestamp: Any) -> int:
    """Return a protobuf Timestamp in microseconds since 1970, rounded down."""
    return int(timestamp.seconds) * 1_000_000 + int(timestamp.nanos) // 1000


def set_micros(timestamp: Any, micros: int) -> None:
    timestamp.seconds, rest = divmod(micros, 1_000_000)
    timestamp.nanos = rest * 1000
