"""Builds the protobuf messages of Firestore queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.cloud.firestore_v1 import types

from petitions.adapters.wire.values import encode_value
from petitions.ports.store import Condition, Query

NAME = "__name__"

_Query = types.StructuredQuery.pb()
_Together = types.StructuredQuery.CompositeFilter.Operator
_Direction = types.StructuredQuery.Direction
_Operator = types.StructuredQuery.FieldFilter.Operator
_Unary = types.StructuredQuery.UnaryFilter.Operator
_OPERATORS = {
    "==": _Operator.EQUAL,
    "!=": _Operator.NOT_EQUAL,
    "<": _Operator.LESS_THAN,
    "<=": _Operator.LESS_THAN_OR_EQUAL,
    ">": _Operator.GREATER_THAN,
    ">=": _Operator.GREATER_THAN_OR_EQUAL,
    "in": _Operator.IN,
    "not-in": _Operator.NOT_IN,
    "array_contains": _Operator.ARRAY_CONTAINS,
    "array_contains_any": _Operator.ARRAY_CONTAINS_ANY,
}
_OF_NOTHING = {"==": _Unary.IS_NULL, "!=": _Unary.IS_NOT_NULL}


def parent_of(root: str, query: Query) -> str:
    """Return the name of the document below which a query searches, or `root` for the whole database."""
    above = "" if query.group else query.collection.rpartition("/")[0]
    return f"{root}/{above}" if above else root


def structured(root: str, query: Query) -> Any:
    """Return the query as a protobuf message. Raise ValueError or TypeError if Firestore does not support it."""
    wire = _Query()
    wire.from_.add(collection_id=query.collection.rpartition("/")[2], all_descendants=query.group)
    for field in query.fields:
        wire.select.fields.add().field_path = field
    _filter(wire.where, root, query)
    for field in query.order_by:
        order = wire.order_by.add()
        order.field.field_path = field.removeprefix("-")
        order.direction = _Direction.DESCENDING if field.startswith("-") else _Direction.ASCENDING
    if query.start_after:
        wire.start_at.before = False
        for field, value in zip(query.order_by, query.start_after, strict=True):
            _put(wire.start_at.values.add(), root, query, field.removeprefix("-"), value)
    if query.limit:
        wire.limit.value = query.limit
    return wire


def _filter(wire: Any, root: str, query: Query) -> None:
    sets = [(*query.where, *conditions) for conditions in query.any_of] or [query.where]
    if len(sets) == 1:
        _all_of(wire, root, query, sets[0])
        return
    wire.composite_filter.op = _Together.OR
    for conditions in sets:
        _all_of(wire.composite_filter.filters.add(), root, query, conditions)


def _all_of(wire: Any, root: str, query: Query, conditions: Sequence[Condition]) -> None:
    if len(conditions) == 1:
        _condition(wire, root, query, *conditions[0])
    elif conditions:
        wire.composite_filter.op = _Together.AND
        for condition in conditions:
            _condition(wire.composite_filter.filters.add(), root, query, *condition)


def _condition(wire: Any, root: str, query: Query, field: str, operator: str, value: Any) -> None:
    known = _OF_NOTHING if value is None else _OPERATORS
    if operator not in known:
        raise ValueError(f"no condition is {field} {operator} {type(value).__name__}")
    if value is None:
        wire.unary_filter.field.field_path, wire.unary_filter.op = field, known[operator]
        return
    wire.field_filter.field.field_path, wire.field_filter.op = field, known[operator]
    _put(wire.field_filter.value, root, query, field, value)


def _put(wire: Any, root: str, query: Query, field: str, value: Any) -> None:
    if field != NAME:
        encode_value(wire, value)
    elif isinstance(value, list | tuple):
        for item in value:
            _put(wire.array_value.values.add(), root, query, field, item)
    else:
        wire.reference_value = f"{root}/{value}" if query.group else f"{root}/{query.collection}/{value}"
