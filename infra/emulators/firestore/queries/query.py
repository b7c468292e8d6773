"""Parse a StructuredQuery: scope, filters, complete sort order, cursors, offset, limit and projection."""

from __future__ import annotations

from dataclasses import dataclass, replace

from infra.emulators.firestore.indexes.ordered_index import Kind, Part, Scope
from infra.emulators.firestore.queries.filters import INEQUALITIES, Conjunction, conjunctions, operand
from infra.emulators.firestore.wire.errors import invalid, unimplemented
from infra.emulators.firestore.wire.field_paths import NAME, FieldPath, field_path
from infra.emulators.firestore.wire.messages import Direction, Message
from infra.emulators.firestore.wire.names import DatabaseName, check_id, collection_of, join


@dataclass(frozen=True, slots=True)
class Bound:
    """A cursor just before or just after all rows whose order values begin with `values`."""

    values: tuple[bytes, ...]
    before: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `orders` is complete, so its last column is `__name__`."""

    scope: Scope
    parent: str
    all_descendants: bool
    conjunctions: tuple[Conjunction, ...]
    orders: tuple[Part, ...]
    start: Bound | None
    end: Bound | None
    offset: int
    limit: int | None
    projection: tuple[FieldPath, ...] | None

    def covers(self, path: str) -> bool:
        if self.scope.kind == "collection":
            return collection_of(path) == self.scope.key
        if self.parent and not path.startswith(self.parent + "/"):
            return False
        if self.scope.kind == "group":
            return collection_of(path).rpartition("/")[2] == self.scope.key
        return self.all_descendants or collection_of(collection_of(path)) == self.parent

    def ordered_also_by(self, fields: list[FieldPath]) -> Query:
        """Return a query that is also ordered by these fields, which excludes documents without them.

        Sums and averages need this.
        """
        return replace(self, orders=_complete(list(self.orders[:-1]), fields, self.orders[-1].kind))


def parse(database: DatabaseName, parent: str, wire: Message) -> Query:
    """Parse a StructuredQuery below `parent` ("" or a document's path).

    Raise INVALID_ARGUMENT or UNIMPLEMENTED.
    """
    if wire.HasField("find_nearest"):
        raise unimplemented("Vector search (find_nearest) is not part of this emulator.")
    if len(wire.from_) != 1:
        raise invalid("A query needs exactly one collection selector.")
    if wire.offset < 0 or wire.limit.value < 0:
        raise invalid("Offset and limit must not be negative.")
    found = conjunctions(wire.where, database)
    unequal = {t.field for c in found for t in c if t.op in INEQUALITIES}
    orders = _orders(wire, sorted(unequal))
    return Query(
        scope=_scope(parent, wire.from_[0]),
        parent=parent,
        all_descendants=wire.from_[0].all_descendants,
        conjunctions=found,
        orders=orders,
        start=_bound(wire.start_at, orders, database) if wire.HasField("start_at") else None,
        end=_bound(wire.end_at, orders, database) if wire.HasField("end_at") else None,
        offset=wire.offset,
        limit=wire.limit.value if wire.HasField("limit") else None,
        projection=_projection(wire),
    )


def _scope(parent: str, selector: Message) -> Scope:
    if not selector.collection_id:
        return Scope("all", "")
    check_id(selector.collection_id)
    if selector.all_descendants:
        return Scope("group", selector.collection_id)
    return Scope("collection", join(parent, selector.collection_id))


def _orders(wire: Message, unequal: list[FieldPath]) -> tuple[Part, ...]:
    explicit: list[Part] = []
    for order in wire.order_by:
        kind = Kind.DESCENDING if order.direction == Direction.DESCENDING else Kind.ASCENDING
        explicit.append(Part(field_path(order.field.field_path), kind))
    if len({part.field for part in explicit}) < len(explicit):
        raise invalid("order_by names a field twice.")
    names = [part.field for part in explicit]
    if NAME in names and (names[-1] != NAME or not set(unequal) <= set(names)):
        raise invalid("The order by clause cannot contain more fields after the key (__name__).")
    return _complete(explicit, unequal, explicit[-1].kind if explicit else Kind.ASCENDING)


def _complete(explicit: list[Part], fields: list[FieldPath], direction: Kind) -> tuple[Part, ...]:
    """Complete a sort order with the inequality fields, then the name, in the last explicit direction."""
    parts = list(explicit)
    have = {part.field for part in parts}
    parts += [Part(field, direction) for field in fields if field not in have and field != NAME]
    if NAME not in have:
        parts.append(Part(NAME, direction))
    return tuple(parts)


def _bound(cursor: Message, orders: tuple[Part, ...], database: DatabaseName) -> Bound:
    if len(cursor.values) > len(orders):
        raise invalid("Cursor has too many values: more than the query's order_by fields.")
    values = tuple(operand(part.field, value, database) for part, value in zip(orders, cursor.values, strict=False))
    return Bound(values, cursor.before)


def _projection(wire: Message) -> tuple[FieldPath, ...] | None:
    if not wire.HasField("select") or not wire.select.fields:
        return None
    return tuple(field_path(one.field_path) for one in wire.select.fields)
