"""A slow, plain model of Firestore, written apart from the emulator: dictionaries, full scans, whole copies.

Values are Python's; a document reference is `Ref`. Versions and moments are counted 1, 2, 3, ... by change.
"""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

Fields = dict[str, Any]
MAX_INT, MIN_INT = 2**63 - 1, -(2**63)


class Refusal(Exception):  # noqa: N818 - an expected answer
    """The operation is refused; the name of the client's exception class."""


class Ref(NamedTuple):
    """A reference to a document of the same database."""

    path: str


class Point(NamedTuple):
    """A geo point."""

    latitude: float
    longitude: float


class Doc(NamedTuple):
    """A stored document."""

    fields: Fields
    created: int
    version: int


MISSING = object()


def kind(value: Any) -> int:
    """The place of a value's type among the types."""
    match value:
        case None:
            return 0
        case bool():
            return 1
        case int() | float():
            return 2
        case datetime():
            return 3
        case str():
            return 4
        case bytes():
            return 5
        case Ref():
            return 6
        case Point():
            return 7
        case list():
            return 8
        case dict():
            return 9
    raise TypeError(value)


def sign_of(left: Any, right: Any) -> int:
    return -1 if left < right else 1 if right < left else 0


def first_difference(pairs: Iterable[tuple[Any, Any]]) -> int:
    return next((sign for left, right in pairs if (sign := compare(left, right))), 0)


def compare(left: Any, right: Any) -> int:
    """-1, 0 or 1: the documented order of values."""
    if kind(left) != kind(right):
        return sign_of(kind(left), kind(right))
    match left:
        case None:
            return 0
        case int() | float() if kind(left) == 2:
            if math.isnan(left) or math.isnan(right):
                return sign_of(not math.isnan(left), not math.isnan(right))
            return sign_of(left, right)
        case str():
            return sign_of(left.encode(), right.encode())
        case Ref():
            a, b = left.path.split("/"), right.path.split("/")
            return sign_of([one.encode() for one in a], [one.encode() for one in b])
        case list():
            return first_difference(zip(left, right, strict=False)) or sign_of(len(left), len(right))
        case dict():
            a, b = (sorted(one, key=str.encode) for one in (left, right))
            pairs = ((x, y) for one, two in zip(a, b, strict=False) for x, y in ((one, two), (left[one], right[two])))
            return first_difference(pairs) or sign_of(len(a), len(b))
    return sign_of(left, right)


def exactly(value: Any) -> Any:
    """Something that is equal only for values of the same type and content; NaN equals NaN."""
    match value:
        case dict():
            return ("map", sorted((key, exactly(one)) for key, one in value.items()))
        case list():
            return ("list", [exactly(one) for one in value])
    return (type(value).__name__, repr(value))


def look(fields: Fields, path: str) -> Any:
    """The value at a dotted path, MISSING if there is none."""
    for name in path.split("."):
        if not isinstance(fields, dict) or name not in fields:
            return MISSING
        fields = fields[name]
    return fields


def put(fields: Fields, path: str, value: Any) -> None:
    """Set (MISSING: remove) the value at a dotted path; what is no map gives way."""
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
    return value is not MISSING and kind(value) == 2


def transformed(have: Any, what: str, operand: Any) -> Any:
    """The value after increment, maximum, minimum, union or removal."""
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


@dataclass
class Write:
    """One write. `mask` None: the whole document; `exists`, `version`: preconditions."""

    path: str
    fields: Fields | None = None
    mask: list[str] | None = None
    transforms: list[tuple[str, str, Any]] = field(default_factory=list)
    exists: bool | None = None
    version: int | None = None
    delete: bool = False


@dataclass
class Search:
    """A query: `where` is a list of conjunctions of (field, op, value), one of which must hold."""

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
    """Whether one comparison holds."""
    if have is MISSING:
        return False
    match op:
        case "==":
            return compare(have, value) == 0
        case "in":
            return any(compare(have, one) == 0 for one in value)
        case "!=":
            return have is not None and compare(have, value) != 0
        case "not-in":
            return have is not None and None not in value and all(compare(have, one) for one in value)
        case "array_contains":
            return isinstance(have, list) and any(compare(one, value) == 0 for one in have)
        case "array_contains_any":
            return isinstance(have, list) and any(compare(one, two) == 0 for one in have for two in value)
    return kind(have) == kind(value) and COMPARES[op](compare(have, value))


def check(search: Search) -> None:
    """Raise for what may not stand in one query."""
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
    """The asked order, then inequality fields by name, then the summed fields, each once, in the last direction."""
    down = search.order[-1][1] if search.order else False
    unequal = sorted({f for conjunction in search.where for f, op, _ in conjunction if op in UNEQUAL})
    order = list(search.order)
    for one in [*unequal, *also]:
        if one not in {name for name, _ in order}:
            order.append((one, down))
    return order


def run(docs: dict[str, Doc], search: Search, also: list[str] | None = None) -> tuple[list[str], list[str]]:
    """The paths that a query passes over, and those it finds."""
    check(search)
    order = full_order(search, also or [])
    down = order[-1][1] if order else False

    def inside(path: str) -> bool:
        collection = path.rpartition("/")[0]
        return (collection.rpartition("/")[2] if search.group else collection) == search.collection

    def matches(fields: Fields) -> bool:
        if any(look(fields, name) is MISSING for name, _ in order):
            return False
        return any(all(holds(look(fields, f), op, v) for f, op, v in conjunction) for conjunction in search.where)

    def by_order(left: str, right: str) -> int:
        for name, reverse in order:
            sign = compare(look(docs[left].fields, name), look(docs[right].fields, name))
            if sign:
                return -sign if reverse else sign
        sign = compare(Ref(left), Ref(right))
        return -sign if down else sign

    def place(path: str, values: list[Any]) -> int:
        for (name, reverse), value in zip(order, values, strict=False):
            sign = compare(look(docs[path].fields, name), value)
            if sign:
                return -sign if reverse else sign
        return 0

    found = [path for path in docs if inside(path) and matches(docs[path].fields)]
    found.sort(key=functools.cmp_to_key(by_order))
    if search.start is not None:
        values, included = search.start
        found = [path for path in found if place(path, values) > 0 or (included and place(path, values) == 0)]
    if search.end is not None:
        values, included = search.end
        found = [path for path in found if place(path, values) < 0 or (included and place(path, values) == 0)]
    if search.to_last:
        return [], found[-search.limit :] if search.limit else found
    rest = found[search.offset :]
    return found[: search.offset], rest if search.limit is None else rest[: search.limit]


@dataclass
class Transaction:
    """What a transaction has read, and of which moment."""

    moment: int | None = None
    docs: dict[str, Doc] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    searches: list[tuple[Search, list[str], list[tuple[str, int]]]] = field(default_factory=list)


class Model:
    """One database."""

    def __init__(self) -> None:
        self.docs: dict[str, Doc] = {}
        self.moment = 0
        self.changed: dict[str, int] = {}
        self.past: dict[int, dict[str, Doc]] = {0: {}}

    def commit(self, writes: list[Write], transaction: Transaction | None = None) -> list[int | None]:
        """Apply all or nothing; the version of each written document (None: deleted)."""
        if transaction is not None and writes and self._conflict(transaction):
            raise Refusal("Aborted")
        moment, docs, versions = self.moment + 1, dict(self.docs), list[int | None]()
        for write in writes:
            before = docs.get(write.path)
            self._require(write, before)
            if write.delete:
                docs.pop(write.path, None)
                versions.append(None)
                continue
            after = Doc(self._updated(write, before), before.created if before else moment, moment)
            if before is not None and exactly(before.fields) == exactly(after.fields):
                after = before
            docs[write.path] = after
            versions.append(after.version)
        for path in docs.keys() | self.docs.keys():
            if docs.get(path) is not self.docs.get(path):
                self.changed[path] = moment
        self.docs, self.moment = docs, moment
        self.past[moment] = docs
        return versions

    def _require(self, write: Write, before: Doc | None) -> None:
        if write.exists is True and before is None:
            raise Refusal("NotFound")
        if write.exists is False and before is not None:
            raise Refusal("AlreadyExists")
        if write.version is not None and (before is None or before.version != write.version):
            raise Refusal("FailedPrecondition")

    def _updated(self, write: Write, before: Doc | None) -> Fields:
        given = write.fields or {}
        if write.mask is None:
            fields = copy.deepcopy(given)
        else:
            fields = copy.deepcopy(before.fields) if before is not None else {}
            for path in write.mask:
                put(fields, path, look(given, path))
        for path, what, operand in write.transforms:
            put(fields, path, transformed(look(fields, path), what, operand))
        return fields

    def begin_read(self, transaction: Transaction) -> dict[str, Doc]:
        """The documents of the transaction's moment, which its first read chooses."""
        if transaction.moment is None:
            transaction.moment, transaction.docs = self.moment, self.docs
        return transaction.docs

    def note(self, transaction: Transaction, search: Search, also: list[str]) -> None:
        """Remember a query of a transaction."""
        transaction.searches.append((search, also, identity(self.begin_read(transaction), search, also)))

    def _conflict(self, transaction: Transaction) -> bool:
        moment = transaction.moment if transaction.moment is not None else self.moment
        if any(self.changed.get(path, 0) > moment for path in transaction.read):
            return True
        return any(identity(self.docs, search, also) != then for search, also, then in transaction.searches)


def identity(docs: dict[str, Doc], search: Search, also: list[str]) -> list[tuple[str, int]]:
    """What a query has seen: the documents and their versions."""
    skipped, found = run(docs, search, also)
    return [(path, docs[path].version) for path in (*skipped, *found)]
