"""Messages that are read without a model: numbers and labels of options, codes, and words that the bot teaches."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import takewhile
from pathlib import Path

import pytest

from petitions.adapters import reference
from petitions.domain.petition.codes import make_code
from petitions.domain.understanding import commands as c
from petitions.domain.understanding.taught_words import (
    MENU,
    MenuWord,
    bare,
    codes_in,
    is_code,
    is_miscoded,
    is_taught,
    labelled,
    level_led,
    level_named,
    menu_word,
    number_in,
    taught_command,
)
from petitions.domain.understanding.text import Text

CODE = make_code(date(2026, 11, 20), "ABCDEFG")
RATING = ("Rất hài lòng", "Hài lòng", "Chưa hài lòng")


@pytest.mark.parametrize(
    "typed",
    [
        "KHÓA TRANG", "khoá trang", "khóa trang giúp tôi với ạ", "đổi liên kết", "doi link", "đổi cái link khác đi",
        "hàng xóm cầm link rồi", "hang xom cam link cua toi", "người khác có link của tôi", "tôi mất điện thoại",
        "tôi bị mất điện thoại rồi", "ai đã mở trang của tôi", "ai vừa vào trang riêng của tôi đấy",
        "tôi gửi nhầm link", "lộ link rồi", "LOCK PAGE", "someone has my link", "I lost my phone",
        "chồng cũ tôi đang cầm link",
    ],
)  # fmt: skip
def test_who_fears_for_their_page_has_it_locked(typed: str) -> None:
    assert menu_word(Text.of(typed)) is MenuWord.LOCK


@pytest.mark.parametrize(
    "typed",
    [
        "ai xem được phản ánh của tôi", "ai xem được trang này", "tôi không mở được link", "link không mở được",
        "sao trang riêng bị khóa", "cho tôi xin lại link", "hàng xóm đổ rác trước nhà tôi", "trạng thái",
        "công an phường không giải quyết vụ tôi mất điện thoại ở chợ", "đổi trang phục học sinh",
        "đường dẫn nước thải bị đổi hướng", "hợp đồng liên kết đào tạo", "không khóa trang nữa", "khóa cửa nhà văn hóa",
    ],
)  # fmt: skip
def test_other_words_lock_no_page(typed: str) -> None:
    assert menu_word(Text.of(typed)) is not MenuWord.LOCK


@pytest.mark.parametrize(
    "typed",
    [
        "KHÔNG CÔNG KHAI", "tôi không muốn công khai", "ai cho đăng lên mạng", "gỡ xuống giúp tôi",
        "Xóa kết quả công khai của tôi", "em không đồng ý đưa lên mạng ạ", "do not publish", "please take it down",
        "đừng đăng lên mạng", "xin gỡ kết quả công khai của tôi",
    ],
)  # fmt: skip
def test_who_objects_to_publication_is_understood(typed: str) -> None:
    assert menu_word(Text.of(typed)) is MenuWord.UNPUBLISH


@pytest.mark.parametrize(
    "typed",
    [
        "phường không công khai quỹ vắc xin", "phường không muốn công khai danh sách hộ nghèo", "xóa dữ liệu của tôi",
        "tại sao phường không công khai thủ tục", "xã không đồng ý đăng công khai giá đất",
        "gỡ biển quảng cáo xuống đường",
        "họ đưa ảnh nhà tôi lên mạng để đòi tiền",
    ],
)  # fmt: skip
def test_other_words_object_to_no_publication(typed: str) -> None:
    assert menu_word(Text.of(typed)) is not MenuWord.UNPUBLISH


@pytest.mark.parametrize("typed", ["tôi muốn sửa lại đánh giá", "đánh giá lại", "RATE AGAIN"])
def test_a_rating_is_given_anew_by_its_words(typed: str) -> None:
    assert menu_word(Text.of(typed)) is MenuWord.RATE


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1", 1),
        ("1.", 1),
        (" 2 ) ", 2),
        ("số 2", 2),
        ("so 2 nhe em", 2),
        ("chọn số 3 ạ", 3),
        ("option 1", 1),
        ("12", 12),
        ("0", 0),
        ("một ngàn", None),
        ("1 tuần rồi", None),
        ("1 triệu đồng", None),
        ("123", None),
        ("1, 2", None),
        ("", None),
        ("chọn", None),
    ],
)
def test_a_number_alone_is_a_choice(typed: str, number: int | None) -> None:
    assert number_in(Text.of(typed)) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("Rất hài lòng", 1),
        ("hai long", 2),
        ("CHƯA HÀI LÒNG ạ", 3),
        ("1. Rất hài lòng", 1),
        ("2. Hài lòng", 2),
        ("3. Chưa hài lòng", 3),
        ("1. Hài lòng", None),
        ("hài lòng lắm nhưng mà chậm", None),
        ("", None),
        ("👍", None),
    ],
)
def test_a_label_is_the_choice_of_its_option(typed: str, number: int | None) -> None:
    assert labelled(Text.of(typed), RATING) == number


def test_without_labels_there_is_none() -> None:
    assert labelled(Text.of("Rất hài lòng"), ()) is None
    assert labelled(Text.of("bỏ chữ giúp đi, rồi gửi"), ("Gửi", "Sửa", "Bỏ, không gửi")) is None
    assert labelled(Text.of(""), ("", "")) is None


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("phản ánh", MenuWord.BEGIN),
        ("PHAN ANH MOI", MenuWord.BEGIN),
        ("Tra cứu", MenuWord.LOOK_UP),
        ("phản ánh của tôi", MenuWord.VIEW),
        ("BỔ SUNG", MenuWord.ADD),
        ("sửa", MenuWord.CORRECT),
        ("RÚT", MenuWord.WITHDRAW),
        ("đánh giá", MenuWord.RATE),
        ("xóa dữ liệu của tôi", MenuWord.ERASE),
        ("Gặp cán bộ", MenuWord.PERSON),
        ("quay lại", MenuWord.BACK),
        ("LÀM LẠI", MenuWord.RESTART),
        ("“bổ sung”", MenuWord.ADD),
        ("tôi muốn bổ sung", None),
        ("rút kinh nghiệm", None),
    ],
)
def test_words_of_the_menu_are_known_alone(typed: str, word: MenuWord | None) -> None:
    assert menu_word(Text.of(typed)) is word


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("XONG", c.Finish()),
        ("xong rồi", c.Finish()),
        ("MỞ LẠI", c.Contest()),
        ("HỦY", c.Cancel()),
        ("Menu", c.Ask(topic="menu")),
        ("english", c.Ask(topic="english")),
        ("BỎ QUA", c.Skip()),
        ("gặp cán bộ", c.CallPerson()),
        ("xóa dữ liệu của tôi", c.Erase()),
        ("RẤT HÀI LÒNG", c.Rate(level=1)),
        ("hài lòng", c.Rate(level=2)),
        ("chua hai long", c.Rate(level=3)),
        ("hủy đơn của tôi đi", None),
        ("Gặp cán bộ: 0911 222 333.", c.CallPerson(phone="0911222333")),
        ("OFFICER 0911222333", c.CallPerson(phone="0911222333")),
        ("gặp cán bộ 0911 222 333 nhé, về sổ đỏ", None),
        ("gặp cán bộ 09112", None),
    ],
)
def test_taught_words_are_commands(typed: str, command: c.Command | None) -> None:
    assert taught_command(Text.of(typed)) == command


def test_the_menu_has_an_entry_for_each_of_its_numbers() -> None:
    numbered = re.findall(r"^(\d)\. ", reference.parsed("texts.vi.json")["menu"], re.MULTILINE)
    assert [int(number) for number in numbered] == list(range(1, len(MENU) + 1))


@pytest.mark.parametrize("language", ["texts.vi.json", "texts.en.json"])
def test_every_word_in_capitals_that_a_text_teaches_is_known(language: str) -> None:
    """“gõ XONG”, “type DONE”: the words in the bot's instructions need no model."""
    after = [
        words.split()
        for text in reference.parsed(language).values()
        for words in re.split("(?:[Gg]õ|[Tt]ype) ", text)[1:]
    ]
    taught = {" ".join(takewhile(str.isupper, (word.strip(".,;:()”") for word in words))) for words in after} - {""}
    assert len(taught) > 5
    assert {word for word in taught if not is_taught(Text.of(word))} <= {"NHƯ TRÊN", "SAME", "DONE I"}


@pytest.mark.parametrize("typed", [CODE, CODE.lower(), CODE.replace("-", " "), f"mã {CODE} ạ", f"({CODE})"])
def test_codes_are_found_however_they_are_written(typed: str) -> None:
    assert codes_in(Text.of(typed)) == (CODE,)


def test_codes_of_the_national_portal_are_found_too() -> None:
    assert codes_in(Text.of(f"{CODE} và pakn.20261120.0042")) == (CODE, "PAKN.20261120.0042")


def test_a_code_alone_is_one_and_beside_words_is_none() -> None:
    assert is_code(Text.of(f" {CODE}."))
    assert not is_code(Text.of(f"Phản ánh {CODE} đã trả lời nhưng việc vẫn chưa được giải quyết"))
    assert not is_code(Text.of("HN-123"))


@pytest.mark.parametrize("typed", ["HN-123", "mã hn 261120", "hn 12"])
def test_an_attempt_at_a_code_is_seen(typed: str) -> None:
    assert is_miscoded(Text.of(typed))


@pytest.mark.parametrize("typed", [CODE, "HN", "Hà Nội 36", f"{CODE} và HN-123"])
def test_what_is_no_attempt_at_a_code(typed: str) -> None:
    assert not is_miscoded(Text.of(typed))


@pytest.mark.parametrize("typed", ["1", "xong", "menu", "bổ sung", CODE, "HN-123", "RẤT HÀI LÒNG"])
def test_taught_words_are_recognised(typed: str) -> None:
    assert is_taught(Text.of(typed))


@pytest.mark.parametrize("typed", ["Cán bộ thu thêm tiền", "xong việc họ lại đòi thêm", "1 tuần rồi chưa trả giấy", ""])
def test_a_story_is_not_taught(typed: str) -> None:
    assert not is_taught(Text.of(typed))


def test_the_bare_text_has_no_marks_no_capitals_and_no_punctuation_at_its_ends() -> None:
    assert bare(Text.of(" “GẶP   CÁN bộ!” ")) == "gap can bo"


@pytest.mark.parametrize(("words", "level"), [("3 sao thôi", 3), ("2/5", 2), ("1 ạ", 2), ("chậm quá 3", 3)])
def test_another_number_leads_no_rating(words: str, level: int) -> None:
    assert level_led("3 đi, chậm quá", 3)
    assert not level_led(words, level)


WISHES = [json.loads(line) for line in (Path(__file__).parent / "short_wishes.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish["text"])
def test_a_short_wish_in_own_words_is_known_and_other_words_are_none(wish: dict[str, str | None]) -> None:
    found = menu_word(Text.of(str(wish["text"])))
    assert (found.value if found else None) == wish["word"]


@pytest.mark.parametrize(
    ("typed", "level"), [("thực ra hài lòng", 2), ("that ra khong hai long", 3), ("nói chung rất hài lòng", 1)]
)
def test_a_level_is_the_one_that_is_named(typed: str, level: int) -> None:
    assert level_named(typed) == level
