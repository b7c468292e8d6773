"""The shipped English texts of the petition form have the keys and placeholders of the Vietnamese ones."""

from __future__ import annotations

from tests import law
from tests.unit.citizen_page.test_words import MARKS, gaps
from tests.unit.contact.promised import unexplained

VIETNAMESE, WORDS = law.packaged_data("form_words.vi.json"), law.packaged_data("form_words.en.json")


def test_both_languages_have_the_same_keys_with_the_same_gaps() -> None:
    assert list(VIETNAMESE) == list(WORDS)
    assert [key for key in WORDS if gaps(VIETNAMESE[key]) != gaps(WORDS[key])] == []
    assert [key for key in WORDS if not WORDS[key].strip()] == []


def test_english_words_are_english() -> None:
    assert [key for key, word in WORDS.items() if MARKS.search(word)] == []


def test_every_sentence_that_names_an_act_has_somebody_behind_it() -> None:
    assert unexplained("form", "en") == set()
