"""A slow and simple model of Firestore, independent of the emulator: dictionaries, full scans, whole copies.

Values are Python's, and a document reference is `Ref`. Times are the numbers 1, 2, 3 and so on, one per change.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from infra.emulators.tests.firestore.model.queries import Search, identity
from infra.emulators.tests.firestore.model.values import Doc, Fields, Refusal, exactly, look, put, transformed


@dataclass
class Write:
    """A write of one document. Without `mask` it sets the whole document.

    `exists` and `version` are preconditions.
    """

    path: str
    fields: Fields | None = None
    mask: list[str] | None = None
    transforms: list[tuple[str, str, Any]] = field(default_factory=list)
    exists: bool | None = None
    version: int | None = None
    delete: bool = False


@dataclass
class Transaction:
    """A transaction: the time of its snapshot, and the documents and queries that it has read."""

    moment: int | None = None
    docs: dict[str, Doc] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    searches: list[tuple[Search, list[str], list[tuple[str, int]]]] = field(default_factory=list)


class Model:
    def __init__(self) -> None:
        self.docs: dict[str, Doc] = {}
        self.moment = 0
        self.changed: dict[str, int] = {}
        self.past: dict[int, dict[str, Doc]] = {0: {}}

    def commit(self, writes: list[Write], transaction: Transaction | None = None) -> list[int | None]:
        """Apply all writes or none, and return the new version of every document (None: deleted)."""
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
        if transaction.moment is None:
            transaction.moment, transaction.docs = self.moment, self.docs
        return transaction.docs

    def note(self, transaction: Transaction, search: Search, also: list[str]) -> None:
        transaction.searches.append((search, also, identity(self.begin_read(transaction), search, also)))

    def _conflict(self, transaction: Transaction) -> bool:
        moment = transaction.moment if transaction.moment is not None else self.moment
        if any(self.changed.get(path, 0) > moment for path in transaction.read):
            return True
        return any(identity(self.docs, search, also) != then for search, also, then in transaction.searches)
