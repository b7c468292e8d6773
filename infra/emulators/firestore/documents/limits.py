"""Firestore's limits on documents, requests and queries (cloud.google.com/firestore/quotas)."""

from __future__ import annotations

from infra.emulators.firestore.documents.value_order import is_vector
from infra.emulators.firestore.wire.errors import invalid
from infra.emulators.firestore.wire.field_paths import check_field_name
from infra.emulators.firestore.wire.messages import Message

MAX_DOCUMENT_BYTES = 1_048_576
MAX_REQUEST_BYTES = 10 * 1024 * 1024
MAX_MAP_DEPTH = 20
MAX_VECTOR_DIMENSIONS = 2048
MAX_INDEX_ENTRIES = 40_000
MAX_DISJUNCTIONS = 30
MAX_NOT_IN = 10
MAX_AGGREGATIONS = 5
_NAME_EXTRA = 16
_DOCUMENT_EXTRA = 32


def check_request(request: Message) -> None:
    """Raise INVALID_ARGUMENT for a commit of more than 10 MiB."""
    if request.ByteSize() > MAX_REQUEST_BYTES:
        raise invalid(f"Request payload size exceeds the limit: {MAX_REQUEST_BYTES} bytes.")


def check_document(path: str, fields: Message) -> None:
    """Raise INVALID_ARGUMENT for a document that is too large, nested too deeply, or has an invalid value."""
    size = name_size(path) + _map_size(fields, 0) + _DOCUMENT_EXTRA
    if size > MAX_DOCUMENT_BYTES:
        raise invalid(
            f'Document "{path}" cannot be written because its size ({size:,} bytes) exceeds '
            f"the maximum allowed size of {MAX_DOCUMENT_BYTES:,} bytes."
        )


def name_size(path: str) -> int:
    """Return the size of a document's name in bytes as Firestore counts it: every id plus 1, plus 16."""
    return len(path.encode()) + 1 + _NAME_EXTRA


def _map_size(fields: Message, depth: int) -> int:
    if depth > MAX_MAP_DEPTH:
        raise invalid(f"A property is nested deeper than {MAX_MAP_DEPTH} maps and arrays.")
    if is_vector(fields):
        return _vector_size(fields)
    size = 0
    for name in fields:
        check_field_name(name)
        size += len(name.encode()) + 1 + _value_size(fields[name], depth)
    return size


def _vector_size(fields: Message) -> int:
    elements = fields["value"].array_value.values
    if not 0 < len(elements) <= MAX_VECTOR_DIMENSIONS:
        raise invalid(f"A vector has 1 to {MAX_VECTOR_DIMENSIONS} dimensions.")
    if any(e.WhichOneof("value_type") != "double_value" for e in elements):
        raise invalid("A vector holds doubles only.")
    return 8 * len(elements)


def _value_size(value: Message, depth: int) -> int:
    kind = value.WhichOneof("value_type")
    match kind:
        case "integer_value" | "double_value":
            return 8
        case "boolean_value" | "null_value":
            return 1
        case "string_value":
            return len(value.string_value.encode()) + 1
        case "bytes_value":
            return len(value.bytes_value)
        case "reference_value":
            return len(value.reference_value.encode()) + 1 + _NAME_EXTRA
        case "map_value":
            return _map_size(value.map_value.fields, depth + 1)
        case "array_value":
            return _array_size(value.array_value.values, depth + 1)
        case _:
            return _fixed_size(kind, value)


def _array_size(elements: Message, depth: int) -> int:
    if any(element.WhichOneof("value_type") == "array_value" for element in elements):
        raise invalid("Cannot convert an array value in an array value.")
    if depth > MAX_MAP_DEPTH:
        raise invalid(f"A property is nested deeper than {MAX_MAP_DEPTH} maps and arrays.")
    return sum(_value_size(element, depth) for element in elements)


def _fixed_size(kind: str | None, value: Message) -> int:
    match kind:
        case "timestamp_value":
            # Firestore stores microseconds and rounds down.
            value.timestamp_value.nanos -= value.timestamp_value.nanos % 1000
            return 8
        case "geo_point_value":
            _check_point(value.geo_point_value)
            return 16
        case _:
            raise invalid(f"A {kind or 'value without a type'} cannot be stored.")


def _check_point(point: Message) -> None:
    if not (-90 <= point.latitude <= 90 and -180 <= point.longitude <= 180):  # noqa: PLR2004 - degrees
        raise invalid("A geo point's latitude is from -90 to 90, its longitude from -180 to 180.")
