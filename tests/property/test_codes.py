"""Petition codes: any single wrong character is noticed, and a code is found in every usual spelling."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.domain.petition.codes import ALPHABET, find_code, looks_like_code, make_code

LETTERS = st.text(st.sampled_from(ALPHABET), min_size=7, max_size=7)
CODES = st.builds(make_code, st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)), LETTERS)
# Neither letters nor digits that could belong to the code itself.
NOISE = st.text(st.sampled_from("ạđơ ,.!?\n:()…"), max_size=20)
ALIKE = {"0": "Oo0", "1": "IiLl1", "V": "UuVv"}


@settings(max_examples=60)
@given(CODES)
def test_every_single_changed_character_is_refused(code: str) -> None:
    for place, letter in enumerate(code):
        if letter == "-" or place < 2:
            continue
        others = "0123456789" if place < 9 else ALPHABET
        for other in others.replace(letter, ""):
            assert find_code(code[:place] + other + code[place + 1 :]) is None


@settings(max_examples=150)
@given(CODES, NOISE, NOISE, st.sampled_from(["-", " ", "", ".", "–", " - "]), st.booleans())
def test_a_code_is_found_in_noise(code: str, before: str, after: str, gap: str, lower: bool) -> None:  # noqa: FBT001
    written = code.replace("-", gap)
    text = f"{before} {written.lower() if lower else written} {after}"
    assert find_code(text) == code
    assert looks_like_code(text)


@settings(max_examples=100)
@given(CODES, st.data())
def test_letters_that_look_alike_are_folded(code: str, data: st.DataObject) -> None:
    read_out = "".join(data.draw(st.sampled_from(ALIKE.get(letter, letter))) for letter in code[10:])
    assert find_code(code[:10] + read_out) == code


@given(st.text(max_size=80))
def test_what_is_found_is_always_well_formed(text: str) -> None:
    found = find_code(text)
    assert found is None or find_code(found) == found


def test_the_first_well_formed_code_is_taken() -> None:
    good = make_code(date(2026, 11, 24), "ABCDEFG")
    bad = good[:-1] + ("0" if good[-1] != "0" else "1")
    assert find_code(f"{bad}, {good}") == good


@pytest.mark.parametrize("letters", ["ABCDEF", "ABCDEFGH", "ABCDEFU", "abcdefg"])
def test_only_seven_letters_of_the_alphabet_make_a_code(letters: str) -> None:
    with pytest.raises(ValueError, match="seven"):
        make_code(date(2026, 11, 24), letters)
