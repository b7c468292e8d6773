"""Check that the declared indexes can answer a query, as the real service does.

Besides the declared composite indexes, every field has single-field indexes of collection scope (ascending, descending,
array-contains) unless `fieldOverrides` overrides them. Filters by equality alone may be answered by merging indexes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from infra.emulators.firestore.indexes.ordered_index import Kind, Part, Spec
from infra.emulators.firestore.queries.declared_indexes import (
    COLLECTION,
    COLLECTION_GROUP,
    Declared,
    DeclaredIndexes,
    without_name,
)
from infra.emulators.firestore.queries.filters import Conjunction, Op
from infra.emulators.firestore.queries.query import Query
from infra.emulators.firestore.wire.errors import failed_precondition
from infra.emulators.firestore.wire.field_paths import NAME, field_text
from infra.emulators.firestore.wire.names import collection_id


def check_index(declared: DeclaredIndexes | None, project: str, query: Query) -> None:
    """Raise FAILED_PRECONDITION if a query needs an undeclared index. The message has the definition to add.

    Only queries in the project with declared indexes are checked.
    """
    if declared is None or project != declared.project or query.scope.kind == "all":
        return
    missing = missing_index(declared.current(), query)
    if missing is not None:
        definition = json.dumps(missing, ensure_ascii=False)
        section = "fieldOverrides" if "fieldPath" in missing else "indexes"
        raise failed_precondition(
            f'The query requires an index. Add to "{section}" in {declared.path.name}: {definition}'
        )


def missing_index(declared: Declared, query: Query) -> dict[str, Any] | None:
    """Return the definition of the index that a query lacks, or None if the declared indexes are enough."""
    group = collection_id(query.scope.key)
    scope = COLLECTION_GROUP if query.scope.kind == "group" else COLLECTION
    for conjunction in query.conjunctions:
        need = _Need.of(conjunction, query)
        if not need.is_met(declared, group, scope):
            return need.definition(declared, group, scope)
    return None


@dataclass(frozen=True, slots=True)
class _Need:
    """The index columns that a conjunction needs: `fixed` in any order, then exactly `ordered`."""

    fixed: frozenset[Part]
    ordered: Spec
    direction: Kind

    @classmethod
    def of(cls, conjunction: Conjunction, query: Query) -> _Need:
        equal = {t.field for t in conjunction if t.op is Op.EQUAL and t.field != NAME}
        fixed = {Part(field, Kind.ASCENDING) for field in equal}
        fixed |= {Part(t.field, Kind.CONTAINS) for t in conjunction if t.op is Op.CONTAINS}
        ordered = [part for part in query.orders if part.field not in equal]
        return cls(frozenset(fixed), without_name(tuple(ordered), bool(fixed)), query.orders[-1].kind)

    def is_met(self, declared: Declared, group: str, scope: str) -> bool:
        if not self.ordered and not self.fixed:
            return True  # by name alone
        covered: set[Part] = set()
        found = False
        for spec in declared.composites.get((group, scope), ()):
            prefix = self._prefix(spec)
            if prefix is not None:
                covered |= prefix
                found = True
        if not self.ordered:
            covered |= {part for part in self.fixed if self._has_single(declared, group, scope, part)}
            return covered == self.fixed
        if len(self.ordered) == 1 and self.ordered[0].field != NAME:
            found = found or declared.single(group, scope, self.ordered[0])
        return found and covered == self.fixed

    def _has_single(self, declared: Declared, group: str, scope: str, part: Part) -> bool:
        kind = part.kind if part.kind is Kind.CONTAINS else self.direction
        return declared.single(group, scope, Part(part.field, kind))

    def _prefix(self, spec: Spec) -> set[Part] | None:
        """Return the columns of `fixed` that an index covers, or None if the index does not end with `ordered`."""
        length = len(spec) - len(self.ordered)
        if length < 0 or spec[length:] != self.ordered:
            return None
        prefix = {part if part.kind is Kind.CONTAINS else Part(part.field, Kind.ASCENDING) for part in spec[:length]}
        return prefix if prefix <= self.fixed else None

    def definition(self, declared: Declared, group: str, scope: str) -> dict[str, Any]:
        columns = [*sorted(self.fixed, key=lambda part: (part.field, part.kind.value)), *self.ordered]
        if len(columns) == 1 and columns[0].field != NAME:
            return _override(declared, group, scope, columns[0])
        return {
            "collectionGroup": group,
            "queryScope": scope,
            "fields": [{"fieldPath": field_text(part.field), **_configuration(part.kind)} for part in columns],
        }


def _override(declared: Declared, group: str, scope: str, part: Part) -> dict[str, Any]:
    """Return an entry for `fieldOverrides` with a field's present single-field indexes and the missing one."""
    kept = [
        (kind, have)
        for have in (COLLECTION, COLLECTION_GROUP)
        for kind in Kind
        if declared.single(group, have, Part(part.field, kind))
    ]
    return {
        "collectionGroup": group,
        "fieldPath": field_text(part.field),
        "indexes": [{**_configuration(kind), "queryScope": have} for kind, have in [*kept, (part.kind, scope)]],
    }


def _configuration(kind: Kind) -> dict[str, str]:
    return {"arrayConfig": "CONTAINS"} if kind is Kind.CONTAINS else {"order": kind.value}
