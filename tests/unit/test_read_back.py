"""The fast copy of `read_back` equals the result of google-cloud-firestore, or is left to the real adapter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import Enum, StrEnum
from typing import Any

import pytest
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud.firestore_v1 import _helpers
from hypothesis import given
from hypothesis import strategies as st

from petitions.adapters.wire.values import decoded
from tests.read_back import HEAVIEST, read_back


class Word(StrEnum):
    ONE = "one"


class Thing(Enum):
    ONE = 1


ZONES: Any = st.sampled_from([None, UTC, timezone(timedelta(hours=7)), timezone(-timedelta(minutes=30))])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**64), 2**64),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.text("\ud83da", max_size=3),
    st.binary(max_size=8),
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES),  # noqa: DTZ001 - the strategy's own form
    st.dates(),
    st.timedeltas(),
    st.sampled_from([Word.ONE, Thing.ONE, bytearray(b"1"), object()]),
)
NAMES = st.one_of(st.text(max_size=5), st.sampled_from([Word.ONE, "__a__", "a.b", "", 1, None]))


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.lists(inner, max_size=4)
    return st.one_of(
        lists, lists.map(tuple), st.sets(st.integers(), max_size=3), st.dictionaries(NAMES, inner, max_size=4)
    )


DOCUMENTS = st.dictionaries(NAMES, st.recursive(LEAVES, containers, max_leaves=20), max_size=5)


def shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shown(item) for name, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else (type(value), value)


def plain(value: Any) -> Any:
    if isinstance(value, DatetimeWithNanoseconds):
        return datetime.combine(value.date(), value.timetz())
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


@given(DOCUMENTS)
def test_result_is_the_clients(fields: dict[Any, Any]) -> None:
    quick = read_back(fields)
    if quick is not None:
        [write] = _helpers.pbs_for_create("projects/p/databases/d/documents/a/b", fields)
        stored = write._pb.update.fields
        assert shown(quick) == shown(decoded(stored)) == shown(plain(_helpers.decode_dict(stored, None)))


def test_result_is_a_copy() -> None:
    fields: dict[str, Any] = {"map": {"list": [1]}}
    quick = read_back(fields)
    fields["map"]["list"].append(2)
    assert quick == {"map": {"list": [1]}}


@pytest.mark.parametrize(
    "fields",
    [{"a": [[1]]}, {"a": datetime.now(UTC).date()}, {"a": "x" * HEAVIEST}, {"a": ["x" * 1000] * 1000}, {"__a__": 1}],
)
def test_unusual_values_are_left_to_the_adapter(fields: dict[str, Any]) -> None:
    assert read_back(fields) is None
