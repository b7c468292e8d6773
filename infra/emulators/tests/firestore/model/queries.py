"""Queries of the model, answered by scanning all documents."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.emulators.tests.firestore.model.values import (
    MISSING,
    Doc,
    Fields,
    Ref,
    Refusal,
    compare,
    exactly,
    kind,
    look,
)


@dataclass
class Search:
    """A query. `where` is a disjunction of conjunctions of (field, op, value)."""

    collection: str
    group: bool = False
    where: list[list[tuple[str, str, Any]]] = field(default_factory=lambda: [[]])
    order: list[tuple[str, bool]] = field(default_factory=list)
    start: tuple[list[Any], bool] | None = None
    end: tuple[list[Any], bool] | None = None
    offset: int = 0
    limit: int | None = None
    to_last: bool = False


NEGATIVE = {"!=", "not-in"}
UNEQUAL = NEGATIVE | {"<", "<=", ">", ">="}
COMPARES: dict[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}


def holds(have: Any, op: str, value: Any) -> bool:
    if have is MISSING:
        return False
    match op:
        case "==":
            return compare(have, value) == 0
        case "in":
            return any(compare(have, one) == 0 for one in value if matchable(one))
        case "!=":
            return have is not None and compare(have, value) != 0
        case "not-in":
            return have is not None and None not in value and all(compare(have, one) for one in value)
        case "array_contains":
            return isinstance(have, list) and matchable(value) and any(compare(one, value) == 0 for one in have)
        case "array_contains_any":
            return isinstance(have, list) and any(
                compare(one, two) == 0 for one in have for two in value if matchable(two)
            )
    return kind(have) == kind(value) and COMPARES[op](compare(have, value))


def matchable(value: Any) -> bool:
    """Return whether `in` and similar operators can match the value. Null and NaN never match."""
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def check(search: Search) -> None:
    """Raise the client's error if the query has operators that cannot be combined."""
    ops = [op for conjunction in search.where for _, op, _ in conjunction]
    negatives = [op for op in ops if op in NEGATIVE]
    mixed = len(search.where) > 1 or {"in", "array_contains_any"} & set(ops)
    if len(negatives) > 1 or ("not-in" in negatives and mixed):
        raise Refusal("InvalidArgument")
    disjunctions = 0
    for conjunction in search.where:
        if sum(op in {"array_contains", "array_contains_any"} for _, op, _ in conjunction) > 1:
            raise Refusal("InvalidArgument")
        sizes = [
            len({str(exactly(one)) for one in v}) for _, op, v in conjunction if op in {"in", "array_contains_any"}
        ]
        disjunctions += math.prod(sizes)
    if disjunctions > 30:
        raise Refusal("InvalidArgument")


def full_order(search: Search, also: list[str]) -> list[tuple[str, bool]]:
    """Return the complete order: the given one, then inequality fields by name, then summed fields.

    Fields occur once. Added fields have the last given direction.
    """
    down = search.order[-1][1] if search.order else False
    unequal = sorted({f for conjunction in search.where for f, op, _ in conjunction if op in UNEQUAL})
    order = list(search.order)
    for one in [*unequal, *also]:
        if one not in {name for name, _ in order}:
            order.append((one, down))
    return order


def place(fields: Fields, order: list[tuple[str, bool]], values: list[Any]) -> int:
    for (name, reverse), value in zip(order, values, strict=False):
        sign = compare(look(fields, name), value)
        if sign:
            return -sign if reverse else sign
    return 0


def matches(search: Search, path: str, fields: Fields) -> bool:
    collection = path.rpartition("/")[0]
    if (collection.rpartition("/")[2] if search.group else collection) != search.collection:
        return False
    return any(all(holds(look(fields, name), op, v) for name, op, v in conjunction) for conjunction in search.where)


def run(docs: dict[str, Doc], search: Search, also: list[str] | None = None) -> tuple[list[str], list[str]]:
    check(search)
    order = full_order(search, also or [])
    down = order[-1][1] if order else False

    def by_order(left: str, right: str) -> int:
        behind = place(docs[left].fields, order, [look(docs[right].fields, name) for name, _ in order])
        return behind or compare(Ref(left), Ref(right)) * (-1 if down else 1)

    found = [path for path, doc in docs.items() if matches(search, path, doc.fields)]
    found = [path for path in found if all(look(docs[path].fields, name) is not MISSING for name, _ in order)]
    found.sort(key=functools.cmp_to_key(by_order))
    for cursor, side in ((search.start, 1), (search.end, -1)):
        if cursor is not None:
            values, included = cursor
            kept = {side, 0} if included else {side}
            found = [path for path in found if place(docs[path].fields, order, values) in kept]
    if search.to_last and search.limit:
        return [], found[-search.limit :]
    stop = None if search.limit is None else search.offset + search.limit
    return found[: search.offset], found[search.offset : stop]


def identity(docs: dict[str, Doc], search: Search, also: list[str]) -> list[tuple[str, int]]:
    skipped, found = run(docs, search, also)
    return [(path, docs[path].version) for path in (*skipped, *found)]
