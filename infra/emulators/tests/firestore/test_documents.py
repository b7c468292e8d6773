from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.vector import Vector

from infra.emulators.testing.firestore_server import FirestoreServer


def test_every_type_comes_back_as_it_was_written(db: firestore.Client) -> None:
    values = {
        "null": None,
        "yes": True,
        "int": -(2**63),
        "double": 1.5,
        "infinity": -math.inf,
        "time": datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        "text": "Hà Nội \U0001f600",
        "bytes": b"\x00\xff",
        "reference": db.document("a/b"),
        "point": firestore.GeoPoint(21.03, 105.85),
        "list": [1, "hai", {"ba": [4]}],
        "map": {"a": {"b": {}}},
        "vector": Vector([1.0, 2.0]),
        "có dấu.và chấm": 1,
    }
    db.document("a/b").set(values)
    assert db.document("a/b").get().to_dict() == values


def test_nan_is_kept(db: firestore.Client) -> None:
    db.document("a/b").set({"x": math.nan})
    assert math.isnan(db.document("a/b").get().get("x"))


def test_timestamps_are_rounded_down_to_microseconds(db: firestore.Client) -> None:
    stamp = types.Value(timestamp_value={"seconds": 5, "nanos": 1999})
    name = f"{db._database_string}/documents/a/b"
    db._firestore_api.commit(
        request={
            "database": db._database_string,
            "writes": [types.Write(update=types.Document(name=name, fields={"t": stamp}))],
        }
    )
    stored = db.document("a/b").get().get("t")
    assert (stored.microsecond, stored.nanosecond % 1000) == (1, 0)


def test_create_set_update_delete(db: firestore.Client) -> None:
    one = db.document("a/b")
    created = one.create({"x": 1, "y": {"z": 2, "w": 3}})
    with pytest.raises(exceptions.AlreadyExists):
        one.create({})
    updated = one.update({"y.z": 5, "x": firestore.DELETE_FIELD})
    assert one.get().to_dict() == {"y": {"z": 5, "w": 3}}
    assert one.get().create_time == created.update_time
    assert one.get().update_time == updated.update_time
    one.set({"y": {"v": 1}, "u": 2}, merge=True)
    assert one.get().to_dict() == {"y": {"z": 5, "w": 3, "v": 1}, "u": 2}
    one.set({"y": {"only": 1}}, merge=["y"])
    assert one.get().to_dict() == {"y": {"only": 1}, "u": 2}
    one.set({"new": True})
    assert one.get().to_dict() == {"new": True}
    one.delete()
    assert not one.get().exists
    one.delete()
    with pytest.raises(exceptions.NotFound):
        one.update({"x": 1})


def test_a_write_that_changes_nothing_keeps_the_update_time(db: firestore.Client) -> None:
    first = db.document("a/b").set({"x": 1})
    again = db.document("a/b").set({"x": 1})
    assert again.update_time == first.update_time
    other = db.document("a/b").set({"x": 1.0})
    assert other.update_time > first.update_time


def test_preconditions(db: firestore.Client) -> None:
    one = db.document("a/b")
    first = one.set({"x": 1}).update_time
    second = one.update({"x": 2}, db.write_option(last_update_time=first)).update_time
    with pytest.raises(exceptions.FailedPrecondition):
        one.update({"x": 3}, db.write_option(last_update_time=first))
    with pytest.raises(exceptions.FailedPrecondition):
        one.delete(db.write_option(last_update_time=first))
    with pytest.raises(exceptions.InvalidArgument):
        one.delete(db.write_option(last_update_time=second + timedelta(days=1)))
    one.delete(db.write_option(last_update_time=second))
    with pytest.raises(exceptions.NotFound):
        one.delete(db.write_option(exists=True))


def test_a_batch_is_all_or_nothing_and_sequential(db: firestore.Client) -> None:
    batch = db.batch()
    batch.create(db.document("a/1"), {"n": 1})
    batch.update(db.document("a/1"), {"n": firestore.Increment(1)})
    batch.delete(db.document("a/2"))
    results = batch.commit()
    assert [r.update_time is not None for r in results][:2] == [True, True]
    assert db.document("a/1").get().get("n") == 2
    bad = db.batch()
    bad.set(db.document("a/3"), {})
    bad.create(db.document("a/1"), {})
    with pytest.raises(exceptions.AlreadyExists):
        bad.commit()
    assert not db.document("a/3").get().exists


def test_a_large_batch(db: firestore.Client) -> None:
    batch = db.batch()
    for number in range(500):
        batch.set(db.collection("a").document(f"{number:03}"), {"n": number})
    batch.commit()
    assert db.collection("a").count().get()[0][0].value == 500


NAN = math.nan
TRANSFORMS: list[tuple[Any, Any, Any]] = [
    (5, firestore.Increment(2), 7),
    (5, firestore.Increment(0.5), 5.5),
    (2**63 - 1, firestore.Increment(9), 2**63 - 1),
    (-(2**63), firestore.Increment(-1), -(2**63)),
    ("text", firestore.Increment(2), 2),
    (5, firestore.Maximum(7), 7),
    (5, firestore.Maximum(3), 5),
    (5, firestore.Maximum(5.0), 5),
    (3.0, firestore.Maximum(3), 3.0),
    (5, firestore.Maximum(5.5), 5.5),
    (None, firestore.Maximum(1), 1),
    (5, firestore.Minimum(7), 5),
    (5, firestore.Minimum(3), 3),
    (5, firestore.Minimum(NAN), NAN),
    ([1, 2], firestore.ArrayUnion([2.0, 3, 3]), [1, 2, 3]),
    ("text", firestore.ArrayUnion([1]), [1]),
    ([1, 2, 1, None], firestore.ArrayRemove([1.0, None]), [2]),
    ("text", firestore.ArrayRemove([1]), []),
]


@pytest.mark.parametrize(("before", "transform", "after"), TRANSFORMS, ids=range(len(TRANSFORMS)))
def test_transforms(db: firestore.Client, before: Any, transform: Any, after: Any) -> None:
    one = db.document("a/b")
    one.set({"m": {"x": before, "keep": 1}})
    one.update({"m.x": transform})
    have = one.get().get("m")
    assert repr(have["x"]) == repr(after)
    assert have["keep"] == 1


def test_transforms_make_missing_fields_and_documents(db: firestore.Client) -> None:
    one = db.document("a/b")
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    result = one.set({"at": firestore.SERVER_TIMESTAMP, "in": {"also": firestore.SERVER_TIMESTAMP}})
    have = one.get().to_dict()
    assert have is not None
    assert before <= have["at"] <= result.update_time
    assert have["in"]["also"] == have["at"]
    assert have["at"].microsecond % 1000 == 0
    assert [r.timestamp_value for r in result.transform_results] == [have["at"]] * 2


def test_update_times_strictly_increase(db: firestore.Client) -> None:
    times = [db.document("a/b").set({"n": n}).update_time for n in range(50)]
    assert times == sorted(set(times))


@pytest.mark.parametrize(
    "values",
    [
        {"x": "y" * 1_048_576},
        {"x": b"y" * 1_048_530},
        {"__x__": 1},
        {"x": [firestore.GeoPoint(91, 0)]},
        {"x" * 1501: 1},
    ],
    ids=["text", "bytes", "reserved", "point", "name"],
)
def test_what_cannot_be_stored_is_refused(db: firestore.Client, values: dict[str, Any]) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        db.document("a/b").set(values)
    assert not db.document("a/b").get().exists


def test_the_largest_document_is_stored(db: firestore.Client) -> None:
    # name: 3 + 1 + 16; field: 2 + 1 for its text, 32 for the document
    text = "y" * (1_048_576 - 20 - 3 - 32)
    db.document("a/b").set({"x": text})
    assert db.document("a/b").get().get("x") == text
    with pytest.raises(exceptions.InvalidArgument):
        db.document("a/b").set({"x": text + "y"})


def test_nesting_is_limited_to_twenty(db: firestore.Client) -> None:
    def nested(depth: int) -> dict[str, Any]:
        return {"m": nested(depth - 1)} if depth else {}

    db.document("a/b").set(nested(20))
    with pytest.raises(exceptions.InvalidArgument):
        db.document("a/b").set(nested(21))


@pytest.mark.parametrize("path", ["a/..", "a/.", "a/__id__", "__c__/b", "a/" + "x" * 1501])
def test_names_that_are_refused(db: firestore.Client, path: str) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        db.document(path).set({})


def test_get_all_says_what_is_missing_and_projects(db: firestore.Client) -> None:
    db.document("a/1").set({"x": 1, "y": {"z": 2, "w": 3}})
    found = {
        snapshot.id: snapshot.to_dict()
        for snapshot in db.get_all([db.document("a/1"), db.document("a/2")], field_paths=["y.z"])
    }
    assert found == {"1": {"y": {"z": 2}}, "2": None}


def test_listing_shows_missing_documents_and_pages(db: firestore.Client) -> None:
    for number in range(7):
        db.document(f"a/{number}").set({"n": number})
    db.document("a/3x/below/y").set({})
    listed = [one.id for one in db.collection("a").list_documents(page_size=3)]
    assert listed == ["0", "1", "2", "3", "3x", "4", "5", "6"]


def test_collection_ids(db: firestore.Client) -> None:
    db.document("b/1/c/2/d/3").set({})
    db.document("a/1").set({})
    assert [one.id for one in db.collections()] == ["a", "b"]
    assert [one.id for one in db.document("b/1").collections()] == ["c"]
    db.document("b/1/c/2/d/3").delete()
    assert [one.id for one in db.collections()] == ["a"]


def test_recursive_delete(db: firestore.Client) -> None:
    for path in ("a/1", "a/1/b/2", "a/1/b/2/c/3", "a/10", "z/1"):
        db.document(path).set({})
    db.recursive_delete(db.document("a/1"))
    assert [s.reference.path for s in db.collection("a").stream()] == ["a/10"]
    assert list(db.collection_group("b").stream()) == []
    assert db.document("z/1").get().exists


def test_a_bulk_writer_succeeds_write_by_write(db: firestore.Client) -> None:
    writer = db.bulk_writer()
    for number in range(50):
        writer.create(db.document(f"a/{number}"), {"n": number})
    writer.close()
    assert db.collection("a").count().get()[0][0].value == 50
    writer = db.bulk_writer()
    writer.on_write_error(lambda *_: False)
    writer.create(db.document("a/0"), {"n": -1})
    writer.set(db.document("a/new"), {"n": -1})
    writer.close()
    assert db.document("a/0").get().get("n") == 0
    assert db.document("a/new").get().exists


def test_reading_the_past(db: firestore.Client) -> None:
    one = db.document("a/b")
    first = one.set({"n": 1}).update_time
    db.document("a/c").set({"n": 5})
    one.set({"n": 2})
    one.delete()
    assert one.get(read_time=first).to_dict() == {"n": 1}
    assert [s.id for s in db.collection("a").get(read_time=first)] == ["b"]
    assert [s.id for s in db.collection("a").get()] == ["c"]
    with pytest.raises(exceptions.InvalidArgument):
        one.get(read_time=datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(exceptions.FailedPrecondition):
        one.get(read_time=datetime.now(UTC) - timedelta(hours=2))


def test_databases_and_projects_are_apart(firestore_server: FirestoreServer, db: firestore.Client) -> None:
    other = firestore_server.client(db.project, "public")
    elsewhere = firestore_server.client(db.project + "-b")
    db.document("a/b").set({"n": 1})
    other.document("a/b").set({"n": 2})
    assert db.document("a/b").get().get("n") == 1
    assert other.document("a/b").get().get("n") == 2
    assert not elsewhere.document("a/b").get().exists
    other.close()
    elsewhere.close()


def test_counters_and_reset(tmp_path: Any) -> None:
    with FirestoreServer(tmp_path / "data.sqlite") as server:
        client = server.client("counted")
        batch = client.batch()
        for number in range(3):
            batch.set(client.document(f"a/{number}"), {"n": number})
        batch.delete(client.document("a/0"))
        batch.commit()
        list(client.collection("a").where(filter=firestore.FieldFilter("n", ">", 1)).stream())
        client.document("a/none").get()
        client.collection("a").count().get()
        report = server.admin("GET", "/counters")
        assert {key: report[key] for key in ("reads", "writes", "deletes")} == {
            "reads": 3,
            "writes": 3,
            "deletes": 1,
        }
        assert report["methods"]["Commit"]["calls"] == 1
        server.admin("POST", "/counters/reset")
        assert server.admin("GET", "/counters")["reads"] == 0
        server.admin("POST", "/reset")
        assert client.collection("a").get() == []
        client.close()
        server.stop()
        server.start()
        again = server.client("counted")
        assert again.collection("a").get() == []
        again.close()
        server.stop()


def test_times_follow_the_stack_clock(tmp_path: Any) -> None:
    clock = tmp_path / "clock"
    clock.write_text("86400")
    with FirestoreServer(tmp_path / "data.sqlite", clock=clock) as server:
        client = server.client("later")
        stamp = client.document("a/b").set({"at": firestore.SERVER_TIMESTAMP}).update_time
        assert timedelta(hours=23) < stamp - datetime.now(UTC) < timedelta(hours=25)
        assert client.document("a/b").get().get("at") <= stamp
        client.close()
        server.stop()


def test_index_entries_are_limited(db: firestore.Client) -> None:
    db.document("a/b").set({"x": list(range(39_000))})
    with pytest.raises(exceptions.InvalidArgument, match="index entries"):
        db.document("a/b").set({"x": list(range(41_000))})
    db.document("a/b").set({"x": [7] * 41_000})
    with pytest.raises(exceptions.InvalidArgument, match="index entries"):
        db.document("a/b").set({"m": {f"k{number}": 1 for number in range(20_001)}})


def test_the_cost_stands_in_the_trailing_metadata(db: firestore.Client) -> None:
    transport = db._firestore_api.transport
    name = f"{db._database_string}/documents/a/b"
    _, call = transport.grpc_channel.unary_unary(
        "/google.firestore.v1.Firestore/Commit",
        request_serializer=types.CommitRequest.serialize,
        response_deserializer=types.CommitResponse.deserialize,
    ).with_call(types.CommitRequest(database=db._database_string, writes=[types.Write(delete=name)]))
    trailing = dict(call.trailing_metadata())
    assert (trailing["x-emulator-writes"], trailing["x-emulator-deletes"]) == ("0", "1")
