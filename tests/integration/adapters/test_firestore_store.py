"""The real Firestore adapter on the emulator behaves as `ports.Store` promises."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import grpc
import pytest

from infra.emulators.testing.firestore_server import FirestoreServer
from petitions.adapters.firestore import FirestoreStore
from petitions.errors import Forbidden, NotFound, Permanent, Retryable
from petitions.ports.messages import Message
from petitions.ports.store import DELETE, Query, Transaction
from petitions.usecases.shared.outbox import apply_once, inbox_path
from tests.fakes import FakeClock, FakePublisher


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirestoreServer]:
    data: Path = tmp_path_factory.mktemp("firestore") / "data.sqlite"
    with FirestoreServer(data) as running:
        yield running


@pytest.fixture(scope="module")
def store(server: FirestoreServer) -> Iterator[FirestoreStore]:
    host = {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{server.port}"}
    with mock.patch.dict("os.environ", host):
        yield FirestoreStore("p", "petitions")


def test_a_missing_document_is_none_and_order_is_kept(store: FirestoreStore) -> None:
    assert store.create("a/1", {"n": 1}) is True
    assert store.create("a/1", {"n": 2}) is False
    assert store.get("a/2") is None
    assert store.get_all(["a/2", "a/1"]) == [None, {"n": 1}]
    assert store.get_all([]) == []


def test_updates_keep_other_fields_and_delete_marked_ones(store: FirestoreStore) -> None:
    store.create("b/1", {"keep": 1, "change": 1, "drop": 1})
    store.update("b/1", {"change": 2, "drop": DELETE})
    assert store.get("b/1") == {"keep": 1, "change": 2}
    with pytest.raises(NotFound):
        store.update("b/none", {"x": 1})


def test_instants_come_back_aware_and_equal(store: FirestoreStore) -> None:
    at = datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=UTC)
    store.create("c/1", {"at": at})
    found = store.get("c/1")
    assert found is not None
    assert found["at"] == at
    assert found["at"].tzinfo is not None


def test_an_instant_that_was_read_can_be_changed_and_written(store: FirestoreStore) -> None:
    store.create("c/2", {"at": datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=UTC)})
    found = store.get("c/2")
    assert found is not None
    later = found["at"].replace(year=2036)
    store.update("c/2", {"at": later, "all": [{"at": later}]})
    assert store.get("c/2") == {"at": later, "all": [{"at": later}]}
    assert later == datetime(2036, 11, 24, 1, 2, 3, 456789, tzinfo=UTC)


def test_queries_filter_order_page_and_count(store: FirestoreStore) -> None:
    for number in range(5):
        store.create(f"d/{number}", {"unit": "A" if number % 2 else "B", "due": number, "nest": {"at": number}})
    store.create("d/sparse", {"unit": "A"})
    due = Query("d", where=(("due", "<=", 3),), order_by=("due",), limit=2)
    assert [found.id for found in store.find(due)] == ["0", "1"]
    rest = Query("d", order_by=("-due",), start_after=(3,))
    assert [found.data["due"] for found in store.find(rest)] == [2, 1, 0]
    assert [found.id for found in store.find(Query("d", where=(("nest.at", ">=", 4),), order_by=("nest.at",)))] == ["4"]
    assert store.count(Query("d", where=(("unit", "==", "A"),))) == 3


def test_no_increment_is_lost_under_contention(store: FirestoreStore) -> None:
    store.create("e/1", {"n": 0})
    barrier = threading.Barrier(8)

    def add() -> None:
        barrier.wait()
        for _ in range(5):
            store.transact(lambda tx: tx.update("e/1", {"n": _number(tx.get("e/1")) + 1}))

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(add) for _ in range(8)]:
            done.result()
    assert store.get("e/1") == {"n": 40}


def _number(fields: object) -> int:
    assert isinstance(fields, dict)
    return int(fields["n"])


def test_what_work_raises_comes_out_and_nothing_is_written(store: FirestoreStore) -> None:
    def fail(tx: Transaction) -> None:
        tx.create("f/1", {"n": 1})
        raise Forbidden("no")

    with pytest.raises(Forbidden):
        store.transact(fail)
    assert store.get("f/1") is None


def test_a_create_that_collides_runs_again_with_fresh_reads(store: FirestoreStore) -> None:
    store.create("g/taken", {"n": 1})
    names = iter(["taken", "taken", "free"])
    assert store.transact(lambda tx: tx.create(f"g/{next(names)}", {"n": 2})) is None
    assert store.get("g/free") == {"n": 2}
    assert store.get("g/taken") == {"n": 1}


def test_twenty_copies_of_one_event_at_once_are_applied_once(store: FirestoreStore) -> None:
    publisher, clock = FakePublisher(), FakeClock()
    store.create("h/count", {"n": 0})

    def count_up(tx: Transaction) -> list[Message]:
        tx.update("h/count", {"n": _number(tx.get("h/count")) + 1})
        return [Message("notices", {"id": "1"})]

    def deliver(_: int) -> bool:
        return apply_once(store, publisher, clock, consumer="c", key="k", body=count_up, reads=["h/count"])

    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(deliver, range(20)))
    assert done.count(True) == 1
    assert store.get("h/count") == {"n": 1}
    inbox = store.get(inbox_path("c", "k"))
    assert inbox is not None
    assert "unpublished_since" not in inbox
    assert publisher.published


def test_commit_with_a_lost_reply_is_retryable_and_its_redelivery_changes_nothing(
    store: FirestoreStore, server: FirestoreServer
) -> None:
    publisher, clock = FakePublisher(), FakeClock()
    store.create("i/count", {"n": 0})

    def count_up(tx: Transaction) -> list[Message]:
        tx.update("i/count", {"n": _number(tx.get("i/count")) + 1})
        return [Message("notices", {"id": "1"})]

    def deliver() -> bool:
        return apply_once(store, publisher, clock, consumer="c", key="lost", body=count_up, reads=["i/count"])

    server.admin("POST", "/faults", {"rpc": "Commit", "drop_reply": True, "count": 1})
    with pytest.raises(Retryable):
        deliver()
    assert publisher.published == []
    assert deliver() is False
    assert store.get("i/count") == {"n": 1}
    assert len(publisher.published) == 1


class BrokenOffError(grpc.RpcError):  # type: ignore[misc]
    def __init__(self, status: grpc.StatusCode) -> None:
        self.status = status

    def code(self) -> grpc.StatusCode:
        return self.status

    def details(self) -> str:
        return "broken off"

    def trailing_metadata(self) -> None:
        return None


@pytest.mark.parametrize("ask", ["_query", "_count"])
def test_a_query_that_breaks_off_midway_is_asked_again_from_its_beginning(store: FirestoreStore, ask: str) -> None:
    store.create("broken/1", {"n": 1})
    store.create("broken/2", {"n": 2})
    faults = [grpc.StatusCode.INTERNAL, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE]
    method = getattr(store._database, ask)
    whole = method._call

    def broken(*args: Any, **more: Any) -> Iterator[Any]:
        yield next(iter(whole(*args, **more)))
        raise BrokenOffError(faults.pop())

    def answered(*args: Any, **more: Any) -> Iterator[Any]:
        return broken(*args, **more) if faults else whole(*args, **more)

    with mock.patch.object(method, "_call", answered):
        assert (store.count(Query("broken")) if ask == "_count" else len(store.find(Query("broken")))) == 2
    assert not faults


def test_a_query_that_breaks_off_midway_for_good_fails(store: FirestoreStore) -> None:
    def refused(*_: Any, **__: Any) -> Iterator[Any]:
        yield from ()
        raise BrokenOffError(grpc.StatusCode.PERMISSION_DENIED)

    with mock.patch.object(store._database._query, "_call", refused), pytest.raises(Permanent):
        store.find(Query("things"))


def test_a_query_of_some_fields_reads_no_others(store: FirestoreStore) -> None:
    store.create("things/1", {"n": 1, "text": "long"})
    (found,) = store.find(Query("things", fields=("n",)))
    assert found.data == {"n": 1}
