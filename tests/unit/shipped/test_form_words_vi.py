"""The shipped Vietnamese texts of the petition form shared by the citizen's page and the desk."""

from __future__ import annotations

from tests import law
from tests.unit.citizen_page.test_words import OWN
from tests.unit.contact.promised import needless, unexplained

WORDS = law.packaged_data("form_words.vi.json")


def test_no_word_is_in_two_places() -> None:
    assert set(OWN["vi"]) & set(WORDS) == set()


def test_no_word_is_empty() -> None:
    assert [key for key, word in WORDS.items() if not word.strip()] == []


def test_every_sentence_that_names_an_act_has_somebody_behind_it() -> None:
    assert unexplained("form", "vi") == set()


def test_every_listed_act_and_exemption_is_needed() -> None:
    assert needless("form") == set()
