"""Telephone numbers of Vietnam and other countries, in digits and in words, with other text around them."""

from __future__ import annotations

import pytest

from petitions.domain.understanding.phones import telephones
from petitions.domain.understanding.text import Text


def numbers(typed: str) -> list[str]:
    return [phone.number for phone in telephones(Text.of(typed).flat)]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0912338704", "0912338704"),
        ("0912 338 704", "0912338704"),
        ("0912.338.704", "0912338704"),
        ("09 12 33 87 04", "0912338704"),
        ("+84 912 338 704", "0912338704"),
        ("+84(0)912338704", "0912338704"),
        ("84912338704", "0912338704"),
        ("0084 912 338 704", "0912338704"),
        ("ĐT:0912338704", "0912338704"),
        ("0912338704(zalo)", "0912338704"),
        ("số của tôi là 0912.338.704 nhé", "0912338704"),
        ("024 3825 3536", "02438253536"),
        ("0912.338.7O4", "0912338704"),
        ("o9l2 338 7o4", "0912338704"),
        ("không chín một hai ba ba tám bảy không bốn", "0912338704"),
        ("khong chin mot hai, ba muoi ba, tam muoi bay, khong bon", "0912338704"),
        ("o chin bay hai 331 608", "0972331608"),
        ("0 3 2 8 chấm 9 9 1 chấm 4 0 5", "0328991405"),
        ("Nguyễn Văn Sáu 0912338704", "0912338704"),
        ("Nguyễn Văn A 0912338704 12 phố Huế phường Cửa Nam", "0912338704"),
        ("0912 338 704 từ 8 giờ đến 17 giờ", "0912338704"),
    ],
)
def test_numbers_of_this_country(typed: str, number: str) -> None:
    assert numbers(typed) == [number]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+44 20 7946 0958", "+442079460958"),
        ("+1 (212) 555-0198", "+12125550198"),
        ("0049 30 901820", "+4930901820"),
        ("gọi tôi số +82-10-1234-5678 nhé", "+821012345678"),
    ],
)
def test_numbers_of_other_countries(typed: str, number: str) -> None:
    assert numbers(typed) == [number]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("0912338704 hoặc 0912338705", ["0912338704", "0912338705"]),
        ("0912 338 704 - 0912 338 705", ["0912338704", "0912338705"]),
        ("0912338704, 0912338705", ["0912338704", "0912338705"]),
        ("0912338704\n0912338705", ["0912338704", "0912338705"]),
        ("+44 20 7946 0958 hoặc 0912338704", ["+442079460958", "0912338704"]),
        ("0912338704 hoặc +44 20 7946 0958", ["0912338704", "+442079460958"]),
    ],
)
def test_several_numbers_in_their_order(typed: str, found: list[str]) -> None:
    assert numbers(typed) == found


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "91234",
        "0912 338 704 901",
        "12/11/2026",
        "CCCD 001081012345",
        "căn cước 001 081 012 345",
        "stk 19034567890123",
        "200 nghìn, 50.000 đồng, 1.500.000",
        "0012 phố Huế",
        "không có số nào",
        "Nguyễn Văn Chín, hai con, ba cháu",
        "HN-261120-ABCD-EFGH",
        "+",
        "01234567890",
    ],
)
def test_what_is_no_number(typed: str) -> None:
    assert numbers(typed) == []


def test_a_number_stands_where_it_says() -> None:
    text = Text.of("Tôi là An, gọi 0912 338 704 sau 5 giờ")
    (phone,) = telephones(text.flat)
    assert text.raw[phone.start : phone.end] == "0912 338 704"


@pytest.mark.parametrize("typed", ["0" * 2000, "+1 " * 700, "không " * 400, "0 " * 1000, "+84" * 600])
def test_long_rows_of_digits_are_read_to_their_end(typed: str) -> None:
    assert len(numbers(typed)) < len(typed)
