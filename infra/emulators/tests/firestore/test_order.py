"""The order of values and the results of queries, compared with the slow independent model."""

from __future__ import annotations

import functools
import itertools
import math
import uuid
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1 import _helpers
from google.cloud.firestore_v1.base_query import FieldFilter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.emulators.firestore.documents.value_order import decode_path, encode, encode_path, invert
from infra.emulators.testing.firestore_server import FirestoreServer

TEXTS = st.text(alphabet="\x00\x01a\xffđ\uffff\U0001f600", max_size=3)
NUMBERS = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.sampled_from([0, -0.0, 2**53, 2**53 + 1, float(2**53), 2**63 - 1, float(2**63), -(2**63), 0.5]),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    TEXTS,
    st.binary(max_size=3),
    st.builds(firestore.GeoPoint, st.floats(-90, 90), st.floats(-180, 180)),
    st.datetimes().map(lambda moment: moment.replace(tzinfo=_helpers.datetime.timezone.utc)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner.filter(lambda value: not isinstance(value, list)), max_size=3),
        st.dictionaries(TEXTS, inner, max_size=2),
    ),
    max_leaves=4,
)
TYPES: list[Callable[[Any], bool]] = [
    lambda v: v is None,
    lambda v: isinstance(v, bool),
    lambda v: isinstance(v, int | float),
    lambda v: hasattr(v, "tzinfo"),
    lambda v: isinstance(v, str),
    lambda v: isinstance(v, bytes),
    lambda v: isinstance(v, firestore.GeoPoint),
    lambda v: isinstance(v, list),
    lambda v: isinstance(v, dict),
]


def sign(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def rank(value: Any) -> int:
    return next(number for number, test in enumerate(TYPES) if test(value))


def compare_numbers(left: float, right: float) -> int:
    if math.isnan(left) or math.isnan(right):
        return sign(not math.isnan(left), not math.isnan(right))
    if math.isinf(left) or math.isinf(right):
        return sign(left, right)
    return sign(Fraction(left), Fraction(right))


def compare(left: Any, right: Any) -> int:
    if rank(left) != rank(right):
        return sign(rank(left), rank(right))
    return COMPARISONS[rank(left)](left, right)


def compare_lists(left: list[Any], right: list[Any]) -> int:
    pairs = (compare(a, b) for a, b in zip(left, right, strict=False))
    return next(filter(None, pairs), sign(len(left), len(right)))


def compare_maps(left: dict[str, Any], right: dict[str, Any]) -> int:
    ours, theirs = (sorted(one.items(), key=lambda item: item[0].encode()) for one in (left, right))
    for (a, x), (b, y) in zip(ours, theirs, strict=False):
        result = sign(a.encode(), b.encode()) or compare(x, y)
        if result:
            return result
    return sign(len(left), len(right))


COMPARISONS: list[Callable[[Any, Any], int]] = [
    lambda _left, _right: 0,
    sign,
    compare_numbers,
    sign,
    lambda left, right: sign(left.encode(), right.encode()),
    sign,
    lambda left, right: sign((left.latitude, left.longitude), (right.latitude, right.longitude)),
    compare_lists,
    compare_maps,
]


def encoded(value: Any) -> bytes:
    return encode(_helpers.encode_value(value)._pb)


@given(VALUES, VALUES)
@settings(max_examples=400, deadline=None)
def test_bytes_sort_as_values_do(left: Any, right: Any) -> None:
    a, b = encoded(left), encoded(right)
    assert sign(a, b) == compare(left, right)
    assert sign(invert(a), invert(b)) == -compare(left, right)
    assert a == b or not (a.startswith(b) or b.startswith(a))


@given(st.lists(TEXTS.filter(lambda t: t and "/" not in t), min_size=1, max_size=4).map("/".join))
@settings(max_examples=100, deadline=None)
def test_paths_come_back_from_their_bytes(path: str) -> None:
    assert decode_path(encode_path(path)) == path


SMALL = st.sampled_from([None, math.nan, 0, 1, 1.0, 2, "a", "b", [1], ["a", 2], {"x": 1}])
DOCUMENTS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "a": SMALL,
            "b": st.integers(0, 3),
            "l": st.lists(SMALL.filter(lambda value: not isinstance(value, list)), max_size=2),
        },
    ),
    max_size=8,
)
OPERATORS = ["==", "<", "<=", ">", ">=", "!=", "in", "not-in", "array_contains"]


@st.composite
def filters(draw: Any) -> list[tuple[str, str, Any]]:
    found: list[tuple[str, str, Any]] = []
    for _ in range(draw(st.integers(0, 2))):
        op = draw(st.sampled_from(OPERATORS))
        field = "l" if op == "array_contains" else draw(st.sampled_from(["a", "b"]))
        value: Any = draw(SMALL)
        if op in {"in", "not-in"}:
            value = draw(st.lists(SMALL, min_size=1, max_size=3))
        elif op not in {"==", "!="} and (value is None or repr(value) == "nan"):
            value = 1  # null and NaN are only compared for equality
        found.append((field, op, value))
    ops = [op for _, op, _ in found]
    alone = ops.count("array_contains") > 1 or ("not-in" in ops and "in" in ops)
    return found[:1] if alone or sum(op in {"!=", "not-in"} for op in ops) > 1 else found


def holds(document: dict[str, Any], field: str, op: str, value: Any) -> bool:
    if field not in document:
        return False
    have = document[field]
    match op:
        case "==":
            return compare(have, value) == 0
        case "!=":
            return have is not None and compare(have, value) != 0
        case "in":
            # Null and NaN among the values match nothing.
            return have is not None and not is_nan(have) and any(compare(have, one) == 0 for one in value)
        case "not-in":
            return have is not None and None not in value and all(compare(have, one) for one in value)
        case "array_contains":
            return any(compare(one, value) == 0 for one in have)
    if rank(have) != rank(value):
        return False
    result = compare(have, value)
    return {"<": result < 0, "<=": result <= 0, ">": result > 0, ">=": result >= 0}[op]


ORDERS = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.booleans()), max_size=2, unique_by=lambda o: o[0])


@given(DOCUMENTS, filters(), ORDERS, st.integers(0, 3), st.integers(1, 9))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_queries_find_what_a_scan_finds(
    firestore_server: FirestoreServer,
    documents: list[dict[str, Any]],
    tests: list[tuple[str, str, Any]],
    order: list[tuple[str, bool]],
    offset: int,
    limit: int,
) -> None:
    client = _client(firestore_server)
    collection = client.collection(uuid.uuid4().hex)
    batch = client.batch()
    for number, document in enumerate(documents):
        batch.set(collection.document(str(number)), document)
    batch.commit()
    query: Any = collection
    for field, op, value in tests:
        query = query.where(filter=FieldFilter(field, op, value))
    for field, down in order:
        query = query.order_by(field, direction="DESCENDING" if down else "ASCENDING")
    found = [int(snapshot.id) for snapshot in query.offset(offset).limit(limit).stream()]
    assert found == _scan(documents, tests, order)[offset : offset + limit]


def is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


@functools.cache
def _client(server: FirestoreServer) -> firestore.Client:
    return server.client("model")


def _scan(
    documents: list[dict[str, Any]], tests: list[tuple[str, str, Any]], order: list[tuple[str, bool]]
) -> list[int]:
    down = order[-1][1] if order else False
    unequal = {field for field, op, _ in tests if op not in {"==", "in", "array_contains"}}
    full = [*order, *((field, down) for field in sorted(unequal - {field for field, _ in order}))]
    numbers = [
        number
        for number, document in enumerate(documents)
        if all(holds(document, *test) for test in tests) and all(field in document for field, _ in full)
    ]

    def by_order(left: int, right: int) -> int:
        for field, reverse in full:
            result = compare(documents[left][field], documents[right][field])
            if result:
                return -result if reverse else result
        return sign(str(left), str(right)) * (-1 if down else 1)

    return sorted(numbers, key=functools.cmp_to_key(by_order))


def test_the_model_orders_every_pair_both_ways() -> None:
    values = [None, False, math.nan, -1, 1.5, "", "a", b"", [], [1], {}, {"a": 1}]
    for left, right in itertools.combinations(values, 2):
        assert compare(left, right) == -1
        assert compare(right, left) == 1
    with pytest.raises(StopIteration):
        rank(object())
