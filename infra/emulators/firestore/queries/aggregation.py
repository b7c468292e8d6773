"""Aggregations: the count of a query's results, and the sum or average of a field."""

from __future__ import annotations

from collections.abc import Iterator

from infra.emulators.firestore.documents.fields import value_at
from infra.emulators.firestore.documents.limits import MAX_AGGREGATIONS
from infra.emulators.firestore.queries.execution import Row
from infra.emulators.firestore.wire.errors import invalid, unimplemented
from infra.emulators.firestore.wire.field_paths import FieldPath, field_path
from infra.emulators.firestore.wire.messages import Document, Message, Value

_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


def aliases_of(aggregations: Message) -> list[str]:
    """Return the names of the aggregations. Unnamed aggregations become field_1, field_2 and so on."""
    given = [one.alias for one in aggregations if one.alias]
    if len(set(given)) < len(given):
        raise invalid("Two aggregations have the same alias.")
    free = (f"field_{number}" for number in range(1, 2 * MAX_AGGREGATIONS) if f"field_{number}" not in given)
    return [one.alias or next(free) for one in aggregations]


def aggregated_field(aggregation: Message) -> FieldPath | None:
    match aggregation.WhichOneof("operator"):
        case "count":
            if aggregation.count.HasField("up_to") and aggregation.count.up_to.value < 1:
                raise invalid("Count's up_to must be positive.")
            return None
        case "sum":
            return field_path(aggregation.sum.field.field_path)
        case "avg":
            return field_path(aggregation.avg.field.field_path)
        case _:
            raise unimplemented("Aggregations are count, sum and avg.")


def aggregate(aggregation: Message, rows: list[Row]) -> Message:
    kind = aggregation.WhichOneof("operator")
    if kind == "count":
        limited = aggregation.count.HasField("up_to")
        return Value(integer_value=min(len(rows), aggregation.count.up_to.value) if limited else len(rows))
    numbers = list(_numbers(rows, field_path(getattr(aggregation, kind).field.field_path)))
    total = _total(numbers)
    if kind == "sum":
        return Value(integer_value=total) if isinstance(total, int) else Value(double_value=total)
    return Value(double_value=total / len(numbers)) if numbers else Value(null_value=0)


def _numbers(rows: list[Row], path: FieldPath) -> Iterator[int | float]:
    for row in rows:
        value: Message = value_at(Document.FromString(row.version.data).fields, path)
        if value is None:
            continue
        match value.WhichOneof("value_type"):
            case "integer_value":
                yield value.integer_value
            case "double_value":
                yield value.double_value


def _total(numbers: list[int | float]) -> int | float:
    """Return the sum: an integer if all are integers and the sum fits into 64 bits, else a double."""
    if all(isinstance(number, int) for number in numbers):
        total = sum(numbers)
        return total if _INT_MIN <= total <= _INT_MAX else float(total)
    total = 0.0
    for number in numbers:
        total += number
    return total
