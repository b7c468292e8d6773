"""The model's values: their types, their order, and the effects of writes on them."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

Fields = dict[str, Any]
MAX_INT, MIN_INT = 2**63 - 1, -(2**63)


class Refusal(Exception):  # noqa: N818 - an expected answer
    """Raised if the model rejects an operation. `name` is the exception class that the official client would raise."""


class Ref(NamedTuple):
    path: str


class Point(NamedTuple):
    latitude: float
    longitude: float


class Doc(NamedTuple):
    fields: Fields
    created: int
    version: int


MISSING = object()


TYPES: tuple[tuple[type, ...], ...] = (
    (type(None),),
    (bool,),
    (int, float),
    (datetime,),
    (str,),
    (bytes,),
    (Ref,),
    (Point,),
    (list,),
    (dict,),
)
"""The types in the order of their values. A bool is an int in Python, so the first match counts."""
NUMBER = 2


def kind(value: Any) -> int:
    return next(place for place, types in enumerate(TYPES) if isinstance(value, types))


def sign_of(left: Any, right: Any) -> int:
    return -1 if left < right else 1 if right < left else 0


def first_difference(pairs: Iterable[tuple[Any, Any]]) -> int:
    return next((sign for left, right in pairs if (sign := compare(left, right))), 0)


def compare(left: Any, right: Any) -> int:
    if kind(left) != kind(right):
        return sign_of(kind(left), kind(right))
    match left:
        case None:
            return 0
        case float() | int() if not isinstance(left, bool) and (math.isnan(left) or math.isnan(right)):
            return sign_of(not math.isnan(left), not math.isnan(right))
        case str():
            return sign_of(left.encode(), right.encode())
        case Ref():
            return compare(left.path.split("/"), right.path.split("/"))
        case list():
            return first_difference(zip(left, right, strict=False)) or sign_of(len(left), len(right))
        case dict():
            a, b = (sorted(one, key=str.encode) for one in (left, right))
            pairs = ((x, y) for one, two in zip(a, b, strict=False) for x, y in ((one, two), (left[one], right[two])))
            return first_difference(pairs) or sign_of(len(a), len(b))
    return sign_of(left, right)


def exactly(value: Any) -> Any:
    """Return a key that is equal only for values of the same type and content, so that 1 and 1.0 differ.

    NaN equals NaN.
    """
    match value:
        case dict():
            return ("map", sorted((key, exactly(one)) for key, one in value.items()))
        case list():
            return ("list", [exactly(one) for one in value])
    return (type(value).__name__, repr(value))


def look(fields: Fields, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(fields, dict) or name not in fields:
            return MISSING
        fields = fields[name]
    return fields


def put(fields: Fields, path: str, value: Any) -> None:
    *above, last = path.split(".")
    for name in above:
        if not isinstance(fields.get(name), dict):
            if value is MISSING:
                return
            fields[name] = {}
        fields = fields[name]
    if value is MISSING:
        fields.pop(last, None)
    else:
        fields[last] = copy.deepcopy(value)


def number(value: Any) -> bool:
    return value is not MISSING and kind(value) == NUMBER


def transformed(have: Any, what: str, operand: Any) -> Any:
    if what in {"union", "remove"}:
        elements = list(have) if isinstance(have, list) else []
        if what == "remove":
            return [one for one in elements if all(compare(one, gone) for gone in operand)]
        for one in operand:
            if all(compare(one, other) for other in elements):
                elements.append(one)
        return elements
    if not number(have):
        return operand
    if what == "increment":
        if isinstance(have, int) and isinstance(operand, int):
            return max(MIN_INT, min(MAX_INT, have + operand))
        return float(have) + float(operand)
    if math.isnan(have) or math.isnan(operand):
        return math.nan
    better = operand > have if what == "maximum" else operand < have
    return operand if better else have
