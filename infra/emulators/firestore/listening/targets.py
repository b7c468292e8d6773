"""A target of a Listen stream: a query or named documents, whose changes are sent to the client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from infra.emulators.firestore.metering.cost import Cost
from infra.emulators.firestore.queries.execution import run
from infra.emulators.firestore.queries.query import Query, parse
from infra.emulators.firestore.storage.database import Database, Version
from infra.emulators.firestore.storage.document_message import document_of
from infra.emulators.firestore.wire.errors import FirestoreError, invalid
from infra.emulators.firestore.wire.messages import ListenResponse, Message
from infra.emulators.firestore.wire.names import document_name, parent_name
from infra.emulators.shared.timestamps import micros_of, set_micros


@dataclass(slots=True)
class Target:
    """A query or named documents that a client follows.

    `sent` maps the paths of the documents known to the client to their update times.
    """

    id: int
    once: bool
    database: Database
    query: Query | None
    paths: tuple[str, ...]
    sent: dict[str, int] = field(default_factory=dict)
    started: bool = False

    @classmethod
    def of(cls, database: Database, wire: Message, check: Callable[[Query], None]) -> Target:
        """Parse the Target message of a request.

        Raise FirestoreError if the message is invalid or names another database. `check` raises FirestoreError for a
        query without a declared index.
        """
        query: Query | None
        match wire.WhichOneof("target_type"):
            case "query":
                owner, parent = parent_name(wire.query.parent)
                query = parse(owner, parent, wire.query.structured_query)
                check(query)
                paths: tuple[str, ...] = ()
            case "documents":
                named = [document_name(full) for full in wire.documents.documents]
                owner, query, paths = database.name, None, tuple(path for _, path in named)
                if any(other != owner for other, _ in named):
                    raise invalid("A target names a document of another database.")
            case _:
                raise invalid("A target needs a query or documents.")
        if owner != database.name:
            raise invalid("A target's query is of another database.")
        return cls(wire.target_id, wire.once, database, query, paths)

    def concerns(self, paths: set[str]) -> bool:
        if self.query is None:
            return not paths.isdisjoint(self.paths)
        return any(self.query.covers(path) for path in paths)

    def resume(self, wire: Message) -> bool:
        """Continue from the resume token or read time of a request.

        Return False if the changes since then are no longer kept.
        """
        moment = _moment(self.database, wire)
        if moment is None:
            return wire.WhichOneof("resume_type") is None
        try:
            self.database.check_read_time(moment)
        except FirestoreError:
            return False
        self.sent = {path: version.time for path, version in self._documents(moment).items()}
        self.started = True
        return True

    def _documents(self, time: int | None) -> dict[str, Version]:
        if self.query is not None:
            return {row.path: row.version for row in run(self.database, self.query, time).rows}
        moment = self.database.read_time() if time is None else time
        versions = ((path, self.database.at(path, moment)) for path in self.paths)
        return {path: version for path, version in versions if version is not None}

    def changes(self, cost: Cost) -> Iterator[Message]:
        """Yield the responses for all changes since the last call, and add the sent documents to the cost."""
        seen = self._documents(None)
        mask = self.query.projection if self.query is not None else None
        gone = [path for path in self.sent if path not in seen]
        if not self.started:
            gone += [path for path in self.paths if path not in seen]
        for path in gone:
            yield self._gone(path)
        for path, version in seen.items():
            if self.sent.get(path) != version.time:
                cost.reads += 1
                response = ListenResponse()
                response.document_change.document.CopyFrom(document_of(self.database, path, version, mask))
                response.document_change.target_ids.append(self.id)
                yield response
        self.sent = {path: version.time for path, version in seen.items()}
        self.started = True

    def _gone(self, path: str) -> Message:
        response = ListenResponse()
        exists = self.database.current(path) is not None
        change = response.document_remove if exists else response.document_delete
        change.document = self.database.name.document(path)
        change.removed_target_ids.append(self.id)
        set_micros(change.read_time, self.database.read_time())
        return response


def resume_token(database: Database, time: int) -> bytes:
    """Return a token with which a client can continue after `time`, until the database is restarted or reset."""
    return database.incarnation + time.to_bytes(8)


def _moment(database: Database, wire: Message) -> int | None:
    match wire.WhichOneof("resume_type"):
        case "resume_token" if wire.resume_token.startswith(database.incarnation):
            return int.from_bytes(wire.resume_token[len(database.incarnation) :])
        case "read_time":
            return micros_of(wire.read_time)
        case _:
            return None
