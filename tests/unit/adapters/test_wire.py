"""The bytes that the adapter sends to Firestore match those of Google's official client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.cloud.firestore_v1 import _helpers
from google.cloud.firestore_v1.base_query import And, FieldFilter, Or

from petitions.adapters.wire import writes
from petitions.adapters.wire.queries import parent_of, structured
from petitions.ports.store import DELETE, Query

ROOT = "projects/p/databases/d/documents"
NAME = f"{ROOT}/a/b"
AT = datetime(2026, 11, 23, 9, 0, 1, 123456, tzinfo=timezone(timedelta(hours=7)))


class Word(StrEnum):
    ONE = "one"


FIELDS: dict[str, Any] = {
    "text": "Cán bộ một cửa",
    "word": Word.ONE,
    "nothing": None,
    "yes": True,
    "number": -(2**62),
    "real": 1.0,
    "bytes": b"\x00\xff",
    "at": AT,
    "long ago": datetime(1, 2, 3, tzinfo=UTC),
    "without a zone": datetime(2026, 11, 23, 9),  # noqa: DTZ001 - its encoding is the question
    "map": {"a.b": {"c": [1, {"d": ()}]}, "empty": {}, Word.ONE: 1},
    "list": [1, "x", None, {}],
    "none": [],
    "set": {1},
}
CLIENT = firestore.Client(project="p", database="d", credentials=AnonymousCredentials())


def test_a_creation_is_the_clients() -> None:
    [theirs] = _helpers.pbs_for_create(NAME, FIELDS)
    assert writes.creation(NAME, FIELDS) == theirs._pb


@pytest.mark.parametrize(
    "fields",
    [
        {"a": 1, "b": {"c": [1], "d": {}}, "c": DELETE},
        {"a.b": 1, "a.c.d": DELETE, "b": {}},
        {"keys.`a-b`": 1, "a_1": 2},
        {"at": AT},
    ],
)
def test_an_update_is_the_clients(fields: dict[str, Any]) -> None:
    masked = {name: firestore.DELETE_FIELD if value is DELETE else value for name, value in fields.items()}
    [theirs] = _helpers.pbs_for_update(NAME, masked, None)
    assert writes.update(NAME, fields) == theirs._pb
    [theirs] = _helpers.pbs_for_update(NAME, masked, CLIENT.write_option(last_update_time=AT))
    assert writes.update(NAME, fields, AT) == theirs._pb


@pytest.mark.parametrize("fields", [{}, {"a": {}, "a.b": 1}, {"a": {}, "a.b.c": 1}, {"a..b": 1}])
def test_update_refused_by_the_client_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the client gives no more detail
        _helpers.pbs_for_update(NAME, fields, None)
    with pytest.raises(ValueError):  # noqa: PT011
        writes.update(NAME, fields)


def test_a_deletion_is_the_clients() -> None:
    assert writes.deletion(NAME) == _helpers.pb_for_delete(NAME, None)._pb


@pytest.mark.parametrize("path", ["", "a", "a/b/c"])
def test_a_collection_is_no_document(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        writes.document_name(ROOT, path)


@pytest.mark.parametrize(
    ("query", "theirs"),
    [
        (Query("q", limit=1), CLIENT.collection("q").limit(1)),
        (
            Query("q/1/h", (("n", "==", 1),), ("-n",), limit=2, fields=("n", "at")),
            CLIENT.collection("q/1/h")
            .where(filter=FieldFilter("n", "==", 1))
            .order_by("n", direction="DESCENDING")
            .select(["n", "at"])
            .limit(2),
        ),
        (
            Query("q", (("at", "<=", AT), ("n", "==", None), ("s", "in", ["a", "b"]), ("m", "!=", None))),
            CLIENT.collection("q")
            .where(filter=FieldFilter("at", "<=", AT))
            .where(filter=FieldFilter("n", "==", None))
            .where(filter=FieldFilter("s", "in", ["a", "b"]))
            .where(filter=FieldFilter("m", "!=", None)),
        ),
        (
            Query("h", (("l", "array_contains", 1),), ("at", "__name__"), group=True, start_after=(AT, "a/1/h/2")),
            CLIENT.collection_group("h")
            .where(filter=FieldFilter("l", "array_contains", 1))
            .order_by("at")
            .order_by("__name__")
            .start_after({"at": AT, "__name__": CLIENT.document("a/1/h/2")}),
        ),
        (
            Query("a/1/h", order_by=("__name__",), start_after=("2",)),
            CLIENT.collection("a/1/h").order_by("__name__").start_after({"__name__": CLIENT.document("a/1/h/2")}),
        ),
        (
            Query("q", (("__name__", "in", ["1", "2"]),)),
            CLIENT.collection("q").where(
                filter=FieldFilter("__name__", "in", [CLIENT.document("q/1"), CLIENT.document("q/2")])
            ),
        ),
        (
            Query(
                "q", (("n", "==", 1),), ("-__name__",), any_of=((("s", "==", "a"), ("m", "==", 2)), (("l", "==", 3),))
            ),
            CLIENT.collection("q")
            .where(
                filter=Or(
                    [
                        And([FieldFilter("n", "==", 1), FieldFilter("s", "==", "a"), FieldFilter("m", "==", 2)]),
                        And([FieldFilter("n", "==", 1), FieldFilter("l", "==", 3)]),
                    ]
                )
            )
            .order_by("__name__", direction="DESCENDING"),
        ),
        (
            Query("q", any_of=((("s", "==", "a"),),)),
            CLIENT.collection("q").where(filter=FieldFilter("s", "==", "a")),
        ),
    ],
)
def test_a_query_is_the_clients(query: Query, theirs: Any) -> None:
    request, *_ = theirs._prep_stream()
    assert structured(ROOT, query) == request["structured_query"]._pb
    assert parent_of(ROOT, query) == request["parent"]


def test_a_condition_that_nobody_knows_is_not_asked() -> None:
    with pytest.raises(ValueError, match="no condition"):
        structured(ROOT, Query("q", (("n", ">", None),)))
