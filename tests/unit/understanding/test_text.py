"""The text of a message: Unicode normal form, no invisible characters, positions of words, and parts."""

from __future__ import annotations

import unicodedata

import pytest

from petitions.domain.understanding.text import Text

LINES = "Tôi ở số 5, phố Huế.\nCán bộ thu thêm 200 nghìn!"
ODD = (
    "",
    " ",
    "...",
    "👍🏽",
    "\u200b\u202e",
    "a\u0301\u0323\u0302",
    "İstanbul ſ ﬁ",
    "\ud83d",
    "\x00\x07",
    "१२३ ٠٩١ ①②",
    "ĐƯỜNG đường Ðặng",
    "_" * 50,
    "ạ" * 3000,
)


def test_it_is_in_nfc_and_without_invisible_characters() -> None:
    text = Text.of(unicodedata.normalize("NFD", "Đường\u200b Trung\u202e Kính"))
    assert text.raw == "Đường Trung Kính"
    assert [word.raw for word in text.words] == ["Đường", "Trung", "Kính"]


def test_line_breaks_stay() -> None:
    assert Text.of(LINES).raw == LINES


def test_positions_of_words_are_right() -> None:
    text = Text.of(LINES)
    assert all(text.raw[word.start : word.end] == word.raw for word in text.words)
    assert text.folded == "toi o so 5 pho hue can bo thu them 200 nghin"


@pytest.mark.parametrize("raw", [LINES, *ODD])
def test_the_flat_text_shares_its_positions(raw: str) -> None:
    text = Text.of(raw)
    assert len(text.flat) == len(text.raw)
    assert all(text.flat[word.start : word.end].isalnum() for word in text.words)


def test_the_flat_text_has_no_marks_and_no_capitals() -> None:
    assert Text.of("ĐƯỜNG Nguyễn\u00a0Trãi\n٣").flat == "duong nguyen trai\n3"


def test_marks_and_parting_are_seen() -> None:
    assert Text.of("Tôi ở phố Huế").marked
    assert not Text.of("toi o pho Hue").marked
    assert [word.parted for word in Text.of("An, ở Huế").words] == [False, True, False]


def test_what_stands_between_words() -> None:
    text = Text.of("(An, ở Huế)!")
    assert [text.gap(at) for at in range(4)] == ["(", ", ", " ", ")!"]
    assert text.between(0, 2) == "An, ở"
    assert text.between(1, 1) == ""


def test_a_part_is_a_text_of_its_own() -> None:
    text = Text.of(LINES)
    begin = LINES.index("Cán")
    part = text.part(begin, len(LINES))
    assert part.raw == LINES[begin:]
    assert [word.raw for word in part.words] == ["Cán", "bộ", "thu", "thêm", "200", "nghìn"]
    assert all(part.raw[word.start : word.end] == word.raw for word in part.words)


@pytest.mark.parametrize("raw", ["", "  ", "👍", "...", "\u200b"])
def test_pictures_and_punctuation_are_wordless(raw: str) -> None:
    assert Text.of(raw).wordless


@pytest.mark.parametrize("raw", ODD)
def test_no_text_raises(raw: str) -> None:
    text = Text.of(raw)
    gaps = "".join(text.gap(at) for at in range(len(text.words) + 1))
    assert len(text.raw) == len(gaps) + sum(word.end - word.start for word in text.words)


def test_a_text_is_equal_to_another_of_the_same_words() -> None:
    assert Text.of("Tôi ở Huế") == Text.of(unicodedata.normalize("NFD", "Tôi ở Huế"))
    assert hash(Text.of("a")) == hash(Text.of("a"))
