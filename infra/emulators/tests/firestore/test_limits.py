"""The limits of the service (cloud.google.com/firestore/quotas), exactly at the limit and just beyond it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.base_query import And, FieldFilter, Or
from google.cloud.firestore_v1.vector import Vector

F = FieldFilter
ID = "é" * 750
"""The longest valid id, 1,500 bytes."""


def nested_path(depth: int) -> str:
    return "/".join(f"c{number}/d" for number in range(depth))


def name_of(length: int) -> str:
    path = "/".join(["x" * 1_500, "d"] * 4)
    return path + f"/c/{'y' * (length - len(path) - 3)}"


def fill(db: firestore.Client, size: int) -> dict[str, Any]:
    """Return fields that make the document `a/b` exactly `size` bytes.

    Its name takes 3 + 1 + 16 bytes, the document 32, the field's name 1 + 1, and the end of the text 1.
    """
    return {"x": "y" * (size - 20 - 32 - 2 - 1)}


def nested(depth: int, inner: Any) -> Any:
    return {"m": nested(depth - 1, inner)} if depth else inner


WRITES: dict[str, tuple[str, Callable[[Any], Any], bool]] = {
    "document of 1 MiB": ("a/b", lambda db: fill(db, 1_048_576), True),
    "document of 1 MiB and a byte": ("a/b", lambda db: fill(db, 1_048_577), False),
    "id of 1,500 bytes": (f"a/{ID}", lambda _: {}, True),
    "id of 1,501 bytes": (f"a/{ID}x", lambda _: {}, False),
    "collection id of 1,500 bytes": (f"{ID}/a", lambda _: {}, True),
    "collection id of 1,501 bytes": (f"{ID}x/a", lambda _: {}, False),
    "name of 6 KiB": (name_of(6 * 1024), lambda _: {}, True),
    "name of 6 KiB and a byte": (name_of(6 * 1024 + 1), lambda _: {}, False),
    "100 collections deep": (nested_path(100), lambda _: {}, True),
    "101 collections deep": (nested_path(101), lambda _: {}, False),
    "id of a dot": ("a/.", lambda _: {}, False),
    "id of two dots": ("a/..", lambda _: {}, False),
    "id of three dots": ("a/...", lambda _: {}, True),
    "id in double underscores": ("a/__b__", lambda _: {}, False),
    "id that begins so": ("a/__b", lambda _: {}, True),
    "id with spaces and signs": ("a/ x?#%&", lambda _: {}, True),
    "field name of 1,500 bytes": ("a/b", lambda _: {ID: 1}, True),
    "field name of 1,501 bytes": ("a/b", lambda _: {ID + "x": 1}, False),
    "field name in double underscores": ("a/b", lambda _: {"__x__": 1}, False),
    "inner field name in double underscores": ("a/b", lambda _: {"m": {"__x__": 1}}, False),
    "field name that begins so": ("a/b", lambda _: {"__x": 1}, True),
    "maps 20 deep": ("a/b", lambda _: nested(20, {}), True),
    "maps 21 deep": ("a/b", lambda _: nested(21, {}), False),
    "list in 19 maps": ("a/b", lambda _: nested(19, {"l": [1]}), True),
    "list in 20 maps": ("a/b", lambda _: nested(20, {"l": [1]}), False),
    "list in a list": ("a/b", lambda _: {"l": [[1]]}, False),
    "list in a map in a list": ("a/b", lambda _: {"l": [{"l": [1]}]}, True),
    "40,000 index entries": ("a/b", lambda _: {"l": list(range(39_998))}, True),
    "40,001 index entries": ("a/b", lambda _: {"l": list(range(39_999))}, False),
    "many equal elements": ("a/b", lambda _: {"l": [1] * 50_000}, True),
    "20,000 fields": ("a/b", lambda _: {f"f{n}": n for n in range(20_000)}, True),
    "20,001 fields": ("a/b", lambda _: {f"f{n}": n for n in range(20_001)}, False),
    "vector of 2,048": ("a/b", lambda _: {"v": Vector([0.5] * 2_048)}, True),
    "vector of 2,049": ("a/b", lambda _: {"v": Vector([0.5] * 2_049)}, False),
    "latitude 90": ("a/b", lambda _: {"p": firestore.GeoPoint(90, 180)}, True),
    "latitude beyond 90": ("a/b", lambda _: {"p": firestore.GeoPoint(90.1, 0)}, False),
    "longitude beyond -180": ("a/b", lambda _: {"p": firestore.GeoPoint(0, -180.1)}, False),
}


@pytest.mark.parametrize("case", WRITES)
def test_writes(db: firestore.Client, case: str) -> None:
    path, fields, allowed = WRITES[case]
    document = db.document(path)
    if allowed:
        document.set(fields(db))
        assert document.get().to_dict() == fields(db)
    else:
        with pytest.raises(exceptions.InvalidArgument):
            document.set(fields(db))


def test_a_commit_of_more_than_10_mib_is_refused(db: firestore.Client) -> None:
    def batch(size: int) -> Any:
        made = db.batch()
        for number in range(10):
            made.set(db.document(f"a/{number}"), {"x": "y" * size})
        return made

    batch(1_048_000).commit()
    big = batch(1_048_400)
    for number in range(10):
        big.delete(db.document(f"a/{'z' * 1_000}{number}"))
    with pytest.raises(exceptions.InvalidArgument, match="size"):
        big.commit()


def many(op: str, count: int) -> Callable[[Any], Any]:
    return lambda c: c.where(filter=F("n", op, list(range(count))))


QUERIES: dict[str, tuple[Callable[[Any], Any], bool]] = {
    "in 30": (many("in", 30), True),
    "in 31": (many("in", 31), False),
    "contains any of 30": (many("array_contains_any", 30), True),
    "contains any of 31": (many("array_contains_any", 31), False),
    "not in 10": (many("not-in", 10), True),
    "not in 11": (many("not-in", 11), False),
    "in of nothing": (many("in", 0), False),
    "or of 30": (lambda c: c.where(filter=Or([F(f"f{n}", "==", 1) for n in range(30)])), True),
    "or of 31": (lambda c: c.where(filter=Or([F(f"f{n}", "==", 1) for n in range(31)])), False),
    "5 times 6": (lambda c: many("in", 5)(c).where(filter=F("m", "in", list(range(6)))), True),
    "6 times 6": (lambda c: many("in", 6)(c).where(filter=F("m", "in", list(range(6)))), False),
    "contains with contains any": (
        lambda c: many("array_contains_any", 2)(c).where(filter=F("m", "array_contains", 1)),
        False,
    ),
    "contains in each branch": (
        lambda c: c.where(filter=Or([F("n", "array_contains", 1), F("m", "array_contains", 2)])),
        True,
    ),
    "contains twice in one branch": (
        lambda c: c.where(
            filter=Or([And([F("n", "array_contains", 1), F("m", "array_contains", 2)]), F("n", "==", 1)])
        ),
        False,
    ),
    "unequal and not in": (lambda c: many("not-in", 2)(c).where(filter=F("m", "!=", 1)), False),
    "unequal twice": (lambda c: c.where(filter=F("n", "!=", 1)).where(filter=F("n", "!=", 2)), False),
    "unequal and range": (lambda c: c.where(filter=F("n", "!=", 1)).where(filter=F("m", ">", 2)), True),
    "not in with in": (lambda c: many("not-in", 2)(c).where(filter=F("m", "in", [1])), False),
    "unequal with in": (lambda c: many("in", 2)(c).where(filter=F("m", "!=", 1)), True),
    "ten ranges": (
        lambda c: c.where(filter=And([F(f"f{n}", ">", 1) for n in range(10)])),
        True,
    ),
    "name compared with text": (lambda c: c.where(filter=F("__name__", "==", "a")), False),
    "negative offset": (lambda c: c.offset(-1), False),
    "order twice": (lambda c: c.order_by("n").order_by("n"), False),
}


@pytest.mark.parametrize("case", QUERIES)
def test_queries(db: firestore.Client, case: str) -> None:
    build, allowed = QUERIES[case]
    if allowed:
        assert build(db.collection("a")).get() == []
    else:
        with pytest.raises(exceptions.InvalidArgument):
            build(db.collection("a")).get()


@pytest.mark.parametrize(("count", "allowed"), [(1, True), (5, True), (6, False)])
def test_aggregations(db: firestore.Client, count: int, *, allowed: bool) -> None:
    query: Any = db.collection("a").count(alias="a0")
    for number in range(1, count):
        query = query.sum("n", alias=f"a{number}")
    if allowed:
        assert len(query.get()[0]) == count
    else:
        with pytest.raises(exceptions.InvalidArgument):
            query.get()


WRONG: dict[str, dict[str, Any]] = {
    "no project": {"name": "databases/d/documents/a/b"},
    "a collection": {"name": "{root}/a"},
    "nothing": {"name": ""},
    "empty id": {"name": "{root}/a//b/c"},
    "the root": {"name": "{root}"},
}


@pytest.mark.parametrize("case", WRONG)
def test_resource_names_that_are_none(db: firestore.Client, case: str) -> None:
    name = WRONG[case]["name"].format(root=f"{db._database_string}/documents")
    for call in (db._firestore_api.get_document, db._firestore_api.delete_document):
        with pytest.raises(exceptions.InvalidArgument):
            call(request={"name": name})
    with pytest.raises(exceptions.InvalidArgument):
        db._firestore_api.commit(request={"database": db._database_string, "writes": [types.Write(delete=name)]})
