"""The rules of Google's clients and servers for values: encoding, refusals, and the form in which values are read back.

The in-memory fakes use these rules, so that a test fails on a fake if the real system would fail. Values go through the
adapters' own encoder and decoder, and through the message class of google-cloud-pubsub. The rules of the servers come
from this project's emulators.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.field_path import FieldPath
from google.pubsub_v1 import PublishRequest, PubsubMessage

from infra.emulators.firestore.documents.limits import check_document
from infra.emulators.firestore.queries.declared_indexes import Declared
from infra.emulators.firestore.queries.query import parse
from infra.emulators.firestore.queries.required_index import missing_index
from infra.emulators.firestore.wire.errors import FirestoreError
from infra.emulators.firestore.wire.field_paths import FieldPath as FieldNames
from infra.emulators.firestore.wire.field_paths import field_path
from infra.emulators.firestore.wire.names import DatabaseName, check_document_path
from infra.emulators.pubsub.resources import validation
from infra.emulators.pubsub.wire.errors import PubsubError
from petitions.adapters.wire import writes
from petitions.adapters.wire.queries import NAME, structured
from petitions.adapters.wire.values import decoded, encode_value
from petitions.errors import Permanent, Retryable
from petitions.ports.messages import Message
from petitions.ports.store import DELETE, Condition, Fields, Query
from tests.read_back import read_back

ROOT = Path(__file__).resolve().parents[1]
_DATABASE = DatabaseName("p", "d")
_ROOT = "projects/p/databases/d/documents"
_MOST_NAME_BYTES = 1024
Conditions = tuple[Condition, ...]
Shapes = tuple[tuple[str, str, int | None], ...]
ABSENT = object()
"""Stands for the value of a field that an update removes."""


@dataclass(frozen=True)
class Update:
    values: dict[FieldNames, Any]

    def applied(self, document: Mapping[str, Any]) -> dict[str, Any]:
        after = dict(document)
        for path, value in self.values.items():
            _put(after, path, value)
        return after


def _put(fields: dict[str, Any], path: FieldNames, value: Any) -> None:
    *parents, last = path
    for parent in parents:
        inner = fields.get(parent)
        if not isinstance(inner, dict) and value is ABSENT:
            return
        fields[parent] = dict(inner) if isinstance(inner, dict) else {}
        fields = fields[parent]
    if value is ABSENT:
        fields.pop(last, None)
    else:
        fields[last] = value


@lru_cache(maxsize=8192)
def document_name(path: str) -> str:
    """Return the full resource name of a document.

    Raise ValueError or Permanent for an invalid path, as the adapter does.
    """
    name = writes.document_name(_ROOT, path)
    try:
        check_document_path(path)
    except FirestoreError as error:
        raise Permanent("Firestore refused: InvalidArgument", reason="firestore") from error
    return name


def created(path: str, fields: Fields) -> dict[str, Any]:
    """Return a new document as it will be read back. Raise the same errors as the adapter."""
    name = document_name(path)
    quick = read_back(fields)
    if quick is not None:
        return quick
    return _stored(path, writes.creation(name, fields))


def updated(path: str, fields: Fields) -> Update:
    """Return an update as Firestore will apply it. Raise the same errors as the adapter."""
    name, paths = document_name(path), _paths(tuple(fields))
    quick = read_back({key: value for key, value in fields.items() if value is not DELETE})
    if quick is not None and paths is not None:
        return Update({one: quick.get(key, ABSENT) for key, one in paths.items()})
    write = writes.update(name, fields)
    values = _stored(path, write)
    return Update({one: _value(values, one) for one in map(field_path, write.update_mask.field_paths)})


@lru_cache(maxsize=8192)
def _paths(keys: tuple[str, ...]) -> dict[str, FieldNames] | None:
    """Return the keys of an update as field paths, or None if the adapter or the server may refuse a key."""
    try:
        write = writes.update(document_name("a/b"), dict.fromkeys(keys))
        for one in write.update_mask.field_paths:
            field_path(one)
    except (ValueError, TypeError, AttributeError, FirestoreError):
        return None
    return {key: FieldPath.from_string(key).parts for key in keys}


def _stored(path: str, write: Any) -> dict[str, Any]:
    wire = write.update.fields
    try:
        check_document(path, wire)
        for one in write.update_mask.field_paths:
            field_path(one)
    except FirestoreError as error:
        raise Permanent("Firestore refused: InvalidArgument", reason="firestore") from error
    values: dict[str, Any] = decoded(wire)
    return values


def _value(fields: Mapping[str, Any], path: FieldNames) -> Any:
    value: Any = fields
    for name in path:
        if name not in value:
            return ABSENT
        value = value[name]
    return value


def asked(query: Query) -> Query:
    """Return the query as the server reads it.

    Raise Permanent for a query that the server refuses, Retryable if an index is missing.
    """
    _check_query(
        query.collection.rpartition("/")[2],
        _shapes(query.where),
        tuple(map(_shapes, query.any_of)),
        query.order_by,
        group=query.group,
    )
    where, any_of = _all_compared(query.where), tuple(map(_all_compared, query.any_of))
    return replace(query, where=where, any_of=any_of, start_after=tuple(map(_compared, query.start_after)))


def _shapes(conditions: Conditions) -> Shapes:
    return tuple((name, operator, _shape(value)) for name, operator, value in conditions)


def _all_compared(conditions: Conditions) -> Conditions:
    return tuple((name, operator, _compared(value)) for name, operator, value in conditions)


def _shape(value: Any) -> int | None:
    """Return the property of a value that a query's validity depends on.

    This is None for None, the length for a list of alternatives, and -1 for a single value.
    """
    if value is None:
        return None
    return len(value) if isinstance(value, list | tuple | set | frozenset) else -1


def _compared(value: Any) -> Any:
    wire = types.Value.pb()()
    encode_value(wire, value)
    return decoded({"": wire})[""]


@cache
def _declared() -> Declared:
    return Declared.parse(json.loads((ROOT / "infra" / "gcp" / "firestore.indexes.json").read_text()))


@cache
def _check_query(
    collection: str, where: Shapes, any_of: tuple[Shapes, ...], order_by: tuple[str, ...], *, group: bool
) -> None:
    """Check the form of a query by the emulator's rules, with sample values in place of the real ones."""
    sample, *sets = (
        tuple((name, operator, _sample(name, shape, group=group)) for name, operator, shape in shapes)
        for shapes in (where, *any_of)
    )
    wire = structured(_ROOT, Query(collection, sample, order_by, limit=1, group=group, any_of=tuple(sets)))
    try:
        missing = missing_index(_declared(), parse(_DATABASE, "", wire))
    except FirestoreError as error:
        raise Permanent("Firestore refused: InvalidArgument", reason="firestore") from error
    if missing is not None:
        raise Retryable(f"Firestore refused: the query requires an index: {missing}", reason="precondition")


def _sample(name: str, shape: int | None, *, group: bool) -> Any:
    if shape is None:
        return None
    one: list[Any] = [f"a/{number}" if group and name == NAME else f"{number}" for number in range(40)]
    return one[0] if shape < 0 else one[:shape]


def published(message: Message) -> Message:
    """Return a message as subscribers get it. Raise the client's errors, or Retryable as the adapter does."""
    data = json.dumps(dict(message.data), ensure_ascii=False).encode()
    wire = PubsubMessage(data=data, attributes=dict(message.attributes), ordering_key=message.key)
    try:
        validation.check_name("topics", f"projects/p/topics/{message.topic}")
        validation.check_messages([wire._pb], PublishRequest(topic=message.topic, messages=[wire])._pb.ByteSize())
    except PubsubError as error:
        raise Retryable(f"Pub/Sub failed: {error}", reason="publish") from error
    return Message(message.topic, json.loads(data), wire.ordering_key, dict(wire.attributes))


def check_object(name: str, content: bytes, media_type: str) -> None:
    """Raise the errors of Cloud Storage: TypeError like its client, or Retryable like the adapter."""
    if not isinstance(content, bytes) or not isinstance(media_type, str):
        raise TypeError("an object is bytes with a media type")
    odd = name in {"", ".", ".."} or name.startswith(".well-known/acme-challenge/") or set(name) & {"\r", "\n"}
    if odd or len(name.encode()) > _MOST_NAME_BYTES:
        raise Retryable("Cloud Storage failed: BadRequest", reason="storage")
