"""Field transforms: server time, increment, maximum, minimum, array union and array removal.

A transform works on the value as it is inside the commit, so the client does not have to read it first.
"""

from __future__ import annotations

import math

from infra.emulators.firestore.documents.fields import set_value, value_at
from infra.emulators.firestore.documents.value_order import encode
from infra.emulators.firestore.wire.errors import invalid
from infra.emulators.firestore.wire.field_paths import field_path
from infra.emulators.firestore.wire.messages import Message, Value
from infra.emulators.shared.timestamps import set_micros

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1
_REQUEST_TIME = 1


def transform(fields: Message, wire: Message, time: int) -> Message:
    """Apply a FieldTransform to a document's fields and return the result for the client. `time` is in microseconds."""
    path = field_path(wire.field_path)
    have = value_at(fields, path)
    result = Value()
    match wire.WhichOneof("transform_type"):
        case "set_to_server_value":
            if wire.set_to_server_value != _REQUEST_TIME:
                raise invalid("set_to_server_value must be REQUEST_TIME.")
            # The server's time is documented to have a precision of milliseconds.
            set_micros(result.timestamp_value, time - time % 1000)
            set_value(fields, path, result)
        case "increment":
            result.CopyFrom(_sum(have, wire.increment))
            set_value(fields, path, result)
        case "maximum":
            result.CopyFrom(_extreme(have, wire.maximum, largest=True))
            set_value(fields, path, result)
        case "minimum":
            result.CopyFrom(_extreme(have, wire.minimum, largest=False))
            set_value(fields, path, result)
        case "append_missing_elements":
            set_value(fields, path, _united(have, wire.append_missing_elements))
            result.null_value = 0
        case "remove_all_from_array":
            set_value(fields, path, _without(have, wire.remove_all_from_array))
            result.null_value = 0
        case _:
            raise invalid("A field transform names no transformation.")
    return result


def _number(value: Message | None) -> int | float | None:
    match value.WhichOneof("value_type") if value is not None else None:
        case "integer_value":
            return int(value.integer_value) if value is not None else None
        case "double_value":
            return float(value.double_value) if value is not None else None
        case _:
            return None


def _operand(value: Message) -> int | float:
    number = _number(value)
    if number is None:
        raise invalid("Increment, maximum and minimum need a number.")
    return number


def _sum(have: Message | None, change: Message) -> Message:
    """Return the sum of two numbers. Integer sums saturate at the 64-bit limits. With a double, the sum is a double."""
    more, base = _operand(change), _number(have)
    if base is None:
        return change
    if isinstance(base, int) and isinstance(more, int):
        return Value(integer_value=max(_INT_MIN, min(_INT_MAX, base + more)))
    return Value(double_value=float(base) + float(more))


def _extreme(have: Message | None, other: Message, *, largest: bool) -> Message:
    """Return the larger or smaller number. NaN wins over numbers, and a tie keeps the stored one."""
    new, base = _operand(other), _number(have)
    if base is None or have is None:
        return other
    if math.isnan(base) or math.isnan(new):
        return Value(double_value=math.nan)
    if new == base:
        return have
    return other if (new > base) is largest else have


def _array(value: Message | None) -> list[Message]:
    if value is None or value.WhichOneof("value_type") != "array_value":
        return []
    return list(value.array_value.values)


def _stored(elements: list[Message]) -> Message:
    result = Value()
    result.array_value.SetInParent()
    result.array_value.values.extend(elements)
    return result


def _united(have: Message | None, new: Message) -> Message:
    elements = _array(have)
    seen = {encode(one) for one in elements}
    for one in new.values:
        key = encode(one)
        if key not in seen:
            seen.add(key)
            elements.append(one)
    return _stored(elements)


def _without(have: Message | None, gone: Message) -> Message:
    unwanted = {encode(one) for one in gone.values}
    return _stored([one for one in _array(have) if encode(one) not in unwanted])
