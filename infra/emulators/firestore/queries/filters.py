"""Convert the filters of a request to a disjunction of conjunctions, by Firestore's rules.

`in` and `array-contains-any` are disjunctions too. At most 30 conjunctions may result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from infra.emulators.firestore.documents.fields import value_at
from infra.emulators.firestore.documents.limits import MAX_DISJUNCTIONS, MAX_NOT_IN
from infra.emulators.firestore.documents.value_order import NAN, NULL, encode, encode_path
from infra.emulators.firestore.wire.errors import invalid
from infra.emulators.firestore.wire.field_paths import NAME, FieldPath, field_path
from infra.emulators.firestore.wire.messages import CompositeOperator, FieldOperator, Message, UnaryOperator
from infra.emulators.firestore.wire.names import DatabaseName, split

NEVER = b""
"""A value of a filter that no document matches, such as null and NaN in `in`, `array-contains` and the like."""


class Op(Enum):
    EQUAL = "=="
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    NOT_EQUAL = "!="
    NOT_IN = "not-in"
    CONTAINS = "array-contains"


RANGES = frozenset({Op.LESS, Op.LESS_EQUAL, Op.GREATER, Op.GREATER_EQUAL})
NEGATIONS = frozenset({Op.NOT_EQUAL, Op.NOT_IN})
INEQUALITIES = RANGES | NEGATIONS
_RANGE_OPERATORS = {
    FieldOperator.LESS_THAN: Op.LESS,
    FieldOperator.LESS_THAN_OR_EQUAL: Op.LESS_EQUAL,
    FieldOperator.GREATER_THAN: Op.GREATER,
    FieldOperator.GREATER_THAN_OR_EQUAL: Op.GREATER_EQUAL,
}
_ANY_OF = {FieldOperator.IN: Op.EQUAL, FieldOperator.ARRAY_CONTAINS_ANY: Op.CONTAINS}
_UNARY_OPERATORS = {
    UnaryOperator.IS_NULL: (Op.EQUAL, NULL),
    UnaryOperator.IS_NAN: (Op.EQUAL, NAN),
    UnaryOperator.IS_NOT_NULL: (Op.NOT_EQUAL, NULL),
    UnaryOperator.IS_NOT_NAN: (Op.NOT_EQUAL, NAN),
}


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison of a field with encoded values. Only the operator NOT_IN has more than one value."""

    field: FieldPath
    op: Op
    values: tuple[bytes, ...]

    @property
    def value(self) -> bytes:
        return self.values[0]

    def holds(self, path: str, fields: Message) -> bool:
        """Return whether a document satisfies the comparison. A document without the field never does."""
        if self.field == NAME:
            return self._compare(encode_path(path))
        value = value_at(fields, self.field)
        if value is None:
            return False
        if self.op is Op.CONTAINS:
            return any(encode(element) == self.value for element in value.array_value.values)
        return self._compare(encode(value))

    def _compare(self, have: bytes) -> bool:
        match self.op:
            case Op.EQUAL:
                return have == self.value
            case Op.NOT_EQUAL:
                return have not in (NULL, self.value)
            case Op.NOT_IN:
                return have != NULL and NULL not in self.values and have not in self.values
        if have[0] != self.value[0]:  # ranges stay within one type
            return False
        match self.op:
            case Op.LESS:
                return have < self.value
            case Op.LESS_EQUAL:
                return have <= self.value
            case Op.GREATER:
                return have > self.value
            case _:
                return have >= self.value


Conjunction = tuple[Test, ...]


def conjunctions(where: Message, database: DatabaseName) -> tuple[Conjunction, ...]:
    """Return the conjunctions of a filter. A document matches if it satisfies all tests of any conjunction.

    Without a filter, the result is one empty conjunction, which every document satisfies. An empty result matches
    nothing. Raise INVALID_ARGUMENT for filters that Firestore rejects.
    """
    if where.WhichOneof("filter_type") is None:
        return ((),)
    _check_together(list(_operators(where)))
    found = _expand(where, database)
    if len(found) > MAX_DISJUNCTIONS:
        raise invalid(f"The query has more than {MAX_DISJUNCTIONS} disjunctions after normalisation.")
    for conjunction in found:
        if sum(test.op is Op.CONTAINS for test in conjunction) > 1:
            raise invalid("A maximum of 1 'ARRAY_CONTAINS' filter is allowed per disjunction.")
    possible = (one for one in found if all(NEVER not in test.values for test in one))
    return tuple(dict.fromkeys(possible))


def _operators(where: Message) -> Iterator[str]:
    kind = where.WhichOneof("filter_type")
    if kind == "composite_filter":
        composite = where.composite_filter
        if composite.op == CompositeOperator.OR and len(composite.filters) > 1:
            yield "OR"
        for one in composite.filters:
            yield from _operators(one)
    elif kind == "field_filter":
        yield FieldOperator.Name(where.field_filter.op)
    elif kind == "unary_filter":
        yield UnaryOperator.Name(where.unary_filter.op)


def _check_together(operators: list[str]) -> None:
    negations = [o for o in operators if o in {"NOT_EQUAL", "NOT_IN", "IS_NOT_NULL", "IS_NOT_NAN"}]
    if len(negations) > 1:
        raise invalid("Only one of NOT_EQUAL, NOT_IN, IS_NOT_NULL and IS_NOT_NAN is allowed, and once.")
    if "NOT_IN" in operators and {"OR", "IN", "ARRAY_CONTAINS_ANY"} & set(operators):
        raise invalid("NOT_IN cannot be used with OR, IN or ARRAY_CONTAINS_ANY in the same query.")


def _expand(where: Message, database: DatabaseName) -> list[Conjunction]:
    match where.WhichOneof("filter_type"):
        case "composite_filter":
            return _expand_composite(where.composite_filter, database)
        case "field_filter":
            return _expand_field(where.field_filter, database)
        case "unary_filter":
            if where.unary_filter.op not in _UNARY_OPERATORS:
                raise invalid("The unary filter has no operator.")
            op, value = _UNARY_OPERATORS[where.unary_filter.op]
            return [(Test(field_path(where.unary_filter.field.field_path), op, (value,)),)]
        case _:
            raise invalid("A filter is empty.")


def _expand_composite(composite: Message, database: DatabaseName) -> list[Conjunction]:
    if not composite.filters:
        raise invalid("A composite filter needs at least one filter.")
    parts = [_expand(one, database) for one in composite.filters]
    if composite.op == CompositeOperator.OR:
        return [conjunction for part in parts for conjunction in part]
    if composite.op != CompositeOperator.AND:
        raise invalid("A composite filter has no operator.")
    found: list[Conjunction] = [()]
    for part in parts:
        found = [left + right for left in found for right in part]
        if len(found) > MAX_DISJUNCTIONS:
            raise invalid(f"The query has more than {MAX_DISJUNCTIONS} disjunctions after normalisation.")
    return found


def _expand_field(filter_: Message, database: DatabaseName) -> list[Conjunction]:
    field = field_path(filter_.field.field_path)
    op = filter_.op
    if op in _RANGE_OPERATORS:
        return [(Test(field, _RANGE_OPERATORS[op], (operand(field, filter_.value, database),)),)]
    if op == FieldOperator.EQUAL:
        return [(Test(field, Op.EQUAL, (operand(field, filter_.value, database),)),)]
    if op == FieldOperator.NOT_EQUAL:
        return [(Test(field, Op.NOT_EQUAL, (operand(field, filter_.value, database),)),)]
    if op == FieldOperator.ARRAY_CONTAINS:
        return [(Test(field, Op.CONTAINS, (_member(encode(filter_.value)),)),)]
    if op not in _ANY_OF and op != FieldOperator.NOT_IN:
        raise invalid("The field filter has no operator.")
    name = FieldOperator.Name(op)
    if not filter_.value.array_value.values:
        raise invalid(f"'{name}' requires a non-empty ArrayValue.")
    operands = tuple(operand(field, one, database) for one in filter_.value.array_value.values)
    if op == FieldOperator.NOT_IN:
        if len(operands) > MAX_NOT_IN:
            raise invalid(f"'NOT_IN' supports up to {MAX_NOT_IN} comparison values.")
        return [(Test(field, Op.NOT_IN, operands),)]
    if len(operands) > MAX_DISJUNCTIONS:
        raise invalid(f"'{name}' supports up to {MAX_DISJUNCTIONS} comparison values.")
    return [(Test(field, _ANY_OF[op], (_member(one),)),) for one in dict.fromkeys(operands)]


def _member(value: bytes) -> bytes:
    return NEVER if value in {NULL, NAN} else value


def operand(field: FieldPath, value: Message, database: DatabaseName) -> bytes:
    """Encode the value of a comparison. `__name__` can be compared only with references into the same database."""
    if field != NAME:
        return encode(value)
    if value.WhichOneof("value_type") != "reference_value":
        raise invalid("__key__ filter value must be a Key: __name__ is compared with references only.")
    owner, path = split(value.reference_value)
    if owner != database or not path:
        raise invalid("__name__ is compared with references into the same database only.")
    return encode_path(path)
