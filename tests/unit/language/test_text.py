from __future__ import annotations

import unicodedata

import pytest

from petitions.domain.language.words import agrees, fold, is_marked, normal, phrase_spellings, spellings, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đường Nguyễn Xiển", "duong nguyen xien"),
        (unicodedata.normalize("NFD", "Phường Yên Hoà"), "phuong yen hoa"),
        ("  ĐÊ\n\tHỮU  HỒNG ", "de huu hong"),
        ("Văn\u200b Miếu", "van mieu"),
        ("\u2066Văn\u2069 \u2067Mi\u061c\u206aếu\U000e0041", "van mieu"),  # turns of direction, tags
        ("İSTANBUL", "istanbul"),
        ("", ""),
        ("👍👍", "👍👍"),
    ],
)
def test_fold_drops_marks_case_and_extra_space(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_normal_composes_and_collapses() -> None:
    assert normal(unicodedata.normalize("NFD", " Hoà\u00a0 Bình\u200b ")) == "Hoà Bình"


@pytest.mark.parametrize(
    ("one", "other"), [("hoà", "hòa"), ("THUỶ", "thủy"), ("mỹ", "mĩ"), ("quaaa", "qua"), ("Lý", "lí")]
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert spellings(one) == spellings(other)
    assert spellings(unicodedata.normalize("NFD", one)) == spellings(other)


@pytest.mark.parametrize(("one", "other"), [("đỉnh", "đình"), ("cống", "cổng"), ("đê", "đe"), ("thuế", "thuê")])
def test_words_with_other_marks_stay_apart(one: str, other: str) -> None:
    assert spellings(one)[0] != spellings(other)[0]


def test_words_know_their_place_and_spell_out_short_forms() -> None:
    text = "P.Láng ko dc dọn"
    found = words(text, {"ko": "không", "dc": "được", "nvh": "nhà văn hoá"})
    assert [word.folded for word in found] == ["p", "lang", "khong", "duoc", "don"]
    assert text[found[1].start : found[1].end] == "Láng"
    assert [word.folded for word in words("NVH", {"nvh": "nhà văn hoá"})] == ["nha", "van", "hoa"]


def test_a_text_is_marked_or_not_as_a_whole() -> None:
    assert is_marked(words("Đường Lê Trọng Tấn tắt đèn"))
    assert not is_marked(words("duong Le Trong Tan tat den ca tuan roi"))
    assert not is_marked(words("123"))


def test_a_bare_word_stands_for_a_marked_one_only_where_nothing_is_marked() -> None:
    (bare,) = words("cong")
    (key, folded), *_ = phrase_spellings("cống")
    assert agrees(bare, key, folded, marked_text=False)
    assert not agrees(bare, key, folded, marked_text=True)
    (gate,) = words("cổng")
    assert not agrees(gate, key, folded, marked_text=False)
