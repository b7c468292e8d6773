"""The admin port: cost by method and caller, the bill, export and import."""

from __future__ import annotations

import json
import math
import operator
import os
import pprint
import subprocess
import sys
import urllib.error
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.base_query import FieldFilter
from google.cloud.firestore_v1.vector import Vector

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer, in_transaction

F = FieldFilter


@pytest.fixture
def own(tmp_path: Path) -> Iterator[FirestoreServer]:
    with FirestoreServer(tmp_path / "data.sqlite") as server:
        yield server
        server.stop()


@pytest.fixture
def client(own: FirestoreServer) -> Iterator[firestore.Client]:
    client = own.client("counted", caller="inbox")
    yield client
    client.close()


def put(client: firestore.Client, count: int) -> None:
    batch = client.batch()
    for number in range(count):
        batch.set(client.document(f"a/{number:02}"), {"n": number, "even": number % 2 == 0, "t": [number % 3]})
    batch.commit()


COSTS: dict[str, tuple[Any, dict[str, int]]] = {
    "get": (lambda c: c.document("a/00").get(), {"reads": 1}),
    "get missing": (lambda c: c.document("a/x").get(), {"reads": 1}),
    "get all": (lambda c: list(c.get_all([c.document("a/00"), c.document("a/x")])), {"reads": 2}),
    "all": (lambda c: c.collection("a").get(), {"reads": 20, "index_entries": 20}),
    "limit": (lambda c: c.collection("a").limit(3).get(), {"reads": 3, "index_entries": 3}),
    "offset": (lambda c: c.collection("a").offset(2).limit(3).get(), {"reads": 5, "index_entries": 5}),
    "range": (lambda c: c.collection("a").where(filter=F("n", ">=", 17)).get(), {"reads": 3, "index_entries": 3}),
    "equal": (lambda c: c.collection("a").where(filter=F("even", "==", True)).get(), {"reads": 10}),
    "contains": (lambda c: c.collection("a").where(filter=F("t", "array_contains", 0)).get(), {"reads": 7}),
    "in": (lambda c: c.collection("a").where(filter=F("n", "in", [1, 2, 99])).get(), {"reads": 2, "index_entries": 2}),
    "nothing": (lambda c: c.collection("b").get(), {"reads": 1, "index_entries": 0}),
    "count": (lambda c: c.collection("a").count().get(), {"reads": 1, "index_entries": 20}),
    "sum": (lambda c: c.collection("a").sum("n").get(), {"reads": 1, "index_entries": 20}),
    "list": (lambda c: list(c.collection("a").list_documents()), {"reads": 20, "index_entries": 20}),
    "ids": (lambda c: list(c.collections()), {"reads": 1}),
    # Every document has 7 entries: n and even up and down, t up, down and by its one element.
    "set": (lambda c: c.document("a/00").set({}), {"writes": 1, "index_writes": 7}),
    "set to the same": (lambda c: c.document("a/00").set({"n": 0, "even": True, "t": [0]}), {"writes": 1}),
    "create": (lambda c: c.document("b/1").set({"m": {"x": 1}}), {"writes": 1, "index_writes": 4}),
    "update": (lambda c: c.document("a/00").update({"n": 5}), {"writes": 1, "index_writes": 4}),
    "union": (
        lambda c: c.document("a/00").update({"t": firestore.ArrayUnion([7])}),
        {"writes": 1, "index_writes": 5},
    ),
    "delete": (lambda c: c.document("a/00").delete(), {"deletes": 1, "index_writes": 7}),
    "delete missing": (lambda c: c.document("a/x").delete(), {"deletes": 1}),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FirestoreServer, firestore.Client]]:
    with FirestoreServer(tmp_path_factory.mktemp("costs") / "data.sqlite") as server:
        client = server.client("costs")
        put(client, 20)
        yield server, client
        client.close()
        server.stop()


@pytest.mark.parametrize("case", COSTS)
def test_costs(shared: tuple[FirestoreServer, firestore.Client], case: str) -> None:
    server, client = shared
    put(client, 20)
    client.document("b/1").delete()
    action, expected = COSTS[case]
    server.admin("POST", "/counters/reset")
    action(client)
    report = server.admin("GET", "/counters")
    whole = {"reads": 0, "writes": 0, "deletes": 0, "index_writes": 0, **expected}
    assert {name: report[name] for name in whole} == whole


def test_a_transaction_that_is_repeated_pays_twice(own: FirestoreServer, client: firestore.Client) -> None:
    one = client.document("a/1")
    one.set({"n": 0})
    own.admin("POST", "/counters/reset")
    beaten = [True]

    def action(transaction: firestore.Transaction) -> None:
        one.get(transaction=transaction)
        if beaten:
            beaten.clear()
            one.update({"n": 1})
        transaction.update(one, {"n": 2})

    in_transaction(client, action)
    report = own.admin("GET", "/counters")
    assert (report["reads"], report["writes"]) == (2, 2)
    assert report["methods"]["Commit"] == {
        "calls": 3, "failed": 1, "reads": 0, "writes": 2, "deletes": 0, "index_entries": 0, "index_writes": 8,
    }  # fmt: skip


def test_calls_are_counted_by_caller(own: FirestoreServer, client: firestore.Client) -> None:
    other = own.client("counted", caller="outbox")
    nameless = own.client("counted")
    client.document("a/1").set({})
    other.document("a/1").get()
    other.document("a/2").get()
    nameless.document("a/1").delete()
    request = types.GetDocumentRequest(name=f"{client._database_string}/documents/a/1")
    with pytest.raises(Exception, match="not found"):
        client._firestore_api.get_document(request=request, metadata=[("x-emulator-caller", "desk")])
    callers = own.admin("GET", "/counters")["callers"]
    assert callers["inbox"]["writes"] == 1
    assert (callers["outbox"]["reads"], callers["outbox"]["methods"]["BatchGetDocuments"]["calls"]) == (2, 2)
    assert callers["desk"]["methods"]["GetDocument"]["failed"] == 1
    (address,) = callers.keys() - {"inbox", "outbox", "desk"}
    assert "127.0.0.1" in address
    assert callers[address]["deletes"] == 1
    other.close()
    nameless.close()


READ_ONE = """
from google.cloud import firestore
firestore.Client(project="counted").document("a/1").get()
"""


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="asks Linux for the process behind a connection")
def test_an_unmodified_function_is_known_by_its_name(own: FirestoreServer) -> None:
    environment = {**os.environ, "FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{own.port}", "K_SERVICE": "reminders"}
    subprocess.run([sys.executable, "-c", READ_ONE], env=environment, check=True, timeout=60)
    assert own.admin("GET", "/counters")["callers"]["reminders"]["reads"] == 1


def test_the_bill_is_counters_times_prices(own: FirestoreServer, client: firestore.Client) -> None:
    put(client, 20)
    client.collection("a").get()
    client.document("a/01").delete()
    bill = own.admin("GET", "/bill")
    assert [(line["what"], line["count"]) for line in bill["lines"]] == [("reads", 20), ("writes", 20), ("deletes", 1)]
    expected = sum(line["count"] * line["price"] for line in bill["lines"]) / bill["per"]
    assert bill["total"] == pytest.approx(expected)
    assert bill["total"] == pytest.approx((20 * 0.038 + 20 * 0.115 + 0.013) / 100_000)
    assert bill["total_vnd"] == pytest.approx(bill["total"] * 26_000)
    text = own.admin_bytes("GET", "/bill?format=text").decode()
    assert "reads" in text
    assert "VND" in text
    own.admin("POST", "/counters/reset")
    assert own.admin("GET", "/bill")["total"] == 0


EVERYTHING: dict[str, Any] = {
    "null": None,
    "no": False,
    "int": -(2**63),
    "big": 2**63 - 1,
    "double": 0.1 + 0.2,
    "minus zero": -0.0,
    "whole": 3.0,
    "infinity": -math.inf,
    "time": datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
    "early": datetime(1, 1, 1, tzinfo=UTC),
    "text": "Hà Nội \U0001f600 \x00\u2028\n",
    "bytes": bytes(range(256)),
    "point": firestore.GeoPoint(21.03, 105.85),
    "list": [1, "hai", {"ba": [4]}, None],
    "empty": {"list": [], "map": {}, "text": "", "bytes": b""},
    "vector": Vector([1.0, 2.5]),
    "có dấu.và `chấm`": 1,
}


def shown(values: dict[str, Any] | None) -> str:
    path = operator.attrgetter("path")
    known = {k: path(v) if isinstance(v, firestore.DocumentReference) else v for k, v in (values or {}).items()}
    return pprint.pformat(known)


def state(clients: list[firestore.Client]) -> list[Any]:
    return [
        (client.project, client._database, one.reference.path, shown(one.to_dict()), one.create_time, one.update_time)
        for client in clients
        for group in ("a", "b")
        for one in client.collection_group(group).stream()
    ]


def test_export_and_import_keep_everything(own: FirestoreServer, tmp_path: Path) -> None:
    clients = [own.client("one"), own.client("one", "public"), own.client("two")]
    for number, client in enumerate(clients):
        client.document("a/all").set({**EVERYTHING, "nan": math.nan, "reference": client.document("x/y")})
        client.document("a/all").update({"number": number})
        client.document("a/missing/b/below").set({})
        client.document("a/gone").set({})
        client.document("a/gone").delete()
    before = state(clients)
    assert len(before) == 6
    exported = own.admin_bytes("GET", "/export")
    assert len(exported.splitlines()) == 6
    part = own.admin_bytes("GET", "/export?database=public&under=a/missing").splitlines()
    assert [json.loads(line)["path"] for line in part] == ["a/missing/b/below"]
    clients[0].document("a/all").delete()
    clients[1].document("a/new").set({})
    assert own.admin_bytes("POST", "/import", exported)
    assert state(clients) == before
    assert own.admin_bytes("GET", "/export") == exported
    with FirestoreServer(tmp_path / "other.sqlite") as other:
        other.admin_bytes("POST", "/import", exported)
        other.kill()
        other.start()
        assert other.admin_bytes("GET", "/export") == exported
        again = [other.client("one"), other.client("one", "public"), other.client("two")]
        found = state(again)
        assert found == before
        stamp = again[0].document("a/all").get().update_time
        assert again[0].document("a/all").update({"x": 1}).update_time > stamp
        for client in again:
            client.close()
        other.stop()
    for client in clients:
        client.close()


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"[]",
        b'{"project":"p","database":"d","path":"a","create_time":1,"update_time":1,"fields":{}}',
        b'{"project":"p","database":"d","path":"a/b","create_time":1,"update_time":1,"fields":{"x":{"what":1}}}',
        b'{"project":"p","database":"d","path":"a/b","create_time":1,"fields":{}}',
        b'{"project":"p","database":"d","path":"a/b","create_time":1,"update_time":1,"fields":{"__x__":{}}}',
    ],
)
def test_what_cannot_be_imported_changes_nothing(shared: tuple[FirestoreServer, firestore.Client], line: bytes) -> None:
    server, _ = shared
    before = server.admin_bytes("GET", "/export")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        server.admin_bytes("POST", "/import", before + line + b"\n")
    assert refusal.value.code == 400
    assert b"line 21" in refusal.value.read()
    refusal.value.close()
    assert server.admin_bytes("GET", "/export") == before


def test_counters_show_what_ids_would_not_tell(own: FirestoreServer, client: firestore.Client) -> None:
    put(client, 20)
    transport = client._firestore_api.transport
    query = types.StructuredQuery(from_=[types.StructuredQuery.CollectionSelector(collection_id="a")])
    call = transport.grpc_channel.unary_stream(
        "/google.firestore.v1.Firestore/RunQuery",
        request_serializer=types.RunQueryRequest.serialize,
        response_deserializer=types.RunQueryResponse.deserialize,
    )(types.RunQueryRequest(parent=f"{client._database_string}/documents", structured_query=query))
    assert len(list(call)) == 20
    trailing = dict(call.trailing_metadata())
    assert (trailing["x-emulator-reads"], trailing["x-emulator-index-entries"]) == ("20", "20")
    commit = transport.grpc_channel.unary_unary(
        "/google.firestore.v1.Firestore/Commit",
        request_serializer=types.CommitRequest.serialize,
        response_deserializer=types.CommitResponse.deserialize,
    )
    write = types.Write(delete=f"{client._database_string}/documents/a/00")
    _, ended = commit.with_call(types.CommitRequest(database=client._database_string, writes=[write]))
    trailing = dict(ended.trailing_metadata())
    assert (trailing["x-emulator-deletes"], trailing["x-emulator-index-writes"]) == ("1", "7")


def test_declared_indexes_are_counted_and_exempt_fields_are_not(tmp_path: Path) -> None:
    indexes = tmp_path / "indexes.json"
    composite = {"collectionGroup": "a", "queryScope": "COLLECTION"}
    fields = [{"fieldPath": "n", "order": "ASCENDING"}, {"fieldPath": "t", "arrayConfig": "CONTAINS"}]
    exempt = {"collectionGroup": "a", "fieldPath": "long", "indexes": []}
    indexes.write_text(json.dumps({"indexes": [{**composite, "fields": fields}], "fieldOverrides": [exempt]}))
    with FirestoreServer(tmp_path / "data.sqlite", indexes) as server:
        for project, expected in ((CHECKED_PROJECT, 7 + 3), ("other", 7 + 2)):
            client = server.client(project)
            server.admin("POST", "/counters/reset")
            client.document("a/1").set({"n": 1, "t": [1, 2, 3], "long": "x"})
            assert server.admin("GET", "/counters")["index_writes"] == expected
            client.close()
        server.stop()
