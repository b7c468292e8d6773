"""The in-memory fakes and the real adapters have the same results for the same writes, queries and messages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, StrEnum
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from unittest import mock

import pytest
from google.cloud import pubsub_v1

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.emulators.testing.pubsub_server import PubsubServer
from petitions.adapters.firestore import FirestoreStore
from petitions.adapters.pubsub import PubsubPublisher
from petitions.errors import NotFound
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import DELETE, Document, Fields, Query, Store, Transaction
from tests.fakes import FakePublisher, FakeStore

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"
AT = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)
TOPIC = "petition-events"


class Word(StrEnum):
    ONE = "one"


class Thing(Enum):
    ONE = "one"


VALUES: dict[str, Any] = {
    "date": date(2026, 11, 23),
    "time": AT.time(),
    "naive instant": datetime(2026, 11, 23, 9),  # noqa: DTZ001 - its treatment is tested
    "instant": AT,
    "instant of Hanoi": datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=7))),
    "duration": timedelta(hours=1),
    "text enum": Word.ONE,
    "enum": Thing.ONE,
    "tuple": (1, 2),
    "set": {1},
    "generator": iter("ab"),
    "boolean": True,
    "whole float": 1.0,
    "not a number of 64 bits": 2**63,
    "bytes": b"\x00\xff",
    "byte array": bytearray(b"1"),
    "half an emoji": "\ud83d",
    "nothing": None,
    "array in an array": [[1]],
    "array in a map in an array": [{"a": [1]}],
    "map": {"b": {"c": 1}},
    "empty map": {},
    "enum as a key": {Word.ONE: 1},
    "number as a key": {1: 1},
    "empty key": {"": 1},
    "key with marks": {"a.b": 1, "a/b": 2, "`": 3},
    "reserved key": {"__a__": 1},
    "mark of removal inside": {"a": DELETE},
    "too deep": reduce(lambda inner, _: [{"a": inner}], range(11), list[Any]()),
    "too large": "x" * 2**20,
    "object": object(),
}
UPDATES: dict[str, Fields] = {
    "inner field": {"map.a": 2},
    "inner field of what is no map": {"number.a": 2},
    "new inner field": {"fresh.a.b": 2},
    "removal": {"map.a": DELETE},
    "removal of what is not there": {"none.a": DELETE},
    "field and its inner field": {"map": {}, "map.a": 1},
    "two inner fields": {"map.a": 5, "map.c": 6},
    "path with a mark": {"map.a-b": 1},
    "forbidden mark": {"map.a/b": 1},
    "empty part": {"map..a": 1},
    "whole map": {"map": {"z": 1}},
    "date": {"map.a": date(2026, 11, 23)},
}
QUERIES: dict[str, Query] = {
    "by name": Query("q"),
    "equal": Query("q", (("n", "==", 1),)),
    "true is no one": Query("q", (("n", "==", True),)),
    "null": Query("q", (("n", "==", None),)),
    "not equal": Query("q", (("n", "!=", 1),)),
    "range of one type": Query("q", (("n", ">", 0),)),
    "range of text": Query("q", (("n", ">=", "a"),)),
    "any of": Query("q", (("n", "in", [1, "b", None]),)),
    "any of none": Query("q", (("n", "in", []),)),
    "any of too many": Query("q", (("n", "in", list(range(31))),)),
    "contains": Query("q", (("list", "array_contains", 1),)),
    "contains any": Query("q", (("list", "array_contains_any", (3, "x")),)),
    "date": Query("q", (("n", "==", date(2026, 11, 23)),)),
    "ordered": Query("q", order_by=("n",)),
    "ordered down": Query("q", order_by=("-n",), limit=3),
    "after": Query("q", order_by=("n",), start_after=(1,)),
    "after a name": Query("q", order_by=("__name__",), start_after=("d2",)),
    "any of the sets": Query("q", any_of=((("n", "==", 1),), (("list", "array_contains", 1),), (("n", "==", "b"),))),
    "all of one set": Query("q", (("n", "==", 1),), ("-__name__",), any_of=((("list", "array_contains", 1),),)),
    "sets, last name first": Query(
        "q", order_by=("-__name__",), limit=2, any_of=((("n", "==", 1),), (("n", "==", "b"),))
    ),
    "sets, after a name": Query(
        "q", order_by=("-__name__",), start_after=("d4",), any_of=((("n", "==", 1),), (("n", "==", None),))
    ),
    "names between": Query("q", (("__name__", ">=", "d1"), ("__name__", "<", "d3"), ("n", "==", 1)), ("-__name__",)),
    "too many sets": Query("q", any_of=tuple((("n", "==", item),) for item in range(31))),
    "a set without an index": Query("q", any_of=((("n", ">", 0), ("other", "==", 1)), (("n", "==", 1),))),
    "without an index": Query("q", (("n", ">", 0), ("other", "==", 1))),
    "group without an index": Query("q", (("n", "==", 1),), group=True),
}
MESSAGES: dict[str, Message] = {
    "plain": Message(TOPIC, {"code": "HN-1", "words": ("a", Word.ONE)}, "key", {"a": "b"}),
    "instant": Message(TOPIC, {"at": AT}),
    "number as an attribute": Message(TOPIC, {}, "", {"a": 1}),  # type: ignore[dict-item]
    "long attribute": Message(TOPIC, {}, "", {"a": "x" * 1025}),
    "long key": Message(TOPIC, {}, "k" * 1025),
    "half an emoji": Message(TOPIC, {"text": "\ud83d"}),
    "too large": Message(TOPIC, {"text": "x" * 10_000_001}),
    "odd topic": Message("x", {}),
}


class Real(NamedTuple):
    store: FirestoreStore
    publisher: PubsubPublisher


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    folder = tmp_path_factory.mktemp("fakes")
    pubsub = PubsubServer(folder)
    pubsub.start()
    with FirestoreServer(folder / "data.sqlite", indexes=INDEXES) as server:
        hosts = {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}", "PUBSUB_EMULATOR_HOST": pubsub.host}
        with mock.patch.dict(os.environ, hosts):
            with pubsub_v1.PublisherClient() as topics:
                topics.create_topic(name=f"projects/{CHECKED_PROJECT}/topics/{TOPIC}")
            yield Real(FirestoreStore(CHECKED_PROJECT, "petitions"), PubsubPublisher(CHECKED_PROJECT, ""))
    pubsub.kill()


T = TypeVar("T")


def ended(deed: Callable[[T], object], adapter: T) -> Any:
    """Return the result of an action together with its types, or the type of the exception."""
    try:
        return shown(deed(adapter))
    except Exception as error:  # noqa: BLE001 - any exception has to be the same
        return type(error)


def shown(value: Any) -> Any:
    """Return a value together with its types, so that 1 differs from 1.0 and True."""
    if isinstance(value, dict):
        return {name: shown(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, Document):
        return value.id, shown(value.data)
    return type(value), value


def created(store: Store, path: str, value: Any) -> Any:
    store.transact(lambda tx: tx.create(path, {"value": value}))
    return store.get(path)


@pytest.mark.parametrize("what", VALUES)
def test_a_value_is_refused_or_comes_back_alike(real: Real, what: str) -> None:
    def deed(store: Store) -> Any:
        return created(store, f"v/{what}", VALUES[what])

    assert ended(deed, real.store) == ended(deed, FakeStore())


def alone(store: Store, path: str, fields: Fields) -> object:
    return store.create(path, fields)


def in_a_batch(store: Store, path: str, fields: Fields) -> object:
    return store.create_all({path: fields})


@pytest.mark.parametrize("write", [alone, in_a_batch])
@pytest.mark.parametrize("what", ["date", "array in an array", "too large", "instant"])
def test_alone_and_in_a_batch_too(real: Real, what: str, write: Callable[[Store, str, Fields], object]) -> None:
    def deed(store: Store) -> Any:
        path = f"{write.__name__}/{what}"
        return write(store, path, {"value": VALUES[what]}), store.get(path)

    assert ended(deed, real.store) == ended(deed, FakeStore())


@pytest.mark.parametrize("path", ["a", "a/b/c", "a/__b__", "a/..", "a//", "a/" + "x" * 1501])
def test_a_path_that_can_be_none(real: Real, path: str) -> None:
    for deed in (lambda store: created(store, path, 1), lambda store: store.get(path)):
        assert ended(deed, real.store) == ended(deed, FakeStore())


def updated(store: Store, path: str, fields: Fields) -> Any:
    store.create(path, {"map": {"a": 1, "b": 2}, "number": 1})
    store.transact(lambda tx: tx.update(path, fields))
    return store.get(path)


@pytest.mark.parametrize("what", UPDATES)
def test_an_update_is_refused_or_leaves_the_same(real: Real, what: str) -> None:
    def deed(store: Store) -> Any:
        return updated(store, f"u/{what}", UPDATES[what])

    assert ended(deed, real.store) == ended(deed, FakeStore())


def test_a_transaction_is_applied_whole_or_not_at_all(real: Real) -> None:
    def fail(tx: Transaction) -> None:
        tx.create("t/1", {"n": 1})
        tx.update("t/none", {"n": 1})

    stores: tuple[Store, Store] = (real.store, FakeStore())
    for store in stores:
        with pytest.raises(NotFound):
            store.transact(fail)
        assert store.get("t/1") is None


@pytest.fixture(scope="module")
def asked(real: Real) -> tuple[Store, Store]:
    fake = FakeStore()
    values = [2, 1, True, None, "b", 1.5, "a", AT, [1], -1]
    documents: dict[str, Fields] = {f"q/d{number}": {"n": value} for number, value in enumerate(values)}
    documents |= {"q/l1": {"list": [1, 2]}, "q/l2": {"list": ["x", True]}, "q/l3": {"list": "x"}}
    # Written in reverse order of names, so that the order of results does not come from the order of writing.
    for path in sorted(documents, reverse=True):
        for store in (real.store, fake):
            assert store.create(path, documents[path])
    return real.store, fake


@pytest.mark.parametrize("what", QUERIES)
def test_a_query_is_refused_or_finds_the_same_in_the_same_order(asked: tuple[Store, Store], what: str) -> None:
    one, other = (ended(lambda store: store.find(QUERIES[what]), store) for store in asked)
    assert one == other


@pytest.mark.parametrize("what", MESSAGES)
def test_a_message_is_refused_or_taken_alike(real: Real, what: str) -> None:
    def deed(publisher: Publisher) -> None:
        publisher.publish([MESSAGES[what]])

    assert ended(deed, real.publisher) == ended(deed, FakePublisher())


def test_subscribers_read_published_messages() -> None:
    fake = FakePublisher()
    fake.publish([MESSAGES["plain"]])
    assert fake.published == [Message(TOPIC, {"code": "HN-1", "words": ["a", "one"]}, "key", {"a": "b"})]
