"""Every kind of value in every comparison: ranges stay within a type, equality crosses integer and double."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from tests.integration.emulators.firestore_server import FirestoreServer
from tests.integration.emulators.test_firestore_queries import ORDERED

PLACES = [place for place, value in enumerate(ORDERED) if value is not None and repr(value) != "nan"]


def family(place: int) -> list[int]:
    """The places of the values that are compared with this one: of its type, in order; NaN is no number's equal."""
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
