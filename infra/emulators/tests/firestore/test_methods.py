"""Every method that the client libraries call, sync and async, and the requests that the emulator refuses."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.base_query import FieldFilter

from infra.emulators.testing.firestore_server import FirestoreServer

F = FieldFilter


async def fill(client: Any) -> Any:
    for number in range(4):
        await client.document(f"a/{number}").set({"n": number, "m": {"x": number, "y": 1}})
    await client.document("a/1/b/5").set({"n": 5})
    return client.collection("a")


async def reads(client: Any) -> Any:
    group = await fill(client)
    one = await group.document("2").get()
    missing = await group.document("9").get()
    several = {s.id: s.exists async for s in client.get_all([group.document("1"), group.document("8")])}
    return one.to_dict()["n"], missing.exists, several


async def queries(client: Any) -> Any:
    group = await fill(client)
    found = [s.id for s in await group.where(filter=F("n", ">", 0)).order_by("n").limit(2).get()]
    last = [s.id for s in await group.order_by("n").limit_to_last(2).get()]
    streamed = [s.id async for s in group.order_by("n", direction="DESCENDING").stream()]
    below = [s.id async for s in client.collection_group("b").stream()]
    return found, last, streamed, below


async def aggregations(client: Any) -> Any:
    group = await fill(client)
    answer = await group.count(alias="c").sum("n", alias="s").avg("n", alias="a").get()
    return {one.alias: one.value for one in answer[0]}


async def lists(client: Any) -> Any:
    group = await fill(client)
    names = [one.id async for one in group.list_documents(page_size=2)]
    tops = [one.id async for one in client.collections()]
    below = [one.id async for one in client.document("a/1").collections()]
    return names, tops, below


async def partitions(client: Any) -> Any:
    await fill(client)
    parts = [part async for part in client.collection_group("a").get_partitions(2)]
    return sorted([s.id for part in parts for s in await part.query().get()])


async def batches(client: Any) -> Any:
    group = await fill(client)
    batch = client.batch()
    batch.update(group.document("0"), {"n": firestore.Increment(10)})
    batch.delete(group.document("1"))
    batch.create(group.document("7"), {})
    results = await batch.commit()
    return len(results), sorted([s.id for s in await group.get()])


async def additions(client: Any) -> Any:
    group = await fill(client)
    _, reference = await group.add({"n": 1})
    return len(reference.id), (await reference.get()).exists


async def transaction(client: Any) -> Any:
    group = await fill(client)

    async def action(opened: Any) -> int:
        found = [s.get("n") async for s in group.where(filter=F("n", ">", 1)).stream(transaction=opened)]
        opened.set(client.document("sum/1"), {"n": sum(found)})
        return len(found)

    count = await firestore.async_transactional(action)(client.transaction())
    return count, (await client.document("sum/1").get()).get("n")


ASYNC: dict[str, tuple[Callable[[Any], Awaitable[Any]], Any]] = {
    "reads": (reads, (2, False, {"1": True, "8": False})),
    "queries": (queries, (["1", "2"], ["2", "3"], ["3", "2", "1", "0"], ["5"])),
    "aggregations": (aggregations, {"c": 4, "s": 6, "a": 1.5}),
    "lists": (lists, (["0", "1", "2", "3"], ["a"], ["b"])),
    "partitions": (partitions, ["0", "1", "2", "3"]),
    "batches": (batches, (3, ["0", "2", "3", "7"])),
    "additions": (additions, (20, True)),
    "transaction": (transaction, (2, 5)),
}


@pytest.mark.parametrize("case", ASYNC)
def test_the_asynchronous_client(firestore_server: FirestoreServer, case: str) -> None:
    action, expected = ASYNC[case]

    async def scenario() -> Any:
        client = firestore_server.async_client(f"async-{uuid.uuid4().hex[:12]}")
        try:
            return await action(client)
        finally:
            client.close()

    assert asyncio.run(scenario()) == expected


def test_a_collection_is_deleted_with_all_below(db: firestore.Client) -> None:
    for path in ("a/1", "a/2/b/5", "aa/1"):
        db.document(path).set({})
    assert db.recursive_delete(db.collection("a")) == 2
    assert [one.id for one in db.collections()] == ["aa"]


@pytest.mark.parametrize("chunk_size", [50, 5000])
def test_many_are_deleted_by_the_asynchronous_client(
    firestore_server: FirestoreServer, monkeypatch: pytest.MonkeyPatch, chunk_size: int
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{firestore_server.port}")

    async def scenario() -> list[str]:
        client = firestore_server.async_client(f"async-{uuid.uuid4().hex[:12]}")
        batch = client.batch()
        for number in range(120):
            batch.set(client.document(f"a/{number}"), {})
            batch.set(client.document(f"a/{number}/b/1"), {})
        batch.set(client.document("aa/1"), {})
        await batch.commit()
        assert await client.recursive_delete(client.collection("a"), chunk_size=chunk_size) == 240
        left = [one.id async for one in client.collections()]
        client.close()
        return left

    assert asyncio.run(scenario()) == ["aa"]


def document(db: firestore.Client, path: str, **fields: int) -> Any:
    values = {name: types.Value(integer_value=value) for name, value in fields.items()}
    return types.Document(name=f"{db._database_string}/documents/{path}", fields=values)


def fields_of(answer: Any) -> dict[str, int]:
    return {name: value.integer_value for name, value in answer.fields.items()}


def test_create_document(db: firestore.Client) -> None:
    api, parent = db._firestore_api, f"{db._database_string}/documents"
    request = {"parent": parent, "collection_id": "a", "document_id": "1", "document": types.Document()}
    assert api.create_document(request=request).name == f"{parent}/a/1"
    with pytest.raises(exceptions.AlreadyExists):
        api.create_document(request=request)
    made = api.create_document(request={**request, "document_id": ""})
    assert len(made.name.rpartition("/")[2]) == 20
    below = api.create_document(request={**request, "parent": f"{parent}/a/1", "collection_id": "b"})
    assert below.name == f"{parent}/a/1/b/1"


PRECONDITIONS: dict[str, tuple[bool, types.Precondition | None, type[Exception] | None]] = {
    "none, missing": (False, None, None),
    "none, there": (True, None, None),
    "must exist, missing": (False, types.Precondition(exists=True), exceptions.NotFound),
    "must exist, there": (True, types.Precondition(exists=True), None),
    "must not exist, missing": (False, types.Precondition(exists=False), None),
    "must not exist, there": (True, types.Precondition(exists=False), exceptions.AlreadyExists),
    "time, missing": (False, types.Precondition(update_time={"seconds": 5}), exceptions.FailedPrecondition),
    "time, another": (True, types.Precondition(update_time={"seconds": 5}), exceptions.FailedPrecondition),
    "time, future": (True, types.Precondition(update_time={"seconds": 2**33}), exceptions.InvalidArgument),
    "time, nanoseconds": (True, types.Precondition(update_time={"seconds": 5, "nanos": 5}), exceptions.InvalidArgument),
}


def test_only_an_administrator_writes_in_batches(db: firestore.Client) -> None:
    with pytest.raises(exceptions.PermissionDenied, match="Batch writes require admin authentication"):
        db._firestore_api.batch_write(request={"database": db._database_string, "writes": []})


@pytest.mark.parametrize("how", ["UpdateDocument", "DeleteDocument", "Commit update", "Commit delete", "BatchWrite"])
@pytest.mark.parametrize("case", PRECONDITIONS)
def test_preconditions(db: firestore.Client, how: str, case: str) -> None:
    there, condition, refusal = PRECONDITIONS[case]
    if there:
        db.document("a/1").set({"x": 1})
    api, target = db._firestore_api, document(db, "a/1", y=2)
    update = types.Write(update=target, current_document=condition)
    delete = types.Write(delete=target.name, current_document=condition)
    database = db._database_string
    calls: dict[str, Callable[[], Any]] = {
        "UpdateDocument": lambda: api.update_document(request={"document": target, "current_document": condition}),
        "DeleteDocument": lambda: api.delete_document(request={"name": target.name, "current_document": condition}),
        "Commit update": lambda: api.commit(request={"database": database, "writes": [update]}),
        "Commit delete": lambda: api.commit(request={"database": database, "writes": [delete]}),
        "BatchWrite": lambda: api.batch_write(
            request={"database": database, "writes": [update]}, metadata=db._rpc_metadata
        ),
    }
    if how == "BatchWrite":
        (status,) = calls[how]().status
        assert (status.code == 0) is (refusal is None)
        if refusal is not None:
            assert isinstance(exceptions.from_grpc_status(status.code, ""), refusal)
    elif refusal is not None:
        with pytest.raises(refusal):
            calls[how]()
    else:
        calls[how]()
    gone = refusal is None and how in {"DeleteDocument", "Commit delete"}
    after = {"x": 1} if there else None
    if refusal is None:
        after = None if gone else {"y": 2}
    assert db.document("a/1").get().to_dict() == after


MASKS: dict[str, tuple[list[str] | None, dict[str, int]]] = {
    "no mask replaces": (None, {"x": 5}),
    "given and named": (["x"], {"x": 5, "y": 2}),
    "not given but named is deleted": (["y"], {"x": 1}),
    "both": (["x", "y"], {"x": 5}),
    "another": (["z"], {"x": 1, "y": 2}),
    "named twice": (["x", "x"], {"x": 5, "y": 2}),
    "named with what is below it": (["x", "x.y"], {"x": 5, "y": 2}),
    "empty mask changes nothing": ([], {"x": 1, "y": 2}),
}


@pytest.mark.parametrize("case", MASKS)
def test_update_masks(db: firestore.Client, case: str) -> None:
    paths, expected = MASKS[case]
    db.document("a/1").set({"x": 1, "y": 2})
    request: dict[str, Any] = {"document": document(db, "a/1", x=5)}
    if paths is not None:
        request["update_mask"] = types.DocumentMask(field_paths=paths)
    answer = db._firestore_api.update_document(request=request)
    assert fields_of(answer) == expected == db.document("a/1").get().to_dict()


@pytest.mark.parametrize("mask", [["__name__"], ["__x__"], ["a.__x__"], ["a..b"], ["`a"], ["a b"], ["1"]])
def test_masks_that_are_refused(db: firestore.Client, mask: list[str]) -> None:
    request = {"document": document(db, "a/1"), "update_mask": types.DocumentMask(field_paths=mask)}
    with pytest.raises(exceptions.InvalidArgument):
        db._firestore_api.update_document(request=request)


ORDERS = {
    "": ["1", "2", "3"],
    "n": ["2", "3", "1"],
    "n desc": ["1", "3", "2"],
    "k, n desc": ["1", "2", "3"],
    "k desc, n": ["3", "2", "1"],
    "__name__ desc": ["3", "2", "1"],
    "absent": [],
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [0, 1, 2])
def test_list_documents_in_order_by_pages(db: firestore.Client, order: str, size: int) -> None:
    for name, n, k in (("1", 9, 0), ("2", 2, 0), ("3", 5, 1)):
        db.document(f"a/{name}").set({"n": n, "k": k})
    request = {"parent": f"{db._database_string}/documents", "collection_id": "a", "order_by": order, "page_size": size}
    listed = db._firestore_api.list_documents(request=request)
    assert [one.name.rpartition("/")[2] for one in listed] == ORDERS[order]


def test_a_plan_alone_reads_nothing(db: firestore.Client) -> None:
    db.document("a/1").set({})
    stream = db.collection("a").stream(explain_options=firestore.ExplainOptions(analyze=False))
    assert list(stream) == []
    assert stream.get_explain_metrics().plan_summary is not None
    counted = db.collection("a").count(alias="n").get(explain_options=firestore.ExplainOptions(analyze=True))
    assert counted[0][0].value == 1
    assert counted.get_explain_metrics().execution_stats.read_operations == 1


def test_a_transform_of_nothing_is_refused(db: firestore.Client) -> None:
    transform = types.DocumentTransform(document=f"{db._database_string}/documents/a/1")
    request = {"database": db._database_string, "writes": [types.Write(transform=transform)]}
    with pytest.raises(exceptions.InvalidArgument, match="must not be empty"):
        db._firestore_api.commit(request=request)
