"""Firestore as the database of use cases. Implements `ports.Store`.

It repeats transactions after conflicts, writes only changed fields, and turns Google's errors into ours.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from google.api_core import exceptions as google_errors
from google.rpc import code_pb2 as google_codes

from petitions.adapters.wire.database import NEW, Database
from petitions.adapters.wire.writes import creation, deletion, update
from petitions.errors import NotFound, Permanent, PetitionError, Retryable
from petitions.ports.store import Document, Fields, Query, Transaction

T = TypeVar("T")

TRANSACTION_SECONDS = 10.0
_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 1.0


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except google_errors.NotFound as error:
        raise NotFound("no such document") from error
    except google_errors.FailedPrecondition as error:
        # An index that is missing is still being built during a deployment (functions/README.md).
        raise Retryable(f"Firestore refused: {error.message}", reason="precondition") from error
    except (google_errors.InvalidArgument, google_errors.PermissionDenied) as error:
        # Its message repeats ids and values, and messages of our errors are logged.
        raise Permanent(f"Firestore refused: {type(error).__name__}", reason="firestore") from error
    except (google_errors.GoogleAPICallError, google_errors.RetryError) as error:
        raise Retryable(f"Firestore failed: {type(error).__name__}", reason="firestore") from error


class FirestoreTransaction:
    """One attempt at a transaction. Implements `ports.Transaction`.

    The transaction begins with its first read. A document is read at most once. Writes are collected until `commit`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._id = NEW
        self._read: dict[str, Fields | None] = {}
        self._writes: list[tuple[str, Callable[[], Any]]] = []
        self._written: dict[str, datetime] = {}
        self._created: set[str] = set()

    def get(self, path: str) -> Fields | None:
        """Return a document's fields as of the start of the transaction, or None if it does not exist."""
        return self.get_all([path])[0]

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        """Return several documents' fields as of the start of the transaction, read in one call."""
        missing = [path for path in dict.fromkeys(paths) if path not in self._read]
        if missing:
            found = self._database.read(missing, self._id)
            self._id = self._id or found.transaction
            self._read |= found.documents
        return [self._read[path] for path in paths]

    def find(self, query: Query) -> list[Document]:
        """Return the documents that match a query. The commit fails if another transaction changes this result."""
        found, begun = self._database.find(query, self._id)
        self._id = self._id or begun
        return found

    def create(self, path: str, fields: Fields) -> None:
        """Collect the creation of a document. Raise ValueError if it is created twice."""
        if path in self._created:
            raise ValueError("a transaction creates a document once")
        self._created.add(path)
        name, held = self._database.name(path), dict(fields)
        self._writes.append((path, lambda: creation(name, held)))

    def update(self, path: str, fields: Fields) -> None:
        """Collect a change of a document's fields for the commit. An empty `fields` changes nothing."""
        if fields:
            name, held = self._database.name(path), dict(fields)
            self._writes.append((path, lambda: update(name, held)))

    def delete(self, path: str) -> None:
        name = self._database.name(path)
        self._writes.append((path, lambda: deletion(name)))

    def written(self, path: str) -> datetime | None:
        """Return the instant at which the commit wrote a document, or None if it was not written."""
        return self._written.get(path)

    def commit(self) -> None:
        """Send all collected writes. Firestore demands that they follow all reads."""
        if self._writes and not self._id:
            self._id = self._database.begin()
        if self._id:
            instants = self._database.commit([make() for _, make in self._writes], self._id)
            self._written = dict(zip((path for path, _ in self._writes), instants, strict=True))

    def roll_back(self) -> None:
        if self._id:
            self._database.roll_back(self._id)


class FirestoreReader:
    """Reads documents outside transactions, as of now or of a given instant. Implements `ports.Reader`."""

    def __init__(self, database: Database, at: datetime | None = None) -> None:
        self._database = database
        self._at = at

    def get(self, path: str) -> Fields | None:
        return self.get_all([path])[0]

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        """Return several documents, read in one call, in the order of their paths."""
        if not paths:
            return []  # a read of nothing is no call: the server would refuse it
        with _translated():
            found = self._database.read(list(dict.fromkeys(paths)), at=self._at).documents
        return [found[path] for path in paths]

    def find(self, query: Query) -> list[Document]:
        """Return the documents that match the query. Raise Retryable while Firestore fails."""
        with _translated():
            return self._database.find(query, at=self._at)[0]


class FirestoreStore(FirestoreReader):
    """One Firestore database, over gRPC. Thread-safe, one object per process and database."""

    def __init__(self, project: str, database: str) -> None:
        super().__init__(Database(project, database))

    def snapshot(self) -> FirestoreReader:
        """Return a reader of all documents as of now. Later changes do not show in it.

        The server gives the instant, because only the server's clock is in the order of the commits.
        """
        with _translated():
            return FirestoreReader(self._database, self._database.read(["stats/moment"]).at)

    def transact(self, body: Callable[[Transaction], T]) -> T:
        """Run `body` in a transaction, again after every conflict, and return its result. Raise Retryable after 10 s.

        `body` runs several times, so it must not call Zalo, the portal or the mail server. A commit that fails because
        a document exists already runs again too: either a duplicate has handled the event meanwhile, which the new
        attempt reads, or a random code collided, and the new attempt draws another one.
        """
        deadline = time.monotonic() + TRANSACTION_SECONDS
        pause = _FIRST_PAUSE
        while True:
            try:
                return self._attempt(body)
            except (google_errors.Aborted, google_errors.AlreadyExists) as error:
                pause = min(pause * 2, _LONGEST_PAUSE)
                rest = pause * (0.5 + secrets.randbelow(1000) / 1000)
                if time.monotonic() + rest > deadline:
                    raise Retryable("the transaction kept conflicting", reason="contention") from error
                time.sleep(rest)

    def _attempt(self, body: Callable[[Transaction], T]) -> T:
        attempt = FirestoreTransaction(self._database)
        with _translated_but_conflicts():
            try:
                result = body(attempt)
                attempt.commit()
            except google_errors.InvalidArgument as error:
                if "transaction" in error.message:
                    # A commit whose reply was lost is repeated and fails because the transaction is over. It may have
                    # been applied. The next delivery of the event reads whether it was.
                    raise Retryable("the commit's outcome is unknown", reason="commit_unknown") from error
                raise
            except (google_errors.Aborted, google_errors.AlreadyExists):
                raise  # the answer has ended the transaction: nothing is left to roll back
            except BaseException:
                with suppress(google_errors.GoogleAPICallError, google_errors.RetryError):
                    attempt.roll_back()
                raise
            return result

    def create(self, path: str, fields: Fields) -> bool:
        """Write a new document outside a transaction. Return False if it already exists."""
        write = creation(self._database.name(path), fields)
        try:
            self._database.commit([write])
        except google_errors.AlreadyExists:
            return False
        except (google_errors.GoogleAPICallError, google_errors.RetryError) as error:
            raise Retryable(f"Firestore failed: {type(error).__name__}", reason="firestore") from error
        return True

    def update(self, path: str, fields: Fields) -> None:
        """Change fields of a document, outside a transaction. Raise NotFound if it does not exist."""
        write = update(self._database.name(path), fields)
        with _translated():
            self._database.commit([write])

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        """Change fields of documents that have not changed since they were read, in one call.

        Every document is written independently. Return those written, with their new versions.
        """
        if not changes:
            return []
        writes = [
            update(self._database.name(f"{collection}/{document.id}"), fields, document.version)
            for document, fields in changes
        ]
        with _translated():
            ends = self._database.write_each(writes)
        done = zip((document for document, _ in changes), ends, strict=True)
        return [replace(document, version=instant) for document, (code, instant) in done if code == 0]

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        """Create documents in one call. Existing ones stay as they are. Return the number created."""
        if not documents:
            return 0
        writes = [creation(self._database.name(path), fields) for path, fields in documents.items()]
        with _translated():
            codes = [code for code, _ in self._database.write_each(writes)]
        strange = [code for code in codes if code not in {0, google_codes.ALREADY_EXISTS}]
        if strange:
            raise Retryable(f"Firestore failed: code {strange[0]}", reason="firestore")
        return codes.count(0)

    def count(self, query: Query) -> int:
        """Return the number of matching documents. A thousand cost as much as one read."""
        with _translated():
            return self._database.count(query)


@contextmanager
def _translated_but_conflicts() -> Iterator[None]:
    try:
        yield
    except (google_errors.Aborted, google_errors.AlreadyExists, PetitionError):
        raise
    except (google_errors.GoogleAPICallError, google_errors.RetryError) as error:
        with _translated():
            raise error from None
