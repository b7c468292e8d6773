from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.base_query import FieldFilter

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer

Snapshots = queue.Queue[tuple[dict[str, Any], list[tuple[str, str]]]]


def watch(target: Any) -> tuple[Any, Snapshots]:
    snapshots: Snapshots = queue.Queue()

    def record(documents: Any, changes: Any, _time: Any) -> None:
        snapshots.put(
            (
                {one.id: one.to_dict() for one in documents},
                [(change.type.name, change.document.id) for change in changes],
            )
        )

    return target.on_snapshot(record), snapshots


def test_a_query_is_followed(db: firestore.Client) -> None:
    for number in range(3):
        db.document(f"a/{number}").set({"n": number})
    watching, snapshots = watch(db.collection("a").where(filter=FieldFilter("n", ">", 0)).order_by("n"))
    found, changes = snapshots.get(timeout=20)
    assert list(found) == ["1", "2"]
    assert changes == [("ADDED", "1"), ("ADDED", "2")]
    db.document("a/0").update({"n": 9})
    assert snapshots.get(timeout=20)[1] == [("ADDED", "0")]
    db.document("a/1").update({"n": 10})
    found, changes = snapshots.get(timeout=20)
    assert (list(found), changes) == (["2", "0", "1"], [("MODIFIED", "1")])
    db.document("b/1").set({"n": 5})
    db.document("a/2").update({"n": -1})
    assert snapshots.get(timeout=20)[1] == [("REMOVED", "2")]
    batch = db.batch()
    batch.delete(db.document("a/1"))
    batch.set(db.document("a/7"), {"n": 7})
    batch.commit()
    found, changes = snapshots.get(timeout=20)
    assert (list(found), changes) == (["7", "0"], [("REMOVED", "1"), ("ADDED", "7")])
    watching.unsubscribe()


def test_a_document_is_followed(db: firestore.Client) -> None:
    one = db.document("a/1")
    watching, snapshots = watch(one)
    assert snapshots.get(timeout=20) == ({}, [])
    one.set({"n": 1})
    assert snapshots.get(timeout=20) == ({"1": {"n": 1}}, [("ADDED", "1")])
    one.delete()
    assert snapshots.get(timeout=20) == ({}, [("REMOVED", "1")])
    watching.unsubscribe()


def test_a_stream_resumes_where_it_left_off(db: firestore.Client) -> None:
    root = f"{db._database_string}/documents"
    query = types.StructuredQuery(from_=[types.StructuredQuery.CollectionSelector(collection_id="a")])
    target: dict[str, Any] = {
        "query": {"parent": root, "structured_query": query},
        "target_id": 1,
        "once": True,
    }

    def changed(token: bytes) -> tuple[list[str], bytes]:
        request = types.ListenRequest(
            database=db._database_string, add_target={**target, "resume_token": token} if token else target
        )
        names: list[str] = []
        done = threading.Event()

        def requests() -> Iterator[types.ListenRequest]:
            yield request
            done.wait(timeout=20)

        for response in db._firestore_api.listen(requests=requests()):
            if response.document_change.document.name:
                names.append(response.document_change.document.name.rpartition("/")[2])
            if response.document_delete.document:
                names.append("-" + response.document_delete.document.rpartition("/")[2])
            change = response.target_change
            token = change.resume_token or token
            if change.target_change_type == types.TargetChange.TargetChangeType.REMOVE:
                done.set()
        return names, token

    db.document("a/1").set({})
    db.document("a/2").set({})
    names, token = changed(b"")
    assert names == ["1", "2"]
    db.document("a/2").delete()
    db.document("a/3").set({})
    assert changed(token)[0] == ["-2", "3"]


def test_a_write_stream(db: firestore.Client) -> None:
    name = f"{db._database_string}/documents/a/1"
    write = types.Write(update=types.Document(name=name, fields={"n": {"integer_value": 1}}))
    handshake = types.WriteRequest(database=db._database_string)
    requests = iter([handshake, types.WriteRequest(writes=[write])])
    responses = list(db._firestore_api.write(requests=requests, metadata=db._rpc_metadata))
    assert responses[0].stream_id
    assert responses[0].stream_token
    assert len(responses[1].write_results) == 1
    assert db.document("a/1").get().get("n") == 1


def test_pipelines_are_refused_in_words(db: firestore.Client) -> None:
    with pytest.raises(exceptions.MethodNotImplemented, match="not part of this emulator"):
        list(db.pipeline().collection("a").stream())


def test_time_to_live_follows_the_clock(tmp_path: Path) -> None:
    clock, indexes = tmp_path / "clock", tmp_path / "indexes.json"
    clock.write_text("0")
    override = {"collectionGroup": "inbox", "fieldPath": "expires_at", "ttl": True, "indexes": []}
    indexes.write_text(json.dumps({"indexes": [], "fieldOverrides": [override]}))
    with FirestoreServer(tmp_path / "data.sqlite", indexes, clock) as server:
        client, unchecked = server.client(CHECKED_PROJECT), server.client("other")
        now = datetime.now(UTC)
        for name, days in (("soon", 1), ("later", 3)):
            client.document(f"x/y/inbox/{name}").set({"expires_at": now + timedelta(days=days)})
            unchecked.document(f"inbox/{name}").set({"expires_at": now + timedelta(days=days)})
        client.document("inbox/text").set({"expires_at": "yesterday"})
        client.document("outbox/soon").set({"expires_at": now})
        server.admin("POST", "/expire")
        assert len(client.collection("x/y/inbox").get()) == 2
        clock.write_text(str(2 * 86400))
        server.admin("POST", "/expire")
        assert [one.id for one in client.collection("x/y/inbox").get()] == ["later"]
        assert client.document("inbox/text").get().exists
        assert client.document("outbox/soon").get().exists
        assert len(unchecked.collection("inbox").get()) == 2
        assert server.admin("GET", "/counters")["methods"]["TTL"]["deletes"] == 1
        client.close()
        unchecked.close()
        server.stop()


def test_a_reset_is_told(tmp_path: Path) -> None:
    with FirestoreServer(tmp_path / "data.sqlite") as server:
        client = server.client("reset")
        client.document("a/1").set({})
        watching, snapshots = watch(client.collection("a"))
        assert list(snapshots.get(timeout=20)[0]) == ["1"]
        server.admin("POST", "/reset")
        assert snapshots.get(timeout=20) == ({}, [("REMOVED", "1")])
        client.document("a/2").set({})
        assert list(snapshots.get(timeout=20)[0]) == ["2"]
        watching.unsubscribe()
        client.close()
        server.stop()
