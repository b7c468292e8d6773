"""The total order of Firestore's values as bytes: `encode(a) < encode(b)` exactly when a sorts before b.

null < booleans < numbers (NaN first, integers and doubles together) < timestamps < strings (UTF-8) < bytes <
references (by segment) < geo points < arrays < vectors < maps. Equal values have equal bytes (1 and 1.0, 0.0 and
-0.0). No encoding is a prefix of another, so encodings can be concatenated, and inverted for descending order.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any

from infra.emulators.firestore.wire.errors import FirestoreError, invalid
from infra.emulators.firestore.wire.messages import Message
from infra.emulators.firestore.wire.names import split


class Rank(IntEnum):
    """The first byte of an encoded value, which stands for the value's type.

    Smaller bytes separate the parts of compound values.
    """

    NULL = 0x10
    BOOLEAN = 0x18
    NUMBER = 0x20
    TIMESTAMP = 0x28
    STRING = 0x30
    BYTES = 0x38
    REFERENCE = 0x40
    GEO_POINT = 0x48
    ARRAY = 0x50
    VECTOR = 0x58
    MAP = 0x60


END = b"\x01"
KEY = b"\x02"
NUMERIC_SEGMENT = b"\x02"
SEGMENT = b"\x03"
ABOVE = b"\xff"
"""A suffix for an upper limit: with it, an encoding sorts after all bytes that begin with the encoding."""

NULL = bytes([Rank.NULL])
NAN = bytes([Rank.NUMBER, 0])
_INVERSE = bytes(255 - n for n in range(256))
_NUMERIC_ID = re.compile(r"__id(-?\d{1,19})__")
_TEXT_END = b"\x00\x01"
_TIME_ZERO = 1 << 62


def invert(encoded: bytes) -> bytes:
    return encoded.translate(_INVERSE)


def encode(value: Message) -> bytes:
    """Return bytes that sort as Firestore sorts the value. Raise INVALID_ARGUMENT for an unknown type."""
    kind = value.WhichOneof("value_type")
    encoder = _ENCODERS.get(kind)
    if encoder is None:
        raise invalid(f"A {kind} cannot be stored or compared.")
    return encoder(getattr(value, kind)) if kind is not None else NULL


def _text(raw: bytes) -> bytes:
    return raw.replace(b"\x00", b"\x00\xff") + _TEXT_END


def _sortable(number: float) -> int:
    (bits,) = struct.unpack(">Q", struct.pack(">d", number + 0.0))
    return int(bits ^ (0xFFFFFFFFFFFFFFFF if bits >> 63 else 1 << 63))


def _number(number: float) -> bytes:
    """Encode a number as its nearest double, followed by the rest of an integer, so that no precision is lost."""
    if isinstance(number, int):
        nearest = float(number)
        beside = number - int(nearest)
    elif math.isnan(number):
        return NAN
    else:
        nearest, beside = number, 0
    return struct.pack(">BBQH", Rank.NUMBER, 1, _sortable(nearest), beside + 0x8000)


def _map(fields: Message) -> bytes:
    if is_vector(fields):
        elements = fields["value"].array_value.values
        return (
            bytes([Rank.VECTOR])
            + struct.pack(">I", len(elements))
            + b"".join(_number(e.double_value) for e in elements)
        )
    parts = [KEY + _text(key.encode()) + encode(fields[key]) for key in sorted(fields)]
    return bytes([Rank.MAP]) + b"".join(parts) + END


def _array(array: Message) -> bytes:
    return bytes([Rank.ARRAY]) + b"".join(map(encode, array.values)) + END


def _timestamp(stamp: Message) -> bytes:
    return struct.pack(">BQI", Rank.TIMESTAMP, stamp.seconds + _TIME_ZERO, stamp.nanos)


def _geo_point(point: Message) -> bytes:
    return struct.pack(">BQQ", Rank.GEO_POINT, _sortable(point.latitude), _sortable(point.longitude))


def is_vector(fields: Message) -> bool:
    return "__type__" in fields and "value" in fields and fields["__type__"].string_value == "__vector__"


def encode_segments(segments: Iterable[str]) -> bytes:
    """Encode a name by segments, so that a parent sorts before all documents below it."""
    return bytes([Rank.REFERENCE]) + b"".join(map(_segment, segments)) + END


def _segment(text: str) -> bytes:
    """Encode one id. Numeric ids such as `__id7__` sort first, by number.

    They occur only in cursors and references.
    """
    numeric = _NUMERIC_ID.fullmatch(text) if text.startswith("__") else None
    if numeric:
        return NUMERIC_SEGMENT + struct.pack(">Q", max(0, min(2**64 - 1, int(numeric[1]) + 2**63)))
    return SEGMENT + _text(text.encode())


def encode_path(path: str) -> bytes:
    return encode_segments(path.split("/"))


def encode_reference(name: str) -> bytes:
    try:
        database, path = split(name)
    except FirestoreError as refused:
        raise invalid(f'"{name}" is no document reference.') from refused
    return encode_segments([database.project, database.database, *path.split("/")])


def decode_path(encoded: bytes) -> str:
    inner = encoded[2 : -len(_TEXT_END + END)]
    return inner.replace(_TEXT_END + SEGMENT, b"/").replace(b"\x00\xff", b"\x00").decode()


_ENCODERS: dict[str | None, Callable[[Any], bytes]] = {
    None: lambda _: NULL,
    "null_value": lambda _: NULL,
    "boolean_value": lambda flag: bytes([Rank.BOOLEAN, flag]),
    "integer_value": _number,
    "double_value": _number,
    "timestamp_value": _timestamp,
    "string_value": lambda text: bytes([Rank.STRING]) + _text(text.encode()),
    "bytes_value": lambda raw: bytes([Rank.BYTES]) + _text(raw),
    "reference_value": encode_reference,
    "geo_point_value": _geo_point,
    "array_value": _array,
    "map_value": lambda one: _map(one.fields),
}
