"""The similarity of two texts, despite spelling errors, missing diacritics, abbreviations and frequent words."""

from __future__ import annotations

import time

import pytest

from petitions.adapters.understanding import vocabulary
from petitions.domain.language.likeness import IndexedText, Likeness
from petitions.domain.language.search_words import SearchWords
from petitions.domain.language.slips import is_one_slip
from petitions.domain.language.words import fold, words

TEXTS = {
    "birth": IndexedText("Phường chậm trả kết quả đăng ký khai sinh", "Đã trả giấy và xin lỗi công dân."),
    "building": IndexedText("Hồ sơ cấp giấy phép xây dựng nhà ở bị trả lại nhiều lần", "Giấy phép đã cấp."),
    "insurance": IndexedText("Thẻ bảo hiểm y tế hộ gia đình chưa được gia hạn", "Đã cập nhật dữ liệu."),
    "card": IndexedText("Công dân chưa nhận được thẻ căn cước công dân", "Thẻ đã in xong, trả tại công an phường."),
    "business": IndexedText("Đăng ký hộ kinh doanh bị yêu cầu thêm giấy tờ", "Không yêu cầu công chứng."),
    "counter": IndexedText("Bộ phận một cửa không tiếp nhận hồ sơ giấy", "Công dân được chọn cách nộp."),
    "land": IndexedText("Chậm cấp giấy chứng nhận quyền sử dụng đất lần đầu", "Sẽ trả trước ngày 15/12."),
}


@pytest.fixture(scope="module")
def likeness() -> Likeness:
    return Likeness(vocabulary.search_words(), TEXTS)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("khai sinh", "birth"),
        ("khia sinh", "birth"),
        ("khai sih", "birth"),
        ("KHAI  SINH!", "birth"),
        ("khaisinh", "birth"),
        ("giay phep xay dung", "building"),
        ("giấy phép xây dụng", "building"),
        ("GPXD", "building"),
        ("xin phép xây nhà", "building"),
        ("BHYT", "insurance"),
        ("bảo hiêm y tê", "insurance"),
        ("CCCD", "card"),
        ("làm cccd bao giờ thì có ạ", "card"),
        ("mở quán ăn cần giấy tờ gì", "business"),
        ("1 cửa", "counter"),
        ("mot cua", "counter"),
        ("sổ đỏ", "land"),
        ("tại sao làm sổ đỏ lần đầu lâu thế hả anh chị", "land"),
    ],
)
def test_searched_text_is_found_first(likeness: Likeness, query: str, wanted: str) -> None:
    assert likeness.nearest(query)[0] == wanted


@pytest.mark.parametrize("query", ["", "???", "zzzz", "bao giờ", "xe buýt"])
def test_absent_text_is_not_found(likeness: Likeness, query: str) -> None:
    assert likeness.nearest(query) == []


def test_of_equally_near_texts_the_first_name_is_the_nearest() -> None:
    alike = Likeness(vocabulary.search_words(), dict.fromkeys("cab", TEXTS["birth"]))
    assert alike.nearest("khai sinh") == ["a", "b", "c"]


def test_a_word_of_the_title_counts_more_than_one_of_the_body() -> None:
    texts = {"a": IndexedText("Đường hỏng", "Sẽ sửa vỉa hè"), "b": IndexedText("Vỉa hè hỏng", "Sẽ sửa đường")}
    assert Likeness(vocabulary.search_words(), texts).nearest("vỉa hè")[0] == "b"


def test_a_text_that_was_dropped_or_replaced_leaves_nothing_behind() -> None:
    changed = Likeness(vocabulary.search_words(), TEXTS)
    changed.drop("birth")
    changed.drop("birth")
    changed.put("card", IndexedText("Cây xanh gãy đổ"))
    fresh = Likeness(vocabulary.search_words(), {**TEXTS, "card": IndexedText("Cây xanh gãy đổ")})
    fresh.drop("birth")
    for query in ("khai sinh", "căn cước", "cây đổ", "giấy phép"):
        assert changed.nearest(query) == fresh.nearest(query)
    assert "birth" not in changed.nearest("khai sinh")


STORY = "Cán bộ một cửa phường hẹn trả thẻ bảo hiểm y tế ba lần, lần nào đến cũng bảo chưa có chữ ký của lãnh đạo"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (STORY, True),
        (fold(STORY), True),
        (STORY.replace("bảo hiểm y tế", "BHYT"), True),
        (STORY.replace("phường", "phưòng").replace("chưa", "chua").replace("lãnh", "lanhx"), True),
        (f"Xin chào anh chị, {STORY}. Tôi ở số 5 Trung Kính, mong xem lại giúp tôi với.", True),
        ("Đường trước nhà tôi ngập mỗi khi mưa to, cống tắc không ai thông từ năm ngoái", False),
        ("Thẻ bảo hiểm y tế", False),
        ("", False),
    ],
)
def test_similar_texts(text: str, *, same: bool) -> None:
    assert bool(Likeness(vocabulary.search_words(), {"x": IndexedText(STORY), **TEXTS}).same(text)) is same
    assert ("t" in Likeness(vocabulary.search_words(), {"t": IndexedText(text)}).same(STORY)) is same


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("sinh", "sih", True),
        ("khai", "khia", True),
        ("dung", "dugn", True),
        ("xay", "say", True),
        ("phep", "phepp", True),
        ("sinh", "sinh", False),
        ("sinh", "hnis", False),
        ("giay", "gi", False),
        ("", "a", True),
    ],
)
def test_one_slip(one: str, other: str, *, near: bool) -> None:
    assert is_one_slip(one, other) is near
    assert is_one_slip(other, one) is near


def test_two_thousand_texts_are_searched_in_well_under_a_tenth_of_a_second() -> None:
    matters = [text.title for text in TEXTS.values()]
    many = {
        f"{number}": IndexedText(f"{matters[number % 7]} tại tổ {number} đường số {number % 97}", "Đã kiểm tra. " * 20)
        for number in range(2000)
    }
    likeness = Likeness(vocabulary.search_words(), many)
    started = time.process_time()
    for query in ("khia sinh tổ 55", "gpxd", "một cửa " * 40, "a" * 200, STORY * 20):
        likeness.nearest(query)
    assert time.process_time() - started < 0.5


def test_no_short_form_hides_a_word_and_phrases_are_unique() -> None:
    known: SearchWords = vocabulary.search_words()
    shorts = [short for forms in known.abbreviations.values() for short in forms]
    assert len(shorts) == len(set(shorts))
    assert all(short == short.lower() and " " not in short for short in shorts)
    for group in (*known.alike, known.usual, known.empty):
        assert len(group) == len(set(group)), group
        assert all(words(phrase) for phrase in group)
    phrases = {word.raw for group in known.alike for phrase in group for word in words(phrase)}
    assert not phrases.intersection(shorts) - {"vneid", "pccc", "bts", "tncn"}
