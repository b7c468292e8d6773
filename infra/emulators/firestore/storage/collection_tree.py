"""The paths of all existing documents, arranged for look-ups by collection, collection id and parent document."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from infra.emulators.firestore.indexes.ordered_index import Scope
from infra.emulators.firestore.wire.names import ancestry, collection_id, collection_of


class CollectionTree:
    """The paths of the existing documents, arranged by collection."""

    def __init__(self) -> None:
        self._documents: dict[str, set[str]] = {}
        self._groups: dict[str, set[str]] = {}
        self._below: dict[str, dict[str, int]] = {}

    def add(self, path: str) -> None:
        self.add_all(collection_of(path), {path})

    def add_all(self, collection: str, paths: set[str]) -> None:
        self._documents.setdefault(collection, set()).update(paths)
        self._groups.setdefault(collection_id(collection), set()).add(collection)
        for parent, one in ancestry(collection):
            below = self._below.setdefault(parent, {})
            below[one] = below.get(one, 0) + len(paths)

    def remove(self, path: str) -> None:
        collection = collection_of(path)
        self._documents[collection].discard(path)
        if not self._documents[collection]:
            del self._documents[collection]
            self._groups[collection_id(collection)].discard(collection)
        for parent, one in ancestry(collection):
            self._below[parent][one] -= 1
            if not self._below[parent][one]:
                del self._below[parent][one]
                if not self._below[parent]:
                    del self._below[parent]

    def paths(self, scope: Scope) -> Iterable[str]:
        if scope.kind == "collection":
            return self._documents.get(scope.key, ())
        return (path for collection in self._groups.get(scope.key, ()) for path in self._documents[collection])

    def collection_ids(self, parent: str) -> list[str]:
        """Return the sorted ids of the collections directly below a document or the root.

        The document itself may be missing.
        """
        return sorted(self._below.get(parent, ()))

    def missing_parents(self, existing: Container[str]) -> Iterator[str]:
        """Yield the paths of documents that do not exist but have documents below them."""
        return (path for path in self._below if path and path not in existing)


def scopes_of(path: str) -> tuple[Scope, Scope, Scope]:
    """Return the three scopes of a document: its collection, its collection group, and all documents."""
    collection = collection_of(path)
    return Scope("collection", collection), Scope("group", collection_id(collection)), Scope("all", "")
