from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.base_query import And, FieldFilter, Or
from google.cloud.firestore_v1.field_path import FieldPath

from infra.emulators.testing.firestore_server import FirestoreServer
from infra.emulators.tests.firestore.model.ordered_values import ORDERED

Query = Any
F = FieldFilter
DESC = firestore.Query.DESCENDING

CITIES: dict[str, dict[str, Any]] = {
    "ba-dinh": {"kind": "ward", "people": 23, "area": 9.0, "tags": ["old", "centre"], "in": {"zone": 1}},
    "cua-nam": {"kind": "ward", "people": 52, "area": 1.7, "tags": ["centre"], "in": {"zone": 1}},
    "dong-anh": {"kind": "commune", "people": 118, "area": 48.7, "tags": [], "in": {"zone": 3}},
    "hoan-kiem": {"kind": "ward", "people": 105, "area": 1.9, "tags": ["old", "lake"], "in": {"zone": 1}},
    "no-people": {"kind": "commune", "area": 3.0, "tags": "none"},
    "null-people": {"kind": None, "people": None, "area": math.nan},
    "soc-son": {"kind": "commune", "people": 98, "area": 51.0, "tags": ["hill", 7], "in": {"zone": 3}},
    "text-people": {"kind": "commune", "people": "many", "area": 1},
}


@pytest.fixture(scope="module")
def cities(firestore_server: FirestoreServer) -> Iterator[firestore.CollectionReference]:
    client = firestore_server.client("query-examples")
    for name, fields in CITIES.items():
        client.collection("cities").document(name).set(fields)
    yield client.collection("cities")
    client.close()


def _name(collection: firestore.CollectionReference, name: str) -> firestore.DocumentReference:
    return collection.document(name)


NAME = "__name__"
EXAMPLES: dict[str, tuple[Callable[[Any], Query], str]] = {
    "all": (lambda c: c, " ".join(sorted(CITIES))),
    "equal": (lambda c: c.where(filter=F("people", "==", 52)), "cua-nam"),
    "equal int and double": (lambda c: c.where(filter=F("area", "==", 9)), "ba-dinh"),
    "equal text": (lambda c: c.where(filter=F("people", "==", "many")), "text-people"),
    "equal list": (lambda c: c.where(filter=F("tags", "==", ["hill", 7.0])), "soc-son"),
    "equal map": (lambda c: c.where(filter=F("in", "==", {"zone": 3})), "dong-anh soc-son"),
    "nested": (lambda c: c.where(filter=F("in.zone", "==", 3)), "dong-anh soc-son"),
    "null": (lambda c: c.where(filter=F("people", "==", None)), "null-people"),
    "not null": (
        lambda c: c.where(filter=F("people", "!=", None)),
        "ba-dinh cua-nam soc-son hoan-kiem dong-anh text-people",
    ),
    "nan": (lambda c: c.where(filter=F("area", "==", math.nan)), "null-people"),
    "not nan": (
        lambda c: c.where(filter=F("area", "!=", math.nan)).limit(3),
        "text-people cua-nam hoan-kiem",
    ),
    "unequal": (
        lambda c: c.where(filter=F("people", "!=", 52)),
        "ba-dinh soc-son hoan-kiem dong-anh text-people",
    ),
    "less": (lambda c: c.where(filter=F("people", "<", 98)), "ba-dinh cua-nam"),
    "less or equal": (lambda c: c.where(filter=F("people", "<=", 98)), "ba-dinh cua-nam soc-son"),
    "greater": (lambda c: c.where(filter=F("people", ">", 98)), "hoan-kiem dong-anh"),
    "greater or equal": (lambda c: c.where(filter=F("people", ">=", 98)), "soc-son hoan-kiem dong-anh"),
    "range": (
        lambda c: c.where(filter=F("people", ">", 23)).where(filter=F("people", "<=", 105)),
        "cua-nam soc-son hoan-kiem",
    ),
    "range of text": (lambda c: c.where(filter=F("people", ">=", "a")), "text-people"),
    "range downward": (
        lambda c: c.where(filter=F("people", ">=", 52)).order_by("people", direction=DESC),
        "dong-anh hoan-kiem soc-son cua-nam",
    ),
    "two ranges": (
        lambda c: c.where(filter=F("people", ">", 50)).where(filter=F("area", "<", 10)),
        "cua-nam hoan-kiem",
    ),
    "impossible": (
        lambda c: c.where(filter=F("people", ">", 50)).where(filter=F("people", "<", 40)),
        "",
    ),
    "in": (lambda c: c.where(filter=F("people", "in", [52, 98, 1])), "cua-nam soc-son"),
    "in with order": (
        lambda c: c.where(filter=F("kind", "in", ["ward", "commune"])).order_by("people").limit(4),
        "ba-dinh cua-nam soc-son hoan-kiem",
    ),
    "not in": (
        lambda c: c.where(filter=F("people", "not-in", [52, 98])),
        "ba-dinh hoan-kiem dong-anh text-people",
    ),
    "not in with null": (lambda c: c.where(filter=F("people", "not-in", [52, None])), ""),
    "contains": (lambda c: c.where(filter=F("tags", "array_contains", "centre")), "ba-dinh cua-nam"),
    "contains number": (lambda c: c.where(filter=F("tags", "array_contains", 7.0)), "soc-son"),
    "contains any": (
        lambda c: c.where(filter=F("tags", "array_contains_any", ["lake", "centre"])),
        "ba-dinh cua-nam hoan-kiem",
    ),
    "contains and equal": (
        lambda c: c.where(filter=F("tags", "array_contains", "old")).where(filter=F("people", "==", 105)),
        "hoan-kiem",
    ),
    "contains, equal, range": (
        lambda c: (
            c.where(filter=F("tags", "array_contains", "old"))
            .where(filter=F("kind", "==", "ward"))
            .where(filter=F("people", ">", 50))
        ),
        "hoan-kiem",
    ),
    "or": (
        lambda c: c.where(filter=Or([F("people", "==", 52), F("area", ">", 50)])),
        "cua-nam soc-son",
    ),
    "or overlaps once": (
        lambda c: c.where(filter=Or([F("kind", "==", "ward"), F("people", "<", 60)])),
        "ba-dinh cua-nam hoan-kiem",
    ),
    "and of or": (
        lambda c: c.where(filter=And([Or([F("people", "==", 52), F("people", "==", 98)]), F("kind", "==", "commune")])),
        "soc-son",
    ),
    "order ascending": (
        lambda c: c.order_by("people"),
        "null-people ba-dinh cua-nam soc-son hoan-kiem dong-anh text-people",
    ),
    "order descending": (
        lambda c: c.order_by("people", direction=DESC),
        "text-people dong-anh hoan-kiem soc-son cua-nam ba-dinh null-people",
    ),
    "order by two, mixed": (
        lambda c: c.order_by("kind").order_by("people", direction=DESC),
        "null-people text-people dong-anh soc-son hoan-kiem cua-nam ba-dinh",
    ),
    "ties by name upward": (
        lambda c: c.where(filter=F("kind", "==", "commune")).order_by("kind"),
        "dong-anh no-people soc-son text-people",
    ),
    "ties by name downward": (
        lambda c: c.order_by("kind", direction=DESC).limit(3),
        "hoan-kiem cua-nam ba-dinh",
    ),
    "name downward": (lambda c: c.order_by(NAME, direction=DESC).limit(2), "text-people soc-son"),
    "field up, name down": (
        lambda c: c.where(filter=F("kind", "in", ["ward"])).order_by("in.zone").order_by(NAME, direction=DESC),
        "hoan-kiem cua-nam ba-dinh",
    ),
    "name range": (
        lambda c: c.where(filter=F(NAME, ">=", _name(c, "cua-nam"))).where(filter=F(NAME, "<", _name(c, "no"))),
        "cua-nam dong-anh hoan-kiem",
    ),
    "name equal": (lambda c: c.where(filter=F(NAME, "==", _name(c, "soc-son"))), "soc-son"),
    "name in": (
        lambda c: c.where(filter=F(NAME, "in", [_name(c, "soc-son"), _name(c, "x"), _name(c, "ba-dinh")])),
        "ba-dinh soc-son",
    ),
    "name in, with order": (
        lambda c: c.where(filter=F(NAME, "in", [_name(c, "soc-son"), _name(c, "ba-dinh")])).order_by(
            "people", direction=DESC
        ),
        "soc-son ba-dinh",
    ),
    "name unequal": (
        lambda c: c.where(filter=F(NAME, "!=", _name(c, "ba-dinh"))).limit(2),
        "cua-nam dong-anh",
    ),
    "limit": (lambda c: c.order_by("people").limit(2), "null-people ba-dinh"),
    "limit to last": (lambda c: c.order_by("people").limit_to_last(2), "dong-anh text-people"),
    "offset": (lambda c: c.order_by("people").offset(5).limit(9), "dong-anh text-people"),
    "offset beyond": (lambda c: c.order_by("people").offset(99), ""),
    "start at": (lambda c: c.order_by("people").start_at({"people": 98}).limit(2), "soc-son hoan-kiem"),
    "start after": (lambda c: c.order_by("people").start_after({"people": 98}).limit(1), "hoan-kiem"),
    "start between": (lambda c: c.order_by("people").start_at({"people": 99}).limit(1), "hoan-kiem"),
    "end before": (lambda c: c.order_by("people").end_before({"people": 52}), "null-people ba-dinh"),
    "end at": (lambda c: c.order_by("people").end_at({"people": 52}), "null-people ba-dinh cua-nam"),
    "cursors downward": (
        lambda c: c.order_by("people", direction=DESC).start_after({"people": 118}).end_at({"people": 52}),
        "hoan-kiem soc-son cua-nam",
    ),
    "cursor over two fields": (
        lambda c: c.order_by("kind").order_by("people", direction=DESC).start_after({"kind": "commune", "people": 118}),
        "soc-son hoan-kiem cua-nam ba-dinh",
    ),
    "cursor over a prefix": (
        lambda c: c.order_by("kind").order_by("people").start_at({"kind": "ward"}),
        "ba-dinh cua-nam hoan-kiem",
    ),
    "cursor with or": (
        lambda c: (
            c.where(filter=F("kind", "in", ["ward", "commune"]))
            .order_by("people", direction=DESC)
            .start_at({"people": 98})
        ),
        "soc-son cua-nam ba-dinh",
    ),
    "range and cursor": (
        lambda c: c.where(filter=F("people", ">", 50)).order_by("people").start_at({"people": 10}).limit(1),
        "cua-nam",
    ),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples(cities: firestore.CollectionReference, example: str) -> None:
    build, expected = EXAMPLES[example]
    assert " ".join(snapshot.id for snapshot in build(cities).get()) == expected


# The client reverses limit_to_last in get() alone, so not when it streams.
STREAMED = [example for example in EXAMPLES if example != "limit to last"]


@pytest.mark.parametrize("example", STREAMED)
def test_examples_are_the_same_in_a_transaction_while_others_write(
    firestore_server: FirestoreServer, cities: firestore.CollectionReference, example: str
) -> None:
    build, expected = EXAMPLES[example]
    client = firestore_server.client("query-examples-moving")
    moving = client.collection("cities")
    for name, fields in CITIES.items():
        moving.document(name).set(fields)
    transaction = client.transaction(read_only=True)
    transaction._begin()
    next(client.get_all([moving.document("soc-son")], transaction=transaction))
    moving.document("soc-son").delete()
    moving.document("cua-nam").set({"people": 1})
    moving.document("aaa").set(CITIES["ba-dinh"])
    found = build(moving).stream(transaction=transaction)
    assert " ".join(snapshot.id for snapshot in found) == expected
    transaction._rollback()
    for one in ("soc-son", "cua-nam", "aaa"):
        moving.document(one).delete()
    client.close()


REFUSED: dict[str, Callable[[Any], Query]] = {
    "order after the name": lambda c: c.order_by(NAME).order_by("people"),
    "inequality after the name": lambda c: c.where(filter=F("people", ">", 1)).order_by(NAME),
    "inequality after another and the name": lambda c: (
        c.where(filter=F("people", ">", 1)).order_by("area").order_by(NAME)
    ),
    "31 in": lambda c: c.where(filter=F("people", "in", list(range(31)))),
    "11 not in": lambda c: c.where(filter=F("people", "not-in", list(range(11)))),
    "empty in": lambda c: c.where(filter=F("people", "in", [])),
    "in times in": lambda c: c.where(filter=F("people", "in", list(range(6)))).where(
        filter=F("area", "in", list(range(6)))
    ),
    "two contains": lambda c: c.where(filter=F("tags", "array_contains", 1)).where(
        filter=F("tags", "array_contains", 2)
    ),
    "two unequal": lambda c: c.where(filter=F("people", "!=", 1)).where(filter=F("area", "!=", 2)),
    "not in and or": lambda c: c.where(
        filter=And([F("people", "not-in", [1]), Or([F("area", "==", 1), F("area", "==", 2)])])
    ),
    "order twice": lambda c: c.order_by("people").order_by("people"),
    "reserved field": lambda c: c.where(filter=F("__x__", "==", 1)),
}


@pytest.mark.parametrize("example", REFUSED)
def test_refused(cities: firestore.CollectionReference, example: str) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        REFUSED[example](cities).get()


def test_projections(cities: firestore.CollectionReference) -> None:
    chosen = cities.where(filter=F("people", "==", 52)).select(["in.zone", "kind", "absent"])
    assert [s.to_dict() for s in chosen.stream()] == [{"in": {"zone": 1}, "kind": "ward"}]
    names = cities.select([FieldPath.document_id()]).limit(2)
    assert [(s.id, s.to_dict()) for s in names.stream()] == [("ba-dinh", {}), ("cua-nam", {})]


def test_collection_groups(db: firestore.Client) -> None:
    for path, n in (("a/1/h/x", 1), ("a/2/h/x", 3), ("b/1/h/y", 2), ("h/top", 4), ("a/1/hh/x", 5)):
        db.document(path).set({"n": n})
    group = db.collection_group("h")
    assert [s.reference.path for s in group.stream()] == ["a/1/h/x", "a/2/h/x", "b/1/h/y", "h/top"]
    above = group.where(filter=F("n", ">", 1)).order_by("n", direction=DESC)
    assert [s.get("n") for s in above.stream()] == [4, 3, 2]
    db.document("a/2/h/x").update({"n": 9})
    assert [s.get("n") for s in above.stream()] == [9, 4, 2]
    parts = list(group.get_partitions(2))
    assert len(parts) == 3
    found = [s.reference.path for part in parts for s in part.query().stream()]
    assert found == ["a/1/h/x", "a/2/h/x", "b/1/h/y", "h/top"]


def test_collections_do_not_mix(db: firestore.Client) -> None:
    for path in ("a/1", "a/1/a/2", "aa/1", "a/1/b/3"):
        db.document(path).set({"n": 1})
    assert [s.reference.path for s in db.collection("a").where(filter=F("n", "==", 1)).stream()] == ["a/1"]
    assert [s.reference.path for s in db.collection("a/1/a").stream()] == ["a/1/a/2"]


def test_types_are_ordered(db: firestore.Client) -> None:
    batch = db.batch()
    for place, value in enumerate(ORDERED):
        # Names in the opposite order, so that ties would show.
        batch.set(db.document(f"a/{99 - place}"), {"x": value, "place": place})
    batch.commit()
    upward = [s.get("place") for s in db.collection("a").order_by("x").stream()]
    assert upward == list(range(len(ORDERED)))
    downward = [s.get("place") for s in db.collection("a").order_by("x", direction=DESC).stream()]
    assert downward == upward[::-1]
    references = db.collection("r")
    for number, path in enumerate(["a/b", "a/b/c/d", "a/bb", "a0/b"]):
        references.add({"x": db.document(path), "place": number})
    assert [s.get("place") for s in references.order_by("x").stream()] == [0, 1, 2, 3]


def test_aggregations(cities: firestore.CollectionReference) -> None:
    def figures(query: Any) -> dict[str, Any]:
        return {one.alias: one.value for one in query.get()[0]}

    both = cities.count(alias="n").sum("people", alias="total").avg("people", alias="mean")
    # Only documents that have the summed field are seen, as by order_by.
    assert figures(both) == {"n": 7, "total": 396, "mean": 396 / 5}
    assert figures(cities.count(alias="n")) == {"n": 8}
    none = cities.where(filter=F("people", ">", 10**6))
    assert figures(none.count(alias="n").sum("people", alias="s")) == {"n": 0, "s": 0}
    assert figures(cities.where(filter=F("kind", "==", "ward")).limit(2).count(alias="n")) == {"n": 2}
    assert figures(cities.where(filter=F("kind", "==", "ward")).limit(2).sum("people", alias="s")) == {"s": 75}
    mixed = cities.where(filter=F("kind", "==", "ward")).sum("area", alias="s")
    assert figures(mixed)["s"] == pytest.approx(12.6)
    assert math.isnan(figures(cities.sum("area", alias="s"))["s"])


def test_the_average_of_nothing_is_null(db: firestore.Client) -> None:
    # The client's own result objects show 0.0 for it.
    query = types.StructuredQuery(from_=[types.StructuredQuery.CollectionSelector(collection_id="none")])
    average = types.StructuredAggregationQuery.Aggregation(avg={"field": {"field_path": "x"}}, alias="a")
    request = {
        "parent": f"{db._database_string}/documents",
        "structured_aggregation_query": {"structured_query": query, "aggregations": [average]},
    }
    (response,) = db._firestore_api.run_aggregation_query(request=request)
    assert types.AggregationResult.pb(response.result).aggregate_fields["a"].WhichOneof("value_type") == ("null_value")


def test_sums_leave_the_integers_when_they_overflow(db: firestore.Client) -> None:
    for number in range(3):
        db.document(f"a/{number}").set({"x": 2**62})
    total = db.collection("a").sum("x", alias="s").get()[0][0].value
    assert (total, type(total)) == (float(3 * 2**62), float)


def test_an_empty_result_still_tells_the_read_time(db: firestore.Client) -> None:
    request = {
        "parent": f"{db._database_string}/documents",
        "structured_query": types.StructuredQuery(
            from_=[types.StructuredQuery.CollectionSelector(collection_id="none")]
        ),
    }
    responses = list(db._firestore_api.run_query(request=request))
    assert len(responses) == 1
    assert responses[0].read_time is not None


def test_explain(cities: firestore.CollectionReference) -> None:
    stream = cities.where(filter=F("people", ">", 50)).stream(explain_options=firestore.ExplainOptions(analyze=True))
    assert len(list(stream)) == 4
    stats = stream.get_explain_metrics().execution_stats
    assert (stats.results_returned, stats.read_operations) == (4, 4)
