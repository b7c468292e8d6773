"""Faults ordered through the admin port: refusals, delays, lost replies, crashes."""

from __future__ import annotations

import queue
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore_v1 import types

from infra.emulators.firestore.service.rpc_table import METHODS
from infra.emulators.testing.firestore_server import FirestoreServer


@pytest.fixture
def faulty(firestore_server: FirestoreServer) -> Iterator[FirestoreServer]:
    yield firestore_server
    firestore_server.admin("DELETE", "/faults")


@pytest.fixture
def client(faulty: FirestoreServer, request: pytest.FixtureRequest) -> Iterator[firestore.Client]:
    client = faulty.client(f"faults-{abs(hash(request.node.name))}", caller="struck")
    yield client
    client.close()


def fault(server: FirestoreServer, **body: Any) -> None:
    server.admin("POST", "/faults", {"caller": "struck", **body})


def set_once(client: firestore.Client, path: str, values: dict[str, Any], timeout: float = 10) -> None:
    batch = client.batch()
    batch.set(client.document(path), values)
    batch.commit(retry=None, timeout=timeout)


CODES = {
    "ABORTED": exceptions.Aborted,
    "CANCELLED": exceptions.Cancelled,
    "DATA_LOSS": exceptions.DataLoss,
    "DEADLINE_EXCEEDED": exceptions.DeadlineExceeded,
    "FAILED_PRECONDITION": exceptions.FailedPrecondition,
    "INTERNAL": exceptions.InternalServerError,
    "PERMISSION_DENIED": exceptions.PermissionDenied,
    "RESOURCE_EXHAUSTED": exceptions.ResourceExhausted,
    "UNAVAILABLE": exceptions.ServiceUnavailable,
    "UNKNOWN": exceptions.Unknown,
}


@pytest.mark.parametrize("code", CODES)
def test_a_code_refuses_the_call_without_effect(faulty: FirestoreServer, client: firestore.Client, code: str) -> None:
    fault(faulty, rpc="Commit", code=code, count=1)
    with pytest.raises(CODES[code], match="fault was asked for"):
        set_once(client, "a/b", {})
    assert not client.document("a/b").get().exists
    set_once(client, "a/b", {})
    assert client.document("a/b").get().exists


STRUCK = [("x-emulator-caller", "struck")]
CALLS: dict[str, Any] = {
    "GetDocument": lambda c, name: c._firestore_api.get_document(request={"name": name}, retry=None, metadata=STRUCK),
    "BatchGetDocuments": lambda c, _: list(c.get_all([c.document("a/b")], retry=None)),
    "RunQuery": lambda c, _: c.collection("a").get(retry=None),
    "RunAggregationQuery": lambda c, _: c.collection("a").count().get(retry=None),
    "ListDocuments": lambda c, _: list(c.collection("a").list_documents(retry=None)),
    "ListCollectionIds": lambda c, _: list(c.collections(retry=None)),
    "BeginTransaction": lambda c, _: c.transaction()._begin(),
    "PartitionQuery": lambda c, _: list(c.collection_group("a").get_partitions(2, retry=None)),
    "UpdateDocument": lambda c, name: c._firestore_api.update_document(
        request={"document": types.Document(name=name)}, retry=None, metadata=STRUCK
    ),
    "DeleteDocument": lambda c, name: c._firestore_api.delete_document(
        request={"name": name}, retry=None, metadata=STRUCK
    ),
    "BatchWrite": lambda c, name: c._firestore_api.batch_write(
        request={"database": c._database_string, "writes": [types.Write(delete=name)]},
        retry=None,
        metadata=[*c._rpc_metadata, *STRUCK],
    ),
    "Write": lambda c, _: list(
        c._firestore_api.write(requests=iter([types.WriteRequest(database=c._database_string)]), metadata=STRUCK)
    ),
}


@pytest.mark.parametrize("rpc", CALLS)
def test_every_kind_of_call_can_be_struck(faulty: FirestoreServer, client: firestore.Client, rpc: str) -> None:
    name = f"{client._database_string}/documents/a/b"
    client.document("a/b").set({})
    fault(faulty, rpc=rpc, code="PERMISSION_DENIED", count=1)
    with pytest.raises(exceptions.PermissionDenied):
        CALLS[rpc](client, name)
    CALLS[rpc](client, name)


def test_the_client_rides_out_what_it_repeats(faulty: FirestoreServer, client: firestore.Client) -> None:
    fault(faulty, rpc="Commit", code="UNAVAILABLE", count=2)
    client.document("a/b").set({"n": 1})
    assert client.document("a/b").get().get("n") == 1
    assert [one["struck"] for one in faulty.admin("GET", "/faults")["faults"]] == [2]


def test_a_lost_reply_leaves_the_effect(faulty: FirestoreServer, client: firestore.Client) -> None:
    fault(faulty, rpc="Commit", drop_reply=True, count=1)
    with pytest.raises(exceptions.ServiceUnavailable):
        set_once(client, "a/b", {"n": 1})
    assert client.document("a/b").get().get("n") == 1
    fault(faulty, rpc="Commit", drop_reply=True, code="DEADLINE_EXCEEDED", count=1)
    with pytest.raises(exceptions.DeadlineExceeded):
        set_once(client, "a/b", {"n": 2})
    assert client.document("a/b").get().get("n") == 2


def test_a_repeated_increment_after_a_lost_reply_counts_twice(
    faulty: FirestoreServer, client: firestore.Client
) -> None:
    fault(faulty, rpc="Commit", drop_reply=True, count=1)
    client.document("a/b").set({"n": firestore.Increment(1)}, merge=True)
    assert client.document("a/b").get().get("n") == 2


def test_a_delay_holds_the_call_back(faulty: FirestoreServer, client: firestore.Client) -> None:
    fault(faulty, rpc="Commit", delay_ms=150, count=1)
    started = time.monotonic()
    set_once(client, "a/b", {})
    assert time.monotonic() - started >= 0.15
    fault(faulty, rpc="Commit", delay_ms=5_000, count=1)
    with pytest.raises(exceptions.DeadlineExceeded):
        set_once(client, "a/c", {}, timeout=0.2)


def struck_of(client: firestore.Client, calls: int) -> list[int]:
    struck = []
    for number in range(calls):
        try:
            set_once(client, "a/b", {"n": number})
        except exceptions.Aborted:
            struck.append(number)
    return struck


def test_count_and_skip(faulty: FirestoreServer, client: firestore.Client) -> None:
    fault(faulty, rpc="Commit", code="ABORTED", skip=2, count=3)
    assert struck_of(client, 8) == [2, 3, 4]


def test_chance_is_repeatable(faulty: FirestoreServer, client: firestore.Client) -> None:
    rounds = []
    for seed in (7, 7, 8):
        fault(faulty, rpc="Commit", code="ABORTED", probability=0.4, seed=seed)
        rounds.append(struck_of(client, 40))
        faulty.admin("DELETE", "/faults")
    assert rounds[0] == rounds[1] != rounds[2]
    assert 6 <= len(rounds[0]) <= 26


def test_fault_of_a_document_spares_writes_of_others(faulty: FirestoreServer, client: firestore.Client) -> None:
    fault(faulty, rpc="Commit", code="INTERNAL", writes="/papers/", skip=1, count=1)
    set_once(client, "jobs/a", {"n": 1})
    set_once(client, "units/u/papers/p", {"n": 1})
    set_once(client, "jobs/b", {"n": 1})
    with pytest.raises(exceptions.InternalServerError):
        set_once(client, "units/u/papers/p", {"n": 2})
    set_once(client, "units/u/papers/p", {"n": 3})


def test_other_callers_and_methods_are_spared(faulty: FirestoreServer, client: firestore.Client) -> None:
    other = faulty.client(client.project, caller="spared")
    fault(faulty, rpc="Commit", code="ABORTED")
    set_once(other, "a/b", {"n": 1})
    assert client.document("a/b").get().get("n") == 1
    with pytest.raises(exceptions.Aborted):
        set_once(client, "a/b", {})
    faulty.admin("DELETE", "/faults")
    set_once(client, "a/b", {})
    other.close()


def test_a_running_stream_is_cut(faulty: FirestoreServer, client: firestore.Client) -> None:
    snapshots: queue.Queue[list[str]] = queue.Queue()
    watching = client.collection("a").on_snapshot(lambda found, *_: snapshots.put([one.id for one in found]))
    assert snapshots.get(timeout=20) == []
    fault(faulty, rpc="Listen", code="UNAVAILABLE", responses=True, skip=1, count=1)
    client.document("a/1").set({})
    client.document("a/2").set({})
    seen = snapshots.get(timeout=20)
    while seen != ["1", "2"]:
        seen = snapshots.get(timeout=20)
    assert [one["struck"] for one in faulty.admin("GET", "/faults")["faults"]] == [1]
    watching.unsubscribe()


def test_a_write_of_a_running_stream_loses_its_reply(faulty: FirestoreServer, client: firestore.Client) -> None:
    write = types.Write(update=types.Document(name=f"{client._database_string}/documents/a/1"))
    fault(faulty, rpc="Write", drop_reply=True, responses=True, skip=1)
    requests = iter([types.WriteRequest(database=client._database_string), types.WriteRequest(writes=[write])])
    responses = client._firestore_api.write(requests=requests, metadata=STRUCK)
    assert next(responses).stream_token
    with pytest.raises(exceptions.ServiceUnavailable, match="reply is lost"):
        next(responses)
    assert client.document("a/1").get().exists


@pytest.mark.parametrize("rpc", ["*"])
def test_all_methods_at_once(faulty: FirestoreServer, client: firestore.Client, rpc: str) -> None:
    fault(faulty, rpc=rpc, code="ABORTED", count=2)
    with pytest.raises(exceptions.Aborted):
        set_once(client, "a/b", {})
    with pytest.raises(exceptions.Aborted):
        client.collection("a").get(retry=None)
    client.collection("a").get()


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"rpc": "Commit"},
        {"rpc": "commit", "code": "ABORTED"},
        {"rpc": "Commit", "code": "OK"},
        {"rpc": "Commit", "code": "ABORTED", "count": -1},
        {"rpc": "Commit", "code": "ABORTED", "count": "two"},
        {"rpc": "Commit", "code": "ABORTED", "probability": 0.5},
        {"rpc": "Commit", "code": "ABORTED", "probability": 2, "seed": 1},
        {"rpc": "Commit", "crash": "sometimes"},
        {"rpc": "Listen", "crash": "after_commit", "responses": True},
        {"rpc": "Commit", "code": "ABORTED", "other": 1},
    ],
)
def test_what_is_no_fault_is_refused(faulty: FirestoreServer, body: Any) -> None:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        faulty.admin("POST", "/faults", body)
    assert refusal.value.code == 400
    refusal.value.close()
    assert faulty.admin("GET", "/faults") == {"faults": []}


@pytest.mark.parametrize(("point", "survives"), [("before_commit", False), ("after_commit", True)])
def test_a_crash_at_the_commit(tmp_path: Path, point: str, *, survives: bool) -> None:
    with FirestoreServer(tmp_path / "data.sqlite") as server:
        client = server.client("crash")
        client.document("a/0").set({"n": 0})
        server.admin("POST", "/faults", {"rpc": "Commit", "crash": point, "skip": 1, "count": 1})
        set_once(client, "a/0", {"n": 1})
        batch = client.batch()
        for number in range(3):
            batch.set(client.document(f"a/{number}"), {"n": 2})
        with pytest.raises((exceptions.ServiceUnavailable, exceptions.Unknown)):
            batch.commit(retry=None, timeout=10)
        assert server.wait_for_end() == -9
        client.close()
        server.start()
        client = server.client("crash")
        found = [(one.id, one.get("n")) for one in client.collection("a").get()]
        assert found == ([("0", 2), ("1", 2), ("2", 2)] if survives else [("0", 1)])
        assert server.admin("GET", "/faults") == {"faults": []}
        client.close()
        server.stop()


def test_a_crash_in_a_transaction_and_a_read(tmp_path: Path) -> None:
    with FirestoreServer(tmp_path / "data.sqlite") as server:
        for rpc, call in (
            ("BatchGetDocuments", lambda c: list(c.get_all([c.document("a/b")], retry=None, timeout=10))),
            ("BatchWrite", lambda c: CALLS["BatchWrite"](c, f"{c._database_string}/documents/a/b")),
        ):
            client = server.client("crash")
            client.document("a/b").set({})
            server.admin("POST", "/faults", {"rpc": rpc, "crash": "before_commit"})
            with pytest.raises((exceptions.ServiceUnavailable, exceptions.Unknown)):
                call(client)
            assert server.wait_for_end() == -9
            client.close()
            server.start()
            client = server.client("crash")
            assert client.document("a/b").get().exists
            client.close()
        server.stop()


def test_methods_are_all_methods(firestore_server: FirestoreServer, db: firestore.Client) -> None:
    transport = db._firestore_api.transport
    for method in sorted(METHODS - {"Listen", "Write"}):
        call = transport.grpc_channel.unary_unary(f"/google.firestore.v1.Firestore/{method}")
        with pytest.raises(Exception, match=r"(?s)^((?!Method not found).)*$"):
            call(b"", timeout=5)
