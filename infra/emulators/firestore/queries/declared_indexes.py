"""Which queries production would answer: the check against the indexes that are declared for deployment.

Read from firestore.indexes.json (the Firebase CLI's format, which Terraform deploys). Besides the composite indexes
declared there, each field has single-field indexes of collection scope (ascending, descending, array-contains) unless
an entry of `fieldOverrides` says otherwise. Filters by equality alone may be answered by merging several indexes.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from infra.emulators.firestore.indexes.index_entries import IndexesOf, Undeclared
from infra.emulators.firestore.indexes.ordered_index import Kind, Part, Spec
from infra.emulators.firestore.queries.filters import Conjunction, Op
from infra.emulators.firestore.queries.query import Query
from infra.emulators.firestore.wire.errors import Refused, failed_precondition
from infra.emulators.firestore.wire.names import NAME, FieldPath, collection_id, field_path, field_text

COLLECTION, COLLECTION_GROUP = "COLLECTION", "COLLECTION_GROUP"
_LOG = logging.getLogger(__name__)
_DEFAULT = frozenset((kind, COLLECTION) for kind in Kind)
_ANY_FIELD: FieldPath = ("*",)


@dataclass(frozen=True, slots=True)
class Declared:
    """What the file says."""

    composites: dict[tuple[str, str], list[Spec]]
    overrides: dict[tuple[str, FieldPath], frozenset[tuple[Kind, str]]]
    ttl_fields: list[tuple[str, FieldPath]]

    @classmethod
    def parse(cls, content: dict[str, Any]) -> Declared:
        """Read the JSON; raises ValueError for what cannot be an index."""
        composites: dict[tuple[str, str], list[Spec]] = {}
        for index in content.get("indexes", ()):
            scoped = index["collectionGroup"], index.get("queryScope", COLLECTION)
            composites.setdefault(scoped, []).append(_without_name(_spec(index["fields"])))
        overrides: dict[tuple[str, FieldPath], frozenset[tuple[Kind, str]]] = {}
        ttl_fields = []
        for one in content.get("fieldOverrides", ()):
            place = one["collectionGroup"], _field(one["fieldPath"])
            if one.get("ttl"):
                ttl_fields.append(place)
            if "indexes" in one:
                overrides[place] = frozenset(
                    (_kind(index), index.get("queryScope", COLLECTION)) for index in one["indexes"]
                )
        return cls(composites, overrides, ttl_fields)

    def single(self, group: str, scope: str, part: Part) -> bool:
        """Whether a field has a single-field index; what is said of a map holds for what is in it."""
        places = [(group, part.field[:depth]) for depth in range(len(part.field), 0, -1)]
        for place in [*places, (group, _ANY_FIELD), ("__default__", _ANY_FIELD)]:
            if place in self.overrides:
                return (part.kind, scope) in self.overrides[place]
        return (part.kind, scope) in _DEFAULT

    def kinds(self, group: str, field: FieldPath) -> list[Kind]:
        """The single-field indexes of a field, those of either scope."""
        scopes = COLLECTION, COLLECTION_GROUP
        return [kind for kind in Kind for scope in scopes if self.single(group, scope, Part(field, kind))]


class DeclaredIndexes:
    """The check for one project; the file is read again when it has changed."""

    def __init__(self, project: str, path: Path) -> None:
        self.project = project
        self._path = path
        self._stamp = self._look()
        self._declared = self._read()

    def _look(self) -> tuple[int, int]:
        status = self._path.stat()
        return status.st_mtime_ns, status.st_size

    def _read(self) -> Declared:
        self._stamp = self._look()
        declared = Declared.parse(json.loads(self._path.read_bytes()))
        self._kinds = lru_cache(maxsize=8192)(declared.kinds)
        return declared

    def current(self) -> Declared:
        """What the file says now; while it is being edited and cannot be read, what it said before."""
        if self._look() != self._stamp:
            try:
                self._declared = self._read()
            except (ValueError, KeyError, TypeError, Refused):
                _LOG.exception("%s cannot be read; the indexes stay as they were", self._path)
        return self._declared

    def indexes_of(self, project: str, group: str) -> IndexesOf:
        """The single-field indexes of a collection group's fields; other projects' have no exemptions."""
        if project != self.project:
            return Undeclared().indexes_of(project, group)
        self.current()
        return lambda field: self._kinds(group, field)

    def composites_of(self, project: str, group: str) -> list[Spec]:
        """The composite indexes of a collection group, of either scope; other projects have none."""
        if project != self.project:
            return []
        composites = self.current().composites
        return [spec for scope in (COLLECTION, COLLECTION_GROUP) for spec in composites.get((group, scope), ())]

    def check(self, project: str, query: Query) -> None:
        """Raise FAILED_PRECONDITION with the definition to add if no declared index answers the query."""
        if project != self.project or query.scope.kind == "all":
            return
        missing = missing_index(self.current(), query)
        if missing is not None:
            words = json.dumps(missing, ensure_ascii=False)
            place = "fieldOverrides" if "fieldPath" in missing else "indexes"
            raise failed_precondition(f'The query requires an index. Add to "{place}" in {self._path.name}: {words}')


def missing_index(declared: Declared, query: Query) -> dict[str, Any] | None:
    """The definition that a query lacks, None if it is answered."""
    group = collection_id(query.scope.key)
    scope = COLLECTION_GROUP if query.scope.kind == "group" else COLLECTION
    for conjunction in query.conjunctions:
        need = _Need.of(conjunction, query)
        if not need.is_met(declared, group, scope):
            return need.definition(declared, group, scope)
    return None


@dataclass(frozen=True, slots=True)
class _Need:
    """What one conjunction asks of indexes: fixed columns in any order, then exactly these ordered ones."""

    fixed: frozenset[Part]
    ordered: Spec
    direction: Kind

    @classmethod
    def of(cls, conjunction: Conjunction, query: Query) -> _Need:
        equal = {t.field for t in conjunction if t.op is Op.EQUAL and t.field != NAME}
        fixed = {Part(field, Kind.ASCENDING) for field in equal}
        fixed |= {Part(t.field, Kind.CONTAINS) for t in conjunction if t.op is Op.CONTAINS}
        ordered = [part for part in query.orders if part.field not in equal]
        return cls(frozenset(fixed), _without_name(tuple(ordered), bool(fixed)), query.orders[-1].kind)

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
        """The fixed columns that an index covers, None if it is of no use here."""
        length = len(spec) - len(self.ordered)
        if length < 0 or spec[length:] != self.ordered:
            return None
        prefix = {part if part.kind is Kind.CONTAINS else Part(part.field, Kind.ASCENDING) for part in spec[:length]}
        return prefix if prefix <= self.fixed else None

    def definition(self, declared: Declared, group: str, scope: str) -> dict[str, Any]:
        """What to add to the file."""
        columns = [*sorted(self.fixed, key=lambda part: (part.field, part.kind.value)), *self.ordered]
        if len(columns) == 1 and columns[0].field != NAME:
            return _override(declared, group, scope, columns[0])
        return {
            "collectionGroup": group,
            "queryScope": scope,
            "fields": [{"fieldPath": field_text(part.field), **_configuration(part.kind)} for part in columns],
        }


def _override(declared: Declared, group: str, scope: str, part: Part) -> dict[str, Any]:
    """A whole entry of fieldOverrides: what the field has already, and what is missing."""
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


def _kind(wire: dict[str, Any]) -> Kind:
    return Kind(wire.get("arrayConfig") or wire["order"])


def _field(text: str) -> FieldPath:
    return _ANY_FIELD if text == "*" else field_path(text)


def _spec(fields: list[dict[str, Any]]) -> Spec:
    return tuple(Part(field_path(one["fieldPath"]), _kind(one)) for one in fields if "vectorConfig" not in one)


def _without_name(spec: Spec, fixed: bool = False) -> Spec:  # noqa: FBT001, FBT002
    """Leave out a last `__name__` that goes without saying: in the direction of the column before it."""
    if not spec or spec[-1].field != NAME:
        return spec
    if len(spec) == 1:
        implied = spec[0].kind if fixed else Kind.ASCENDING
    else:
        implied = Kind.ASCENDING if spec[-2].kind is Kind.CONTAINS else spec[-2].kind
    return spec[:-1] if spec[-1].kind is implied else spec
