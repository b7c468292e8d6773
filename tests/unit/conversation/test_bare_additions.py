from __future__ import annotations

import pytest

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.understanding.taught_words import MenuWord, menu_word
from petitions.domain.understanding.text import Text
from tests.unit.accusations.later_words import a_world, again, at_the_ward, awaiting

BARE = ("BỔ SUNG", "bổ sung ạ", "Tôi bổ sung", "em bổ sung nhé", "bổ sung thêm", "bổ sung hồ sơ", "bo sung:")


@pytest.mark.parametrize("words", BARE)
def test_they_add_nothing_and_answer_no_request(words: str) -> None:
    world = a_world()
    before = awaiting(world)
    assert "Xin gửi nội dung, ảnh hoặc tệp bổ sung" in world.types(words)
    assert "Chưa có gì được bổ sung" in world.types("xong")
    after = again(world.store, before)
    assert (after.state, after.additions) == (State.AWAITING_CITIZEN, [])


def test_what_follows_them_is_added_and_acknowledged() -> None:
    world = a_world()
    before = at_the_ward(world)
    world.types("bổ sung ạ", "Rác vẫn còn nguyên ở đầu ngõ, chưa ai dọn")
    assert "Đã nhận phần bổ sung" in world.types("xong")
    assert [addition.text for addition in again(world.store, before).additions] == [
        "Rác vẫn còn nguyên ở đầu ngõ, chưa ai dọn"
    ]


@pytest.mark.parametrize("words", ["bổ sung ảnh hôm qua", "tôi bổ sung là rác vẫn còn", "phường bắt bổ sung hồ sơ"])
def test_words_behind_them_are_no_word_of_the_menu(words: str) -> None:
    assert menu_word(Text.of(words)) is None


@pytest.mark.parametrize(
    "words",
    ["Sao nhà khác làm xong mà nhà tôi chưa", "Tại sao cùng hồ sơ mà người có người không, bàn số 3 bảo thế"],
)
def test_a_question_that_is_more_than_one_is_added_and_answered(words: str) -> None:
    world = a_world()
    before = awaiting(world)
    assert world.types(words)
    assert [addition.text for addition in again(world.store, before).additions] == [words]


def test_a_bare_question_is_no_addition() -> None:
    world = a_world()
    before = awaiting(world)
    assert world.types("Bao lâu thì có kết quả")
    assert again(world.store, before).additions == []


def test_courtesy_alone_is_no_word_of_the_menu() -> None:
    assert [menu_word(Text.of(words)) for words in ("ạ", "anh chị ơi", "")] == [None] * 3
    assert menu_word(Text.of("xem phản ánh của tôi ạ")) is MenuWord.VIEW
