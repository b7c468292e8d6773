"""What the models see: short forms written out, numbers by length, values by kind, courtesy set apart."""

from __future__ import annotations

import pytest

from petitions.domain.understanding.features import Sight, of_clause, of_command, of_word
from petitions.domain.understanding.local_reader import sight_of
from petitions.domain.understanding.name_words import GIVEN, SURNAMES
from petitions.domain.understanding.short_forms import COURTESY, COURTESY_FOLDED, SHORT_FORMS
from petitions.domain.understanding.text import Text


def sight(typed: str) -> Sight:
    """Return how the models see a typed text."""
    return sight_of(Text.of(typed))


def test_short_forms_are_written_out() -> None:
    assert sight("k dc r").tokens == ("khong", "duoc", "roi")
    assert sight("k dc r").keys[0] == "không"


def test_numbers_go_by_their_length_but_single_digits_stay() -> None:
    assert sight("1 12 1234").tokens == ("1", "#2", "#4")


@pytest.mark.parametrize(
    ("typed", "kind"), [("0912338704", "zphone"), ("an@example.com", "zmail"), ("HN-261120-ABCD-EFGH", "zcode")]
)
def test_values_with_a_form_go_by_their_kind(typed: str, kind: str) -> None:
    assert set(sight(f"số {typed}").tokens[1:]) == {kind}


def test_whose_number_it_is_is_no_feature() -> None:
    one, other = sight("gọi 0912 338 704 nhé"), sight("gọi 0987 654 321 nhé")
    assert of_clause(one, 0, len(one.tokens), "phone") == of_clause(other, 0, len(other.tokens), "phone")


def test_every_word_of_courtesy_is_known_as_one_whatever_its_marks() -> None:
    assert {word for word in COURTESY if not sight(f"{word} đúng").plain[0]} == set()


def test_words_of_courtesy_are_set_apart() -> None:
    names, _ = of_clause(sight("da xong roi em a"), 0, 5, "content")
    plain, _ = of_clause(sight("xong roi"), 0, 2, "content")
    assert "exong roi" in names
    assert "exong roi" in plain


def test_a_text_without_marks_shares_what_it_can_with_one_that_has_them() -> None:
    marked, bare = sight("họ thu thêm tiền"), sight("ho thu them tien")
    assert marked.tokens == bare.tokens
    assert set(of_clause(bare, 0, 4, "content")[1]) == set(of_clause(marked, 0, 4, "content")[1])


def test_the_situation_is_a_feature() -> None:
    seen = sight("có")
    assert of_clause(seen, 0, 1, "consent") != of_clause(seen, 0, 1, "confirm")
    assert "xconsent" in of_command(seen, 0, "consent")
    assert "xconsent" in list(of_word(seen, 0, "consent", [""]))


def test_every_word_of_a_message_has_features() -> None:
    seen = sight("Tôi là Trần Văn An, ở 12 phố Huế. Số 0912 338 704!")
    for at in range(len(seen.tokens)):
        assert of_command(seen, at, "contact")
        assert list(of_word(seen, at, "contact", [""] * len(seen.tokens)))


def test_features_of_a_clause_repeat_nothing() -> None:
    for names in of_clause(sight("không không không không"), 0, 4, "content"):
        assert len(names) == len(set(names))


def test_lists_of_words_are_folded_and_of_use() -> None:
    assert {"nguyen", "tran", "le", "pham"} <= set(SURNAMES)
    assert {"an", "lan", "hoa"} <= set(GIVEN)
    assert all(word.isascii() and word == word.lower() for word in (*SURNAMES, *GIVEN, *COURTESY_FOLDED))
    assert {"ạ", "nhé", "em"} <= COURTESY
    assert (SHORT_FORMS["k"], SHORT_FORMS["sdt"], SHORT_FORMS["ngta"]) == ("không", "số điện thoại", "người ta")
