"""The protocol's messages as raw protobuf classes from the official client package, and conversions of time."""

from __future__ import annotations

from typing import Any

from google.protobuf import empty_pb2, timestamp_pb2
from google.pubsub_v1 import types

from infra.emulators.shared.timestamps import set_micros

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
    """Return the raw class of a `google.pubsub.v1` message, such as `PublishRequest`."""
    return getattr(types, name).pb()


def duration_seconds(duration: Any) -> float:
    return float(duration.seconds) + float(duration.nanos) / 1e9


def rfc3339(micros: int) -> str:
    """Return microseconds since 1970 in the REST format, such as `2026-11-24T07:00:00.123Z`."""
    timestamp = Timestamp()
    set_micros(timestamp, micros)
    return str(timestamp.ToJsonString())
