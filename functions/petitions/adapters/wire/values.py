"""Converts values between Python and Firestore's protobuf messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400


def encode(fields: Any, values: Mapping[str, Any]) -> None:
    """Store Python values in a message's map of fields. Raise TypeError or ValueError for an unsupported value."""
    for name, value in values.items():
        encode_value(fields[name], value)


def encode_value(wire: Any, value: Any) -> None:  # noqa: C901 - a table of types, the most frequent first
    """Store one Python value in a message. A datetime without a zone counts as UTC, as in the official client."""
    if isinstance(value, str):
        wire.string_value = value
    elif value is None:
        wire.null_value = 0
    elif isinstance(value, bool):
        wire.boolean_value = value
    elif isinstance(value, int):
        wire.integer_value = value
    elif isinstance(value, datetime):
        put_instant(wire.timestamp_value, value)
    elif isinstance(value, dict):
        wire.map_value.SetInParent()
        encode(wire.map_value.fields, value)
    elif isinstance(value, list | tuple | set | frozenset):
        wire.array_value.SetInParent()
        for item in value:
            encode_value(wire.array_value.values.add(), item)
    elif isinstance(value, float):
        wire.double_value = value
    elif isinstance(value, bytes):
        wire.bytes_value = value
    else:
        raise TypeError(f"Firestore holds no {type(value).__name__}")


def put_instant(wire: Any, instant: datetime) -> None:
    """Store an instant in a Timestamp message, to the microsecond."""
    since = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)) - _EPOCH
    wire.seconds, wire.nanos = since.days * _DAY + since.seconds, since.microseconds * 1000
    wire.SetInParent()


def decoded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a document as Python values.

    The official client copies every value twice and takes three times as long, too long for a report of a hundred
    thousand lines. Instants become plain datetimes, because the official client's datetime class cannot be written
    again after a `replace`.
    """
    return {name: _value(item) for name, item in fields.items()}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value_type")
    if kind == "map_value":
        return decoded(value.map_value.fields)
    if kind == "array_value":
        return [_value(item) for item in value.array_value.values]
    if kind == "timestamp_value":
        return instant_of(value.timestamp_value)
    return None if kind == "null_value" else getattr(value, kind)


def instant_of(stamp: Any) -> datetime:
    """Return the instant in a Timestamp message, in UTC. Firestore stores microseconds."""
    return _EPOCH + timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1000)
