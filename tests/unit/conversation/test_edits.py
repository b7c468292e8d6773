from __future__ import annotations

import pytest

from petitions.domain.conversation.draft_words import Edits
from petitions.domain.conversation.edits import read_edits
from petitions.domain.understanding import edit_words
from petitions.domain.understanding.edit_words import Phrases
from petitions.domain.understanding.text import Text

CONTENT = "Cán bộ thu thêm 200 nghìn. Họ không cho biên lai.\nTôi đến ba lần ngày 5/10, lần nào anh Tuấn cũng hẹn."
WITHOUT_SECOND = "Cán bộ thu thêm 200 nghìn. Tôi đến ba lần ngày 5/10, lần nào anh Tuấn cũng hẹn."
BEFORE = {
    "content": CONTENT,
    "place": "12 phố Trung Kính",
    "ward": "Phường Yên Hòa",
    "home": "số 5 ngõ 9 Láng",
    "name": "Nguyễn Thị Lan",
    "phone": "0912345218",
    "email": "lan@example.com",
}


def edited(message: str, **before: str) -> Edits:
    return read_edits(Text.of(message), BEFORE | before)


@pytest.mark.parametrize(
    ("message", "content"),
    [
        ("bỏ câu “Họ không cho biên lai.”", WITHOUT_SECOND),
        ("bo cau ho khong cho bien lai di", WITHOUT_SECOND),
        ("câu về anh Tuấn bỏ hẳn, tôi không muốn gây thù", "Cán bộ thu thêm 200 nghìn. Họ không cho biên lai."),
        ("xóa dòng cuối giúp em", "Cán bộ thu thêm 200 nghìn. Họ không cho biên lai."),
        ("câu đầu bỏ đi ạ", "Họ không cho biên lai. Tôi đến ba lần ngày 5/10, lần nào anh Tuấn cũng hẹn."),
        ("bỏ chữ “anh Tuấn”", CONTENT.replace("anh Tuấn ", "")),
        ("đổi “200 nghìn” thành “300 nghìn”", CONTENT.replace("200", "300")),
        ("doi 200 nghin thanh 300 nghin nhe", CONTENT.replace("200 nghìn", "300 nghin")),
        ("300 nghìn chứ không phải 200 nghìn", CONTENT.replace("200", "300")),
        ("không phải 200 đâu, là 300 nghìn", CONTENT.replace("200", "300")),
        ("ngày 15/9 mới đúng", CONTENT.replace("5/10", "15/9")),
        ("ngày đến sửa lại là 15/9", CONTENT.replace("5/10", "15/9")),
        ("thêm: họ còn quát tôi", f"{CONTENT} họ còn quát tôi"),
        ("thêm vào sau câu “Họ không cho biên lai”: họ còn quát tôi", CONTENT.replace("lai.", "lai, họ còn quát tôi.")),
        ("bỏ chữ anh Tuấn đi, chỉ ghi là cán bộ tiếp nhận", CONTENT.replace("anh Tuấn", "cán bộ tiếp nhận")),
        ("chỉ giữ câu đầu thôi", "Cán bộ thu thêm 200 nghìn."),
        ("nội dung: Cán bộ đòi 200 nghìn. Tôi không đưa.", "Cán bộ đòi 200 nghìn. Tôi không đưa."),
        (
            "anh Tuấn sửa thành một cán bộ, 200 nghìn sửa thành 300 nghìn",
            CONTENT.replace("anh Tuấn", "một cán bộ").replace("200", "300"),
        ),
        ("please replace “200 nghìn” with “300 nghìn”", CONTENT.replace("200", "300")),
        ("take out “Họ không cho biên lai.”", WITHOUT_SECOND),
        ("bỏ nốt chữ biên lai nhé, nhìn kì quá", CONTENT.replace("biên lai", "")),
        ("sao lại để anh Tuấn vào nội dung, bỏ đi", CONTENT.replace("anh Tuấn ", "")),
        ("bỏ hết đi, viết lại thế này: Cán bộ đòi 200 nghìn. Tôi không đưa.", "Cán bộ đòi 200 nghìn. Tôi không đưa."),
        ("Text should simply be: the officer asked for money", "the officer asked for money"),
        ("5/10 chứ không phải, là 15/9", CONTENT.replace("5/10", "15/9")),
        ("“300 nghìn” chớ không phải “200 nghìn”", CONTENT.replace("200", "300")),
    ],
)  # fmt: skip
def test_the_content_is_edited(message: str, content: str) -> None:
    assert _bare(edited(message).values["content"]) == _bare(content)


@pytest.mark.parametrize(
    ("message", "field", "value"),
    [
        ("nơi xảy ra: 14 phố Trung Kính, quầy số 4", "place", "14 phố Trung Kính, quầy số 4"),
        ("noi xay ra la so 14", "place", "14 phố Trung Kính"),
        ("địa chỉ liên hệ sửa thành số 7 ngõ 9 Láng nhé", "home", "số 7 ngõ 9 Láng"),
        ("số điện thoại thì cuối là 281 chứ không phải 218", "phone", "0912345281"),
        ("my phone ends in 281, not 218", "phone", "0912345281"),
        ("sdt của em là 0987 654 321", "phone", "0987654321"),
        ("tên tôi là Nguyễn Thị Lạn", "name", "Nguyễn Thị Lạn"),
        ("email lan.nguyen@example.com mới đúng", "email", "lan.nguyen@example.com"),
        ("bỏ email đi", "email", ""),
        ("địa chỉ liên hệ là nơi xảy ra luôn", "home", "12 phố Trung Kính"),
        ("sửa phường là Láng", "ward", "phường Láng"),
        ("không phải đầu ngõ, trước cửa nhà số 16 cơ", "home", "số 5 ngõ 9 Láng"),
        ("Tôi xin sửa lại đôi chỗ: nơi xảy ra là 14 Trung Kính", "place", "14 Trung Kính"),
        ("nhà tôi số 5 ngõ 9 Láng giữ nguyên", "home", "số 5 ngõ 9 Láng"),
        ("đổi tên anh Tuấn thành anh Tuân", "name", "Nguyễn Thị Lan"),
        ("địa chỉ ghi rõ thêm phường Láng nhé", "home", "số 5 ngõ 9 Láng, phường Láng"),
        ("sửa địa chỉ là 17 ngõ 42 Vọng Thị, tên đầy đủ Bùi Thị Minh", "home", "17 ngõ 42 Vọng Thị"),
        ("sửa địa chỉ là 17 ngõ 42 Vọng Thị, tên đầy đủ Bùi Thị Minh", "name", "Bùi Thị Minh"),
        ("địa chỉ sai bét, xóa hết ghi lại: 17 ngõ 42 Vọng Thị", "home", "17 ngõ 42 Vọng Thị"),
    ],
)
def test_a_value_is_edited(message: str, field: str, value: str) -> None:
    assert edited(message).values[field] == value


@pytest.mark.parametrize(
    "message",
    [
        "gửi đi",
        "ok",
        "trong đơn đã ghi ngày chưa?",
        "có ai biết tên tôi không",
        "không thêm gì nữa",
        "bố tôi đi cùng",
        "cảm ơn em nhiều",
        "bao giờ có kết quả",
        "",
        "…",
    ],
)
def test_what_is_no_edit_changes_nothing(message: str) -> None:
    found = edited(message)
    assert (found.values, found.missed, found.taken) == (BEFORE, [], [])


@pytest.mark.parametrize(
    "message", ["bỏ câu “đòi phong bì”", "đổi “500 nghìn” thành “300 nghìn”", "xoá đoạn về con chó"]
)
def test_what_is_not_in_the_draft_is_missed_and_nothing_changes(message: str) -> None:
    found = edited(message)
    assert found.values == BEFORE
    assert found.missed


@pytest.mark.parametrize(("message", "words"), [("hoàn tác", ""), ("sửa lại như cũ đi", ""), ("undo that", "")])
def test_an_undo_is_told(message: str, words: str) -> None:
    assert edited(message).undone == words


def test_a_ward_that_is_corrected_in_the_content_is_corrected_in_the_draft() -> None:
    found = edited("sửa phường Yên Hòa thành phường Láng", content="Ở phường Yên Hòa rác không ai dọn")
    assert (found.values["content"], found.values["ward"]) == ("Ở phường Láng rác không ai dọn", "phường Láng")


def test_of_words_that_stand_twice_the_last_are_taken_out() -> None:
    found = edited("bỏ cái “3 triệu” thừa ở cuối đi", content="Họ bắt nộp 3 triệu tiền vỉa hè. 3 triệu")
    assert _bare(found.values["content"]) == "họ bắt nộp 3 triệu tiền vỉa hè"


def test_several_edits_of_one_message_are_all_made() -> None:
    edits = "Bỏ câu họ không cho biên lai, 200 nghìn sửa thành 300 nghìn. Nơi xảy ra: 14 Trung Kính. Sdt 0987654321. "
    message = f"{edits}Gửi luôn nhé"
    found = edited(message)
    assert _bare(found.values["content"]).startswith("cán bộ thu thêm 300 nghìn tôi đến")
    assert (found.values["place"], found.values["phone"]) == ("14 Trung Kính", "0987654321")
    assert not any(begin <= message.index("Gửi luôn") < end for begin, end in found.taken)


def test_the_vocabulary_is_folded_as_messages_are() -> None:
    phrases = [phrase for listed in vars(edit_words).values() if isinstance(listed, Phrases) for phrase in listed.every]
    for words in (*phrases, *edit_words.LABELS):
        assert tuple(Text.of(" ".join(words)).folded.split()) == words


def _bare(text: str) -> str:
    return " ".join(word.raw.lower() for word in Text.of(text).words)
