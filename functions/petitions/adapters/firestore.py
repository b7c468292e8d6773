"""`ports.Store` over Firestore: the runner of transactions, field-masked updates, translation of foreign errors."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from google.api_core import exceptions as google_errors
from google.api_core.gapic_v1.method import DEFAULT
from google.api_core.retry import Retry, if_exception_type
from google.cloud import firestore
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.base_query import FieldFilter
from google.cloud.firestore_v1.bulk_batch import BulkWriteBatch
from google.rpc import code_pb2 as google_codes

from petitions.errors import NotFound, Permanent, PetitionError, Retryable
from petitions.ports.store import DELETE, Document, Fields, Query, Transaction

T = TypeVar("T")

TRANSACTION_SECONDS = 10.0
CALL_SECONDS = 5.0
_AGAIN = Retry(if_exception_type(google_errors.ServiceUnavailable), maximum=1.0, timeout=CALL_SECONDS)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
        raise Permanent(f"Firestore refused: {error.message}", reason="firestore") from error
    except (google_errors.GoogleAPICallError, google_errors.RetryError) as error:
        raise Retryable(f"Firestore failed: {type(error).__name__}", reason="firestore") from error


def _masked(fields: Fields) -> dict[str, Any]:
    return {name: firestore.DELETE_FIELD if value is DELETE else value for name, value in fields.items()}


def decoded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a document, given as the wire has them, with instants of the standard library.

    The client's own reading copies every value twice and takes three times as long, which a report of a hundred
    thousand lines cannot bear; and its own kind of instant cannot be written again after a `replace`.
    """
    return {name: _value(each) for name, each in fields.items()}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value_type")
    if kind == "map_value":
        return decoded(value.map_value.fields)
    if kind == "array_value":
        return [_value(each) for each in value.array_value.values]
    if kind == "timestamp_value":
        return _instant(value.timestamp_value)
    return None if kind == "null_value" else getattr(value, kind)


def _written_at(result: Any) -> datetime:
    """Return the instant of a write."""
    return _instant(result._pb.update_time)  # noqa: SLF001


def _instant(stamp: Any) -> datetime:
    """Return the instant; Firestore keeps microseconds."""
    return _EPOCH + timedelta(seconds=stamp.seconds, microseconds=stamp.nanos // 1000)


def _found(
    client: firestore.Client, query: Query, transaction: Any = None, at: datetime | None = None
) -> list[Document]:
    """Return the result of a query, read in one go."""
    request, _, options = _build(client, query)._prep_stream(transaction, None, CALL_SECONDS, None, at)  # noqa: SLF001
    answers = client._firestore_api.run_query(request=request, metadata=client._rpc_metadata, **options)  # noqa: SLF001
    found = (answer._pb.document for answer in answers)  # noqa: SLF001 - its wrapper costs more than the reading
    return [
        Document(_name(query, each.name), decoded(each.fields), _instant(each.update_time))
        for each in found
        if each.name
    ]


def _read(
    client: firestore.Client, paths: Sequence[str], transaction: Any = None, at: datetime | None = None
) -> dict[str, Fields | None]:
    """Return the documents by path, read in one call. A transaction that has not begun begins with it.

    That saves a call; the client has no public method for it.
    """
    begun = transaction if transaction is not None and transaction.in_progress else None
    references = [client.document(path) for path in paths]
    request, *_, options = client._prep_get_all(references, None, begun, DEFAULT, CALL_SECONDS, at)  # noqa: SLF001
    if transaction is not None and begun is None:
        del request["transaction"]
        request["new_transaction"] = types.TransactionOptions(read_write=types.TransactionOptions.ReadWrite())
    read: dict[str, Fields | None] = {}
    api, metadata = client._firestore_api, client._rpc_metadata  # noqa: SLF001
    for answer in api.batch_get_documents(request=request, metadata=metadata, **options):
        said = answer._pb  # noqa: SLF001
        if said.transaction:
            transaction._id = said.transaction  # noqa: SLF001
        if said.WhichOneof("result") == "found":
            read[_path(said.found.name)] = decoded(said.found.fields)
        elif said.missing:
            read[_path(said.missing)] = None
    return read


class FirestoreTransaction:
    """A `ports.Transaction` for one attempt. A document is read at most once."""

    def __init__(self, client: firestore.Client, transaction: firestore.Transaction) -> None:
        self._client = client
        self._transaction = transaction
        self._read: dict[str, Fields | None] = {}
        self._writes: list[tuple[str, Callable[[], None]]] = []
        self._written: dict[str, datetime] = {}

    def get(self, path: str) -> Fields | None:
        """Return one document in the transaction's snapshot."""
        return self.get_all([path])[0]

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        """Return several documents, read in one call."""
        missing = [path for path in dict.fromkeys(paths) if path not in self._read]
        if missing:
            self._read |= _read(self._client, missing, self._transaction)
        return [self._read[path] for path in paths]

    def find(self, query: Query) -> list[Document]:
        """Return the result of a query in the snapshot. The commit fails if that result has changed by then."""
        self.begin()
        return _found(self._client, query, self._transaction)

    def create(self, path: str, fields: Fields) -> None:
        """Write a new document at the end of the transaction."""
        reference = self._client.document(path)
        self._writes.append((path, lambda: self._transaction.create(reference, dict(fields))))

    def update(self, path: str, fields: Fields) -> None:
        """Change fields at the end of the transaction."""
        if fields:
            reference = self._client.document(path)
            masked = _masked(fields)
            self._writes.append((path, lambda: self._transaction.update(reference, masked)))

    def delete(self, path: str) -> None:
        """Delete a document at the end of the transaction."""
        reference = self._client.document(path)
        self._writes.append((path, lambda: self._transaction.delete(reference)))

    def written(self, path: str) -> datetime | None:
        """Return the instant at which the commit wrote this document, or None."""
        return self._written.get(path)

    def begin(self) -> None:
        """Begin the transaction, unless a read has done so."""
        if not self._transaction.in_progress:
            self._transaction._begin()  # noqa: SLF001

    def commit(self) -> None:
        """Pass the writes to the client and commit. They follow all reads, as Firestore demands."""
        if self._writes:
            self.begin()
        for _, write in self._writes:
            write()
        if self._transaction.in_progress:
            results = self._transaction._commit()  # noqa: SLF001
            paths = (path for path, _ in self._writes)
            self._written = {path: _written_at(each) for path, each in zip(paths, results, strict=True)}


def _build(client: firestore.Client, query: Query) -> Any:
    built: Any = (
        client.collection_group(query.collection)
        if query.group
        else firestore.Query(client.collection(query.collection))
    )
    for field, operator, value in query.where:
        built = built.where(filter=FieldFilter(field, operator, value))
    for field in query.order_by:
        direction = firestore.Query.DESCENDING if field.startswith("-") else firestore.Query.ASCENDING
        built = built.order_by(field.removeprefix("-"), direction=direction)
    if query.start_after:
        names = [field.removeprefix("-") for field in query.order_by]
        cursor = dict(zip(names, query.start_after, strict=True))
        if "__name__" in cursor:
            name = cursor["__name__"]
            cursor["__name__"] = client.document(name if query.group else f"{query.collection}/{name}")
        built = built.start_after(cursor)
    if query.fields:
        built = built.select(query.fields)
    return built.limit(query.limit) if query.limit else built


def _name(query: Query, name: str) -> str:
    return _path(name) if query.group else name.rpartition("/")[2]


def _path(name: str) -> str:
    """Return the path of what the wire names `projects/p/databases/d/documents/PATH`."""
    return name.split("/", 5)[5]


class FirestoreReader:
    """A `ports.Reader` of the present, or of an instant given by the server."""

    def __init__(self, client: firestore.Client, at: datetime | None = None) -> None:
        self._client = client
        self._at = at

    def get(self, path: str) -> Fields | None:
        """Return one document."""
        return self.get_all([path])[0]

    def get_all(self, paths: Sequence[str]) -> list[Fields | None]:
        """Return several documents, read in one call, in the order of their paths."""
        if not paths:
            return []  # a read of nothing is no call: the server would refuse it
        with _translated():
            found = _read(self._client, list(dict.fromkeys(paths)), at=self._at)
        return [found[path] for path in paths]

    def find(self, query: Query) -> list[Document]:
        """Return the documents that match the query; one that breaks off midway is asked again from its beginning."""
        with _translated():
            found: list[Document] = _AGAIN(_found)(self._client, query, at=self._at)
            return found


class FirestoreStore(FirestoreReader):
    """`ports.Store` over the official client; thread-safe, one for each process and database."""

    def __init__(self, project: str, database: str) -> None:
        super().__init__(firestore.Client(project=project, database=database))

    def snapshot(self) -> FirestoreReader:
        """Return a reader of the present state.

        The server gives the instant, because only its clock orders commits.
        """
        with _translated():
            (nothing,) = self._client.get_all([self._client.document("stats/moment")], timeout=CALL_SECONDS)
        return FirestoreReader(self._client, nothing.read_time)

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` until it commits, with back-off and jitter; raise Retryable after 10 s.

        Calls to Zalo, the portal and mail stay outside, because an optimistic transaction must be short. A commit that
        fails with AlreadyExists runs again: either a duplicate has handled the event meanwhile, which the new attempt
        reads, or a new code collided, and the new attempt draws another.
        """
        deadline = time.monotonic() + TRANSACTION_SECONDS
        pause = _FIRST_PAUSE
        while True:
            try:
                return self._attempt(work)
            except (google_errors.Aborted, google_errors.AlreadyExists) as error:
                pause = min(pause * 2, _LONGEST_PAUSE)
                rest = pause * (0.5 + secrets.randbelow(1000) / 1000)
                if time.monotonic() + rest > deadline:
                    raise Retryable("the transaction kept conflicting", reason="contention") from error
                time.sleep(rest)

    def _attempt(self, work: Callable[[Transaction], T]) -> T:
        """Run one transaction without the client's decorator.

        The decorator rolls back after every failure; if the rollback fails too (a commit whose reply was lost is over),
        its error hides the real one.
        """
        transaction = self._client.transaction()
        with _translated_but_conflicts():
            try:
                attempt = FirestoreTransaction(self._client, transaction)
                result = work(attempt)
                attempt.commit()
            except google_errors.InvalidArgument as error:
                if "transaction" in error.message:
                    # The client repeats a commit whose reply was lost and learns that the transaction is over: it may
                    # have been applied. The next delivery of the event reads whether it was.
                    raise Retryable("the commit's outcome is unknown", reason="commit_unknown") from error
                raise
            except (google_errors.Aborted, google_errors.AlreadyExists):
                raise  # the answer has ended the transaction: nothing is left to roll back
            except BaseException:
                with suppress(google_errors.GoogleAPICallError, google_errors.RetryError, ValueError):
                    transaction._rollback()  # noqa: SLF001
                raise
            return result

    def create(self, path: str, fields: Fields) -> bool:
        """Write a new document outside a transaction; return False if it already exists."""
        try:
            self._client.document(path).create(dict(fields), timeout=CALL_SECONDS)
        except google_errors.AlreadyExists:
            return False
        except google_errors.GoogleAPICallError as error:
            raise Retryable(f"Firestore failed: {type(error).__name__}", reason="firestore") from error
        return True

    def update(self, path: str, fields: Fields) -> None:
        """Change fields of an existing document. Raise NotFound."""
        with _translated():
            self._client.document(path).update(_masked(fields), timeout=CALL_SECONDS)

    def update_unchanged(self, collection: str, changes: Sequence[tuple[Document, Fields]]) -> list[Document]:
        """Write in one BatchWrite; each write has its own precondition, its own result and its own new version."""
        if not changes:
            return []
        with _translated():
            batch = BulkWriteBatch(self._client)
            for document, fields in changes:
                reference = self._client.collection(collection).document(document.id)
                unchanged = self._client.write_option(last_update_time=document.version)
                batch.update(reference, _masked(fields), option=unchanged)
            said = batch.commit(timeout=CALL_SECONDS)
        ends = zip((document for document, _ in changes), said.status, said.write_results, strict=True)
        return [replace(document, version=_written_at(result)) for document, end, result in ends if end.code == 0]

    def create_all(self, documents: Mapping[str, Fields]) -> int:
        """Create in one BatchWrite; a document that already exists is left as it is."""
        if not documents:
            return 0
        with _translated():
            batch = BulkWriteBatch(self._client)
            for path, fields in documents.items():
                batch.create(self._client.document(path), dict(fields))
            ends = batch.commit(timeout=CALL_SECONDS).status
        strange = [end for end in ends if end.code not in {0, google_codes.ALREADY_EXISTS}]
        if strange:
            raise Retryable(f"Firestore failed: code {strange[0].code}", reason="firestore")
        return sum(end.code == 0 for end in ends)

    def count(self, query: Query) -> int:
        """Return the number of documents that match (billed as one read for every thousand begun)."""
        with _translated():
            result = _build(self._client, query).count().get(timeout=CALL_SECONDS, retry=_AGAIN)
            return int(result[0][0].value)


@contextmanager
def _translated_but_conflicts() -> Iterator[None]:
    """Translate foreign errors, except Aborted and AlreadyExists, which the runner handles."""
    try:
        yield
    except (google_errors.Aborted, google_errors.AlreadyExists, PetitionError):
        raise
    except (google_errors.GoogleAPICallError, google_errors.RetryError) as error:
        with _translated():
            raise error from None
