"""Groups of words with the same meaning, which the routing model uses as features."""

from __future__ import annotations

import pytest

from petitions.domain.language.phrases import Hit
from petitions.domain.routing.concepts import concepts

NAMES = {"cháy": ("fire",), "kẹt": ("trapped",), "hôm qua": ("past",), "đang": ("present",), "bán": ("promo",)}


def _found(*phrases: str, faint: bool = False) -> set[str]:
    return set(concepts([Hit(phrase, at, at + 1, faint) for at, phrase in enumerate(phrases)], NAMES).grams)


def test_a_danger_now_differs_from_one_that_is_over() -> None:
    now, over = _found("cháy", "đang"), _found("cháy", "hôm qua")
    assert {"#fire", "#danger", "#danger present", "#danger bare"} <= now
    assert {"#fire", "#danger", "#danger past"} <= over
    assert "#danger bare" not in over


def test_two_dangers_are_distinguished_from_one() -> None:
    assert "#dangers" in _found("cháy", "kẹt")
    assert "#dangers" not in _found("cháy", "cháy")


def test_without_a_danger_there_is_no_frame_of_one() -> None:
    assert _found("bán", "đang") == {"#promo", "#present"}


@pytest.mark.parametrize(("faint", "gram"), [(True, "#fire?"), (False, "#fire")])
def test_a_bare_syllable_is_another_gram(*, faint: bool, gram: str) -> None:
    assert gram in _found("cháy", faint=faint)


def test_the_longest_words_speak_for_a_concept() -> None:
    names = {"cháy": ("fire",), "cháy nhà": ("fire",)}
    assert concepts([Hit("cháy nhà", 0, 2), Hit("cháy", 0, 1)], names).words == {"#fire": "cháy nhà"}
