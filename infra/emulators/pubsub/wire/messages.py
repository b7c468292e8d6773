"""The protocol's messages as raw protobuf classes, taken from the official client package, and conversions of time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from google.protobuf import empty_pb2, timestamp_pb2
from google.pubsub_v1 import types

Topic: Any = types.Topic.pb()
Subscription: Any = types.Subscription.pb()
Snapshot: Any = types.Snapshot.pb()
PubsubMessage: Any = types.PubsubMessage.pb()
ReceivedMessage: Any = types.ReceivedMessage.pb()
StreamingPullRequest: Any = types.StreamingPullRequest.pb()
StreamingPullResponse: Any = types.StreamingPullResponse.pb()
Empty: Any = empty_pb2.Empty
Timestamp: Any = timestamp_pb2.Timestamp


def request_type(name: str) -> Any:
    """The raw class of a message of `google.pubsub.v1`, e.g. `PublishRequest`."""
    return getattr(types, name).pb()


def micros(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant, exactly."""
    delta = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86400 + delta.seconds) * 1_000_000 + delta.microseconds


def set_micros(target: Any, value: int) -> None:
    """Write microseconds since 1970 into a protobuf Timestamp."""
    target.seconds, rest = divmod(value, 1_000_000)
    target.nanos = rest * 1000


def timestamp_micros(source: Any) -> int:
    """Microseconds since 1970 of a protobuf Timestamp."""
    return int(source.seconds) * 1_000_000 + int(source.nanos) // 1000


def duration_seconds(source: Any) -> float:
    """Seconds of a protobuf Duration."""
    return float(source.seconds) + float(source.nanos) / 1e9


def rfc3339(value: int) -> str:
    """Microseconds since 1970 as the REST API writes them: `2026-11-24T07:00:00.123Z` (no fraction if it is zero)."""
    stamp = Timestamp()
    set_micros(stamp, value)
    return str(stamp.ToJsonString())
