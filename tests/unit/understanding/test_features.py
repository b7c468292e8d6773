"""Features of words for the language model: expanded abbreviations, lengths of numbers, kinds of values."""

from __future__ import annotations

import pytest

from petitions.adapters.understanding import routers
from petitions.domain.language.name_words import GIVEN, SURNAMES
from petitions.domain.understanding.features import PIECES, SeenWord
from petitions.domain.understanding.local_reader import seen_words
from petitions.domain.understanding.short_forms import COURTESY_FOLDED, SHORT_FORMS
from petitions.domain.understanding.text import Text


def seen(typed: str) -> list[SeenWord]:
    return seen_words(Text.of(typed), routers.places())


def tokens(typed: str) -> list[str]:
    return [word.token for word in seen(typed)]


def test_short_forms_are_written_out() -> None:
    assert tokens("k dc r") == ["khong", "duoc", "roi"]
    assert seen("k dc r")[0].key == "không"


def test_numbers_go_by_their_length_but_single_digits_stay() -> None:
    assert tokens("1 12 1234") == ["1", "#2", "#4"]


@pytest.mark.parametrize(
    ("typed", "kind"), [("0912338704", "zphone"), ("an@example.com", "zmail"), ("HN-261120-ABCD-EFGH", "zcode")]
)
def test_values_with_a_form_go_by_their_kind(typed: str, kind: str) -> None:
    assert set(tokens(f"số {typed}")[1:]) == {kind}


def test_whose_number_it_is_is_not_seen() -> None:
    assert seen("gọi 0912 338 704 nhé") == seen("gọi 0987 654 321 nhé")


def test_a_text_without_marks_shares_what_it_can_with_one_that_has_them() -> None:
    marked, bare = seen("họ thu thêm tiền"), seen("ho thu them tien")
    assert [word.token for word in marked] == [word.token for word in bare]
    assert [word.pieces for word in marked] == [word.pieces for word in bare]
    assert [word.key for word in marked] != [word.key for word in bare]


def test_what_stands_around_a_word_is_seen() -> None:
    first, second = seen("Vâng, Lan😀")
    assert {"G", "H,", "FAa"} <= set(first.shapes)
    assert {"G,", "FAa", "NG", "#picture"} <= set(second.shapes)


def test_the_gazetteer_is_seen() -> None:
    *_, ward, _ = seen("tôi ở phường Yên Hòa nhé")
    assert any(shape.startswith("ZI") for shape in ward.shapes)


def test_pieces_are_numbers_of_rows() -> None:
    for word in seen("nghiêng ngả x 0912338704"):
        assert word.pieces
        assert all(0 <= piece < PIECES for piece in word.pieces)


def test_lists_of_words_are_folded_and_of_use() -> None:
    assert {"nguyen", "tran", "le", "pham"} <= set(SURNAMES)
    assert {"an", "lan", "hoa"} <= set(GIVEN)
    assert all(word.isascii() and word == word.lower() for word in (*SURNAMES, *GIVEN, *COURTESY_FOLDED))
    assert (SHORT_FORMS["k"], SHORT_FORMS["sdt"], SHORT_FORMS["ngta"]) == ("không", "số điện thoại", "người ta")
