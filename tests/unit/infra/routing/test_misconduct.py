"""The recognition of accusations in texts of authors outside the training data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.routing.misconduct import ACCUSATIONS, JUDGE, Measured, measure, read_accusations
from petitions.adapters.understanding import routers
from petitions.domain.language.words import fold, words
from petitions.domain.routing.linear_model import ngrams
from tests.unit.infra.routing.overlap import MOST, Overlap

LONG = 6


LATER = "r"
"""The author of short messages sent after filing, and of long letters with a hint of misconduct."""


@pytest.fixture(scope="module")
def found() -> dict[str, Measured]:
    return dict(measure([item for item in read_accusations(JUDGE) if item.author != LATER], routers.router()))


def test_evaluation_uses_four_authors_outside_the_training() -> None:
    judges, learned = read_accusations(JUDGE), read_accusations(ACCUSATIONS)
    assert {item.author for item in judges} & {item.author for item in learned} == set()
    assert len({item.author for item in judges}) >= 4
    counts = {kind: sum(item.kind == kind for item in judges) for kind in ("plain", "subtle", "innocent")}
    assert counts["plain"] + counts["subtle"] >= 1_500
    assert counts["innocent"] >= 1_500


def test_hardly_anything_that_accuses_is_passed_on_by_machine(found: dict[str, Measured]) -> None:
    assert found["plain"].leaked <= 0.006 * found["plain"].texts
    assert found["plain"].passed_on <= 0.02 * found["plain"].texts
    assert found["subtle"].passed_on <= 0.04 * found["subtle"].texts
    assert found["plain"].closed >= 0.85 * found["plain"].texts
    assert found["subtle"].closed >= 0.80 * found["subtle"].texts


def test_most_later_messages_that_accuse_are_kept_from_the_unit() -> None:
    later = measure([item for item in read_accusations(JUDGE) if item.author == LATER], routers.router())
    assert later["plain"].closed >= 0.75 * later["plain"].texts
    assert later["subtle"].closed >= 0.60 * later["subtle"].texts
    assert later["innocent"].closed <= 0.06 * later["innocent"].texts


def test_few_innocent_texts_are_held_back(found: dict[str, Measured]) -> None:
    assert found["innocent"].closed <= 0.06 * found["innocent"].texts


@given(st.lists(st.text("abc ", min_size=1, max_size=12), max_size=12), st.text("abc ", max_size=12))
def test_overlap_finds_what_a_comparison_with_each_finds(texts: list[str], text: str) -> None:
    def grams(text: str) -> frozenset[str]:
        return frozenset(ngrams([word.folded for word in words(text)]))

    mine = grams(text)
    alike = [other for other in texts if len(mine & grams(other)) > MOST * len(mine | grams(other))]
    assert Overlap(texts).alike(text) == alike


@pytest.mark.release
def test_no_accusation_that_judges_is_learned() -> None:
    learned = [item.text for item in read_accusations(ACCUSATIONS)]
    spelled, known = {fold(text) for text in learned}, Overlap(learned)
    for item in read_accusations(JUDGE):
        assert fold(item.text) not in spelled, item.text
        if len(words(item.text)) >= LONG:
            assert known.alike(item.text) == []
