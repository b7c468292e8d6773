from __future__ import annotations

import math
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.domain.language.words import words
from petitions.domain.routing import linear_model
from petitions.domain.routing.linear_model import (
    WEIGHT_STEP,
    LinearModel,
    ModelHead,
    Weights,
    ngrams,
    packed,
    shares,
    tokens,
)

HEAD = {"classes": ["a", "b"], "bias": [10, 0], "evidence": 2.0, "weights": packed({"x": [0, 100], "x y": [1, 200]})}
MODEL = {
    "version": "1",
    "slope": 1.0,
    "shift": 0.0,
    "threshold": 0.5,
    "closed": 0.7,
    "doubted": 0.2,
    "heads": dict.fromkeys(("tier", "unit", "kind", "misconduct"), HEAD),
}


def test_pairs_and_singles_each_once_and_of_length_one_together() -> None:
    found = ngrams(["x", "y", "x"])
    assert set(found) == {"x", "y", "< x", "x y", "y x", "x >"}
    assert sum(value**2 for value in found.values()) == pytest.approx(1)
    assert set(ngrams([])) == {"< >"}


def test_numbers_are_one_token_and_places_are_masked() -> None:
    assert tokens(words("Số 15 phường Láng hỏng"), {2: "#ward", 3: ""}) == ["so", "0", "#ward", "hong"]


def test_odds_add_bias_ngrams_and_evidence() -> None:
    head = LinearModel.load(MODEL).unit
    odds = head.odds({"x": 0.5, "x y": 0.5, "unknown": 9.0}, {"b": 1.5, "other": 4.0})
    assert odds == {"a": pytest.approx((10 + 50) * WEIGHT_STEP), "b": pytest.approx(100 * WEIGHT_STEP + 3.0)}
    assert head.supporting_grams({"x": 0.5, "x y": 0.5}, "a") == ("x",)
    assert head.supporting_grams({"x": 0.5}, "no such class") == ()


@given(st.dictionaries(st.text(max_size=3), st.floats(-700, 700), min_size=1))
def test_shares_sum_to_one_and_keep_the_order(odds: dict[str, float]) -> None:
    found = shares(odds)
    assert math.fsum(found.values()) == pytest.approx(1)
    best = max(odds, key=lambda name: odds[name])
    assert found[best] == max(found.values())


@given(st.floats(0, 1), st.floats(0, 1))
def test_confidence_is_a_probability_that_grows_with_the_share(low: float, high: float) -> None:
    model = LinearModel.load(MODEL)
    low, high = sorted((low, high))
    assert 0 <= model.confidence(low) <= model.confidence(high) <= 1


@pytest.mark.parametrize("broken", [{}, {**MODEL, "heads": {}}, {**MODEL, "slope": "steep"}])
def test_data_of_another_shape_are_refused(broken: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError)):
        LinearModel.load(broken)


def test_a_head_without_weights_has_only_its_bias() -> None:
    assert ModelHead(("a",), (5,), 1.0, Weights(packed({}))).odds({"x": 1.0}, {}) == {
        "a": pytest.approx(5 * WEIGHT_STEP)
    }


SHORTS = st.integers(-(2**15), 2**15 - 1)
ROWS = st.lists(st.tuples(SHORTS, SHORTS), max_size=3).map(lambda pairs: [number for pair in pairs for number in pair])


@given(st.dictionaries(st.text(max_size=12), ROWS), st.text(max_size=12))
def test_every_ngram_has_its_own_weights_and_an_unknown_one_has_none(rows: dict[str, list[int]], other: str) -> None:
    weights = Weights(packed(rows))
    assert {gram: list(weights.get(gram)) for gram in rows} == rows
    assert list(weights.get(other)) == rows.get(other, [])


def test_ngrams_with_equal_halves_of_their_hashes_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear_model, "_hashed", lambda gram: (7, ord(gram)))
    weights = Weights(packed({"a": [1, 2], "b": [3, 4], "c": [5, 6]}))
    assert [list(weights.get(gram)) for gram in "abcd"] == [[1, 2], [3, 4], [5, 6], []]
    monkeypatch.setattr(linear_model, "_hashed", lambda _: (7, 7))
    with pytest.raises(ValueError, match="the same hash"):
        packed({"a": [1, 2], "b": [3, 4]})


@pytest.mark.parametrize("name", ["keys", "checks", "lengths", "numbers"])
def test_weights_that_were_cut_off_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Weights({**packed({"a": [1, 2], "b": [3, 4]}), name: packed({})[name]})


@pytest.mark.parametrize("name", ["keys", "numbers"])
def test_weights_with_part_of_a_record_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="size"):
        Weights({**packed({"a": [1, 2]}), name: b64encode(b"12345").decode()})
