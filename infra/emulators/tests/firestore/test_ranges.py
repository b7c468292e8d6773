"""Values of every type in every comparison: ranges stay within a type, integers and doubles compare as equal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.base_query import FieldFilter

from infra.emulators.testing.firestore_server import FirestoreServer
from infra.emulators.tests.firestore.model.ordered_values import ORDERED

ONE = types.Value(integer_value=1)
PLACES = [place for place, value in enumerate(ORDERED) if value is not None and repr(value) != "nan"]


def family(place: int) -> list[int]:
    value = ORDERED[place]
    kinds = (int, float) if type(value) in {int, float} else (type(value),)
    return [number for number, other in enumerate(ORDERED) if type(other) in kinds]


@pytest.fixture(scope="module")
def values(firestore_server: FirestoreServer) -> Iterator[firestore.CollectionReference]:
    client = firestore_server.client("ranges")
    batch = client.batch()
    for place, value in enumerate(ORDERED):
        batch.set(client.document(f"a/{99 - place}"), {"x": value, "place": place})
    batch.commit()
    yield client.collection("a")
    client.close()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("op", ["<", "<=", ">", ">=", "==", "!=", "in", "not-in"])
def test_comparisons(values: firestore.CollectionReference, op: str, place: int) -> None:
    near = family(place)
    expected = {
        "<": [one for one in near if one < place],
        "<=": [one for one in near if one <= place],
        ">": [one for one in near if one > place],
        ">=": [one for one in near if one >= place],
        "==": [place],
        "in": [place],
        "!=": [one for one, value in enumerate(ORDERED) if one != place and value is not None],
        "not-in": [one for one, value in enumerate(ORDERED) if one != place and value is not None],
    }[op]
    value = [ORDERED[place]] if op in {"in", "not-in"} else ORDERED[place]
    found = values.where(filter=FieldFilter("x", op, value)).order_by("x").get()
    assert [one.get("place") for one in found] == expected


def test_nan_is_the_least_number(values: firestore.CollectionReference) -> None:
    assert math.isnan(values.where(filter=FieldFilter("x", "<", -math.inf)).get()[0].get("x"))


NOTHING: dict[str, tuple[str, list[Any], set[int]]] = {
    "in null": ("in", [None], set()),
    "in NaN": ("in", [math.nan], set()),
    "in null, NaN and a value": ("in", [None, math.nan, 1], {2}),
    "any of null": ("array_contains_any", [None], set()),
    "any of NaN and a value": ("array_contains_any", [math.nan, 1], {5}),
    "not in NaN": ("not-in", [math.nan], {2, 3, 4, 5}),
    "not in null": ("not-in", [None], set()),
}


@pytest.mark.parametrize("case", NOTHING)
def test_null_and_nan_among_the_values(db: firestore.Client, case: str) -> None:
    for number, value in enumerate([None, math.nan, 1, [None], [math.nan], [1, None]]):
        db.document(f"a/{number}").set({"x": value})
    op, values, expected = NOTHING[case]
    assert {int(one.id) for one in db.collection("a").where(filter=FieldFilter("x", op, values)).get()} == expected


def test_null_is_in_no_array(db: firestore.Client) -> None:
    db.document("a/1").set({"x": [None, math.nan, 1]})
    for value, expected in ((types.Value(null_value=0), 0), (types.Value(double_value=math.nan), 0), (ONE, 1)):
        tested = {"field": {"field_path": "x"}, "op": "ARRAY_CONTAINS", "value": value}
        query = {"from_": [{"collection_id": "a"}], "where": {"field_filter": tested}}
        request = {"parent": f"{db._database_string}/documents", "structured_query": query}
        assert sum(bool(one.document.name) for one in db._firestore_api.run_query(request=request)) == expected
