"""The indexes and TTL fields declared by firestore.indexes.json (the format of the Firebase CLI)."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from infra.emulators.firestore.indexes.index_entries import IndexesOf, Undeclared
from infra.emulators.firestore.indexes.ordered_index import Kind, Part, Spec
from infra.emulators.firestore.wire.errors import FirestoreError
from infra.emulators.firestore.wire.field_paths import NAME, FieldPath, field_path

COLLECTION, COLLECTION_GROUP = "COLLECTION", "COLLECTION_GROUP"
_LOG = logging.getLogger(__name__)
_DEFAULT = frozenset((kind, COLLECTION) for kind in Kind)
_ANY_FIELD: FieldPath = ("*",)


@dataclass(frozen=True, slots=True)
class Declared:
    """The indexes and TTL fields declared by a firestore.indexes.json."""

    composites: dict[tuple[str, str], list[Spec]]
    overrides: dict[tuple[str, FieldPath], frozenset[tuple[Kind, str]]]
    ttl_fields: list[tuple[str, FieldPath]]

    @classmethod
    def parse(cls, content: dict[str, Any]) -> Declared:
        composites: dict[tuple[str, str], list[Spec]] = {}
        for index in content.get("indexes", ()):
            scoped = index["collectionGroup"], index.get("queryScope", COLLECTION)
            composites.setdefault(scoped, []).append(without_name(_spec(index["fields"])))
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
        """Return whether a field has this single-field index.

        An override for a map field also applies to its subfields.
        """
        places = [(group, part.field[:depth]) for depth in range(len(part.field), 0, -1)]
        for place in [*places, (group, _ANY_FIELD), ("__default__", _ANY_FIELD)]:
            if place in self.overrides:
                return (part.kind, scope) in self.overrides[place]
        return (part.kind, scope) in _DEFAULT

    def kinds(self, group: str, field: FieldPath) -> list[Kind]:
        """Return the kinds of a field's single-field indexes, in both scopes: collection and collection group."""
        scopes = COLLECTION, COLLECTION_GROUP
        return [kind for kind in Kind for scope in scopes if self.single(group, scope, Part(field, kind))]


class DeclaredIndexes:
    """The declared indexes of one project, read from a file, and read again when the file changes."""

    def __init__(self, project: str, path: Path) -> None:
        self.project = project
        self.path = path
        self._stamp = self._look()
        self._declared = self._read()

    def _look(self) -> tuple[int, int]:
        status = self.path.stat()
        return status.st_mtime_ns, status.st_size

    def _read(self) -> Declared:
        self._stamp = self._look()
        declared = Declared.parse(json.loads(self.path.read_bytes()))
        self._kinds = lru_cache(maxsize=8192)(declared.kinds)
        return declared

    def current(self) -> Declared:
        """Return the content of the file. If it cannot be parsed, return its last valid content."""
        if self._look() != self._stamp:
            try:
                self._declared = self._read()
            except (ValueError, KeyError, TypeError, FirestoreError):
                _LOG.exception("%s cannot be read; the indexes stay as they were", self.path)
        return self._declared

    def indexes_of(self, project: str, group: str) -> IndexesOf:
        """Return the single-field indexes of a collection group's fields.

        In other projects, every field has every index.
        """
        if project != self.project:
            return Undeclared().indexes_of(project, group)
        self.current()
        return lambda field: self._kinds(group, field)

    def composites_of(self, project: str, group: str) -> list[Spec]:
        """Return the composite indexes of a collection group, of both query scopes. Other projects have none."""
        if project != self.project:
            return []
        composites = self.current().composites
        return [spec for scope in (COLLECTION, COLLECTION_GROUP) for spec in composites.get((group, scope), ())]


def _kind(wire: dict[str, Any]) -> Kind:
    return Kind(wire.get("arrayConfig") or wire["order"])


def _field(text: str) -> FieldPath:
    return _ANY_FIELD if text == "*" else field_path(text)


def _spec(fields: list[dict[str, Any]]) -> Spec:
    return tuple(Part(field_path(one["fieldPath"]), _kind(one)) for one in fields if "vectorConfig" not in one)


def without_name(spec: Spec, fixed: bool = False) -> Spec:  # noqa: FBT001, FBT002
    """Return a spec without the last column `__name__` that Firestore adds itself.

    Firestore adds it in the direction of the column before it.
    """
    if not spec or spec[-1].field != NAME:
        return spec
    if len(spec) == 1:
        implied = spec[0].kind if fixed else Kind.ASCENDING
    else:
        implied = Kind.ASCENDING if spec[-2].kind is Kind.CONTAINS else spec[-2].kind
    return spec[:-1] if spec[-1].kind is implied else spec
