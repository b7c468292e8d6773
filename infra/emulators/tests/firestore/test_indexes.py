from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter, Or

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer

F = FieldFilter
DESC = firestore.Query.DESCENDING
UP, DOWN, CONTAINS = {"order": "ASCENDING"}, {"order": "DESCENDING"}, {"arrayConfig": "CONTAINS"}


def composite(group: str, *fields: dict[str, str], scope: str = "COLLECTION") -> dict[str, Any]:
    return {"collectionGroup": group, "queryScope": scope, "fields": list(fields)}


def column(path: str, **configuration: str) -> dict[str, str]:
    return {"fieldPath": path, **configuration}


DECLARED: dict[str, list[dict[str, Any]]] = {
    "indexes": [
        composite("c", column("state", **UP), column("due", **UP)),
        composite("c", column("unit", **UP), column("due", **UP)),
        composite("c", column("state", **UP), column("due", **DOWN)),
        composite("c", column("tags", **CONTAINS), column("due", **UP)),
        composite("c", column("due", **UP), column("rank", **DOWN)),
        composite("named", column("__name__", **DOWN)),
        composite("g", column("state", **UP), column("due", **UP), scope="COLLECTION_GROUP"),
    ],
    "fieldOverrides": [
        {"collectionGroup": "c", "fieldPath": "raw", "indexes": []},
        {"collectionGroup": "c", "fieldPath": "up", "indexes": [{**UP, "queryScope": "COLLECTION"}]},
        {
            "collectionGroup": "g",
            "fieldPath": "code",
            "indexes": [{**UP, "queryScope": "COLLECTION"}, {**UP, "queryScope": "COLLECTION_GROUP"}],
        },
        {"collectionGroup": "dark", "fieldPath": "*", "indexes": []},
    ],
}


@pytest.fixture
def checked(firestore_server: FirestoreServer, firestore_indexes: Path) -> Iterator[firestore.Client]:
    before = firestore_indexes.read_text()
    if json.loads(before) != DECLARED:
        firestore_indexes.write_text(json.dumps(DECLARED))
    client = firestore_server.client(CHECKED_PROJECT)
    yield client
    client.close()


Query = Callable[[firestore.Client], Any]
ANSWERED: dict[str, Query] = {
    "all": lambda db: db.collection("c"),
    "one equal": lambda db: db.collection("c").where(filter=F("a", "==", 1)),
    "merged equals": lambda db: db.collection("c").where(filter=F("a", "==", 1)).where(filter=F("b", "==", 1)),
    "merged equals and contains": lambda db: (
        db.collection("c").where(filter=F("a", "in", [1, 2])).where(filter=F("l", "array_contains", 1))
    ),
    "one range": lambda db: db.collection("c").where(filter=F("a", ">", 1)).order_by("a", direction=DESC),
    "one order": lambda db: db.collection("c").order_by("a", direction=DESC),
    "equal, ordered by itself": lambda db: db.collection("c").where(filter=F("a", "==", 1)).order_by("a"),
    "composite": lambda db: db.collection("c").where(filter=F("state", "==", 1)).where(filter=F("due", "<", 1)),
    "composite with in": lambda db: (
        db.collection("c").where(filter=F("state", "in", [1, 2])).order_by("due", direction=DESC)
    ),
    "merged composites": lambda db: (
        db.collection("c").where(filter=F("state", "==", 1)).where(filter=F("unit", "==", 1)).order_by("due")
    ),
    "contains and order": lambda db: db.collection("c").where(filter=F("tags", "array_contains", 1)).order_by("due"),
    "two orders": lambda db: db.collection("c").order_by("due").order_by("rank", direction=DESC),
    "or of single fields": lambda db: db.collection("c").where(filter=Or([F("a", "==", 1), F("b", "==", 1)])),
    "kept override": lambda db: db.collection("c").order_by("up"),
    "declared name order": lambda db: db.collection("named").order_by("__name__", direction=DESC),
    "group by name": lambda db: db.collection_group("c"),
    "group single field": lambda db: db.collection_group("g").where(filter=F("code", "==", 1)),
    "group composite": lambda db: db.collection_group("g").where(filter=F("state", "==", 1)).order_by("due"),
    "count": lambda db: db.collection("c").where(filter=F("a", "==", 1)).count(),
    "sum by composite": lambda db: db.collection("c").where(filter=F("state", "==", 1)).sum("due"),
}


@pytest.mark.parametrize("case", ANSWERED)
def test_answered(checked: firestore.Client, case: str) -> None:
    ANSWERED[case](checked).get()


MISSING: dict[str, tuple[Query, dict[str, Any]]] = {
    "equal and order": (
        lambda db: db.collection("c").where(filter=F("a", "==", 1)).order_by("b", direction=DESC),
        composite("c", column("a", **UP), column("b", **DOWN)),
    ),
    "equal and range": (
        lambda db: db.collection("c").where(filter=F("a", "==", 1)).where(filter=F("b", ">", 1)),
        composite("c", column("a", **UP), column("b", **UP)),
    ),
    "the other direction": (
        lambda db: db.collection("c").where(filter=F("unit", "==", 1)).order_by("due", direction=DESC),
        composite("c", column("unit", **UP), column("due", **DOWN)),
    ),
    "two orders the other way": (
        lambda db: db.collection("c").order_by("due", direction=DESC).order_by("rank"),
        composite("c", column("due", **DOWN), column("rank", **UP)),
    ),
    "two ranges": (
        lambda db: db.collection("c").where(filter=F("b", ">", 1)).where(filter=F("a", ">", 1)),
        composite("c", column("a", **UP), column("b", **UP)),
    ),
    "contains and range": (
        lambda db: db.collection("c").where(filter=F("l", "array_contains", 1)).where(filter=F("b", ">", 1)),
        composite("c", column("l", **CONTAINS), column("b", **UP)),
    ),
    "name against the order": (
        lambda db: db.collection("c").order_by("a").order_by("__name__", direction=DESC),
        composite("c", column("a", **UP), column("__name__", **DOWN)),
    ),
    "name downward": (
        lambda db: db.collection("c").order_by("__name__", direction=DESC),
        composite("c", column("__name__", **DOWN)),
    ),
    "sum": (
        lambda db: db.collection("c").where(filter=F("a", "==", 1)).sum("b"),
        composite("c", column("a", **UP), column("b", **UP)),
    ),
    "exempt field": (
        lambda db: db.collection("c").where(filter=F("raw", "==", 1)),
        {
            "collectionGroup": "c",
            "fieldPath": "raw",
            "indexes": [{**UP, "queryScope": "COLLECTION"}],
        },
    ),
    "inside an exempt map": (
        lambda db: db.collection("c").order_by("raw.x"),
        {"collectionGroup": "c", "fieldPath": "raw.x", "indexes": [{**UP, "queryScope": "COLLECTION"}]},
    ),
    "partly exempt": (
        lambda db: db.collection("c").order_by("up", direction=DESC),
        {
            "collectionGroup": "c",
            "fieldPath": "up",
            "indexes": [{**UP, "queryScope": "COLLECTION"}, {**DOWN, "queryScope": "COLLECTION"}],
        },
    ),
    "exempt collection": (
        lambda db: db.collection("dark").where(filter=F("a", "==", 1)),
        {"collectionGroup": "dark", "fieldPath": "a", "indexes": [{**UP, "queryScope": "COLLECTION"}]},
    ),
    "group single field": (
        lambda db: db.collection_group("c").where(filter=F("a", "==", 1)),
        {
            "collectionGroup": "c",
            "fieldPath": "a",
            "indexes": [
                {**UP, "queryScope": "COLLECTION"},
                {**DOWN, "queryScope": "COLLECTION"},
                {**CONTAINS, "queryScope": "COLLECTION"},
                {**UP, "queryScope": "COLLECTION_GROUP"},
            ],
        },
    ),
    "collection index for a group": (
        lambda db: db.collection_group("c").where(filter=F("state", "==", 1)).order_by("due"),
        composite("c", column("state", **UP), column("due", **UP), scope="COLLECTION_GROUP"),
    ),
}


@pytest.mark.parametrize("case", MISSING)
def test_a_missing_index_is_named_and_adding_it_helps(
    checked: firestore.Client, firestore_indexes: Path, case: str
) -> None:
    build, definition = MISSING[case]
    with pytest.raises(exceptions.FailedPrecondition) as refusal:
        build(checked).get()
    words = refusal.value.message
    assert json.loads(words[words.index("{") :]) == definition
    place = "fieldOverrides" if "fieldPath" in definition else "indexes"
    replaced = [
        one
        for one in DECLARED[place]
        if (one["collectionGroup"], one.get("fieldPath"))
        != (definition["collectionGroup"], definition.get("fieldPath", ""))
    ]
    firestore_indexes.write_text(json.dumps({**DECLARED, place: [*replaced, definition]}))
    build(checked).get()


def test_other_projects_are_unchecked(db: firestore.Client) -> None:
    db.collection("c").where(filter=F("a", "==", 1)).order_by("b").get()
    db.collection_group("c").where(filter=F("a", "==", 1)).get()


def _fill(db: firestore.Client, collection: str, count: int) -> None:
    for start in range(0, count, 500):
        batch = db.batch()
        for number in range(start, min(count, start + 500)):
            place = db.document(f"{collection}/{number * 7919 % count:06}")
            batch.set(place, {"n": number, "state": number % 3})
        batch.commit()


def _quickest(*pages: Any) -> list[float]:
    """Return the shortest duration of several runs of every page. Runs alternate, so a busy machine slows all."""
    times: list[list[float]] = [[] for _ in pages]
    for _ in range(9):
        for page, taken in zip(pages, times, strict=True):
            started = time.perf_counter()
            assert len(page.get()) == 100
            taken.append(time.perf_counter() - started)
    return [min(taken) for taken in times]


def test_a_page_costs_the_same_out_of_many(db: firestore.Client) -> None:
    few, many = 1_000, 20_000
    _fill(db, "few", few)
    _fill(db, "many", many)
    builds: list[Callable[[Any, int], Any]] = [
        lambda c, n: c.where(filter=F("n", "<=", n // 2)).order_by("n", direction=DESC),
        lambda c, _: c.where(filter=F("state", "==", 1)).order_by("n"),
        lambda c, n: c.order_by("n").start_after({"n": n // 2}),
    ]
    for build in builds:
        small, large = _quickest(
            build(db.collection("few"), few).limit(100), build(db.collection("many"), many).limit(100)
        )
        assert large < 2 * small
