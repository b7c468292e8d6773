"""Conversations of real people who tried the channel, repeated on the running system with the expected replies."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.e2e.stack import (
    ASKS_CONSENT,
    ASKS_HOME_AND_PHONE,
    ASKS_PLACE,
    ASKS_TO_CONFIRM,
    ASKS_WHO,
    FILED,
    USUAL,
    LocalStack,
)
from tests.e2e.test_understood import answered

DANGER = "NẾU ĐANG NGUY HIỂM"
ASKS_PHONE = "cho số điện thoại"
PLACE, NAME, HERE, PHONE = "12 phố Trung Kính, phường Yên Hòa", "Trần Văn An", "như trên", "0912 345 678"

Talk = list[tuple[str, str]]
TO_PLACE: Talk = [(USUAL, ASKS_CONSENT), ("đồng ý", ASKS_PLACE)]
TO_WHO: Talk = [*TO_PLACE, (PLACE, ASKS_WHO)]
TO_PHONE: Talk = [*TO_WHO, (f"{NAME}, {HERE}", ASKS_PHONE)]
TO_SUMMARY: Talk = [*TO_WHO, (f"{NAME}, {HERE}, {PHONE}", ASKS_TO_CONFIRM)]

HAPPENINGS: dict[str, Talk] = {
    "a tax code is no telephone": [*TO_PHONE, ("MST 0101248141", "chưa đúng")],
    "erasure before consent is no consent": [
        (USUAL, ASKS_CONSENT),
        ("tôi muốn xoá hết thông tin của tôi", "1. Xóa"),
        ("1", "đang được xóa"),
    ],
    "withdrawing without anything is no petition": [("tôi muốn rút đơn", "không có phản ánh nào đang soạn")],
    "withdrawing inside a draft drops it": [*TO_PLACE, ("tôi muốn hủy đơn này", "Đã hủy")],
    "an address is corrected at the summary": [
        *TO_SUMMARY,
        ("địa chỉ liên hệ sai rồi, nhà tôi ở thôn Đoài, xã Đan Phượng", "thôn Đoài"),
    ],
    "a street is no fire": [*TO_PLACE, ("36 hàng đào", "")],
    "another street is no fire": [*TO_PLACE, ("45 Trần Thái Tông", "")],
    "a mother's name is no danger": [*TO_WHO, ("mẹ em tên Phùng Thị Sen", "")],
    "a yes is no danger": [*TO_SUMMARY, ("đúng rồi cháu gửi đi", FILED)],
    "a surname is no business": [*TO_WHO, (f"Trương Thị Hoa, {HERE}, {PHONE}", "Trương Thị Hoa (cá nhân;")],
    "a label is no name": [
        *TO_WHO,
        ("Tôi tên là: Ngô Quang Khải\nĐịa chỉ: 5 phố Huế, phường Hai Bà Trưng", ASKS_PHONE),
        (PHONE, "Người gửi: Ngô Quang Khải ("),
    ],
    "giving in is no name": [*TO_WHO, ("thế thì thôi", "")],
    "questions come first: cost": [(USUAL, ASKS_CONSENT), ("có mất phí không", "không mất phí")],
    "questions come first: privacy": [(USUAL, ASKS_CONSENT), ("ai đọc được?", "không công khai")],
    "questions come first: official": [("đây có phải kênh chính thức?", "của UBND thành phố Hà Nội")],
    "questions come first: time": [*TO_WHO, ("bao lâu có kết quả", "hạn trả lời")],
    "questions come first: hours": [("mấy giờ thì các anh chị làm việc", "8:00-17:30")],
    "consent in lay words": [(USUAL, ASKS_CONSENT), ("Ừ tôi đồng ý", ASKS_PLACE)],
    "consent in English": [(USUAL, ASKS_CONSENT), ("Yes I agree", ASKS_PLACE)],
    "an end in lay words hurts nobody": [*TO_PLACE, ("hết rồi cháu ạ", ASKS_PLACE)],
    "another end": [*TO_PLACE, ("xong rồi cháu ạ", ASKS_PLACE)],
    "a name alone is asked for the rest": [*TO_WHO, (NAME, ASKS_HOME_AND_PHONE)],
    "who gives no phone is not asked for ever": [
        *TO_PHONE,
        ("tôi không cho số điện thoại đâu", "e-mail"),
        ("không cho là không cho", ASKS_TO_CONFIRM),
    ],
    "an officer in English": [("Hello, can you speak English?", ""), ("OFFICER", "I have told the officers")],
    "a place in the story is not asked again": [
        ("Một cửa thu thêm tiền của tôi. Việc xảy ra ở 12 phố Trung Kính, phường Yên Hòa", ASKS_CONSENT),
        ("đồng ý", ASKS_WHO),
    ],
    "a national code is read": [("PAKN.20261101.0012", "PAKN.20261101.0012")],
    "thanks open nothing": [("cảm ơn bạn nhiều nhé", "Gửi phản ánh, kiến nghị mới")],
}


@pytest.fixture(scope="module")
def talks(stack: LocalStack) -> Iterator[dict[str, Future[str]]]:
    """Hold all conversations at the same time. Return their last replies by the name of the conversation."""

    def last_heard(user: str, talk: Talk) -> str:
        return [stack.says(user, words, answer) for words, answer in talk][-1]

    with ThreadPoolExecutor(6) as citizens:
        yield {
            name: citizens.submit(last_heard, f"45729476939698{number:05d}", talk)
            for number, (name, talk) in enumerate(HAPPENINGS.items())
        }


@pytest.mark.parametrize("name", HAPPENINGS)
def test_it_does_not_happen_again(talks: dict[str, Future[str]], name: str) -> None:
    answer = talks[name].result()
    assert (DANGER in answer) == ("111" in HAPPENINGS[name][-1][1])
    assert "Người gửi: thế thì thôi" not in answer


@pytest.mark.parametrize(
    ("words", "hears"),
    [
        ("trả lời cho có, tiền vẫn bị thu hôm qua", ("xem lại", "1. ")),
        ("mở lại phản ánh giúp tôi", ("xem lại",)),
        ("không hài lòng tí nào", ("chưa hài lòng. Để ghi đúng",)),
        ("rất tốt", ("Rất hài lòng”. Để ghi đúng",)),
        ("cảm ơn bạn nhiều nhé", ("Khi cần",)),
    ],
)
def test_after_an_answer_words_are_about_it(stack: LocalStack, user: str, words: str, hears: tuple[str, ...]) -> None:
    code = answered(stack, user)
    answer = stack.says(user, words)
    assert any(hear in answer for hear in hears)
    assert ASKS_CONSENT not in answer
    stack.says(user, "phản ánh của tôi", code)


def test_the_end_of_an_addition_to_a_like_petition_is_no_menu(stack: LocalStack, user: str) -> None:
    code = stack.files(user)
    answer = stack.says(user, f"Tôi muốn phản ánh một việc khác: {USUAL}", "1. Bổ sung")
    assert code in answer
    stack.says(user, "1", code)
    stack.says(user, "XONG", "Đã nhận phần bổ sung")
