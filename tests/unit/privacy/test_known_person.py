"""A known person's data is found in texts in any spelling, and other people's data is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.domain.petition.known_person import HIDDEN, KnownPerson
from petitions.domain.petition.petition import Contact
from petitions.domain.shared.records import replace

LAN = Contact(
    name="Nguyễn Thị Lan",
    phone="0912 345 678",
    address="Số nhà 12 ngõ 5 Trung Kính, Yên Hòa",
    email="lan.nt@example.vn",
)
AN = Contact(name="Trần Văn An", phone="0987654321", address="như trên")


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Tôi là NGUYỄN THỊ  LAN (nguyen thi lan)", "Tôi là * (*)"),
        ("Bà Thị Lan, tức Nguyễn Lan, đã đến", "Bà *, tức *, đã đến"),
        ("Chị Lan gọi; chi lan gọi lại, CHỊ LAN hỏi", "Chị * gọi; chi * gọi lại, CHỊ * hỏi"),
        ("Lan đã đến. Gặp Lan ở sân", "* đã đến. Gặp * ở sân"),
        ("làn đường, lan can, hoa lan", "làn đường, lan can, hoa lan"),
        ("đường Hoàng Lan, phố Lan Anh", "đường Hoàng Lan, phố Lan Anh"),
        ("nhà số 12, số 12, ngõ 5, nha 12", "nhà *, *, *, *"),
        ("số nhà 12 ngõ 5 trung kính", "*"),
        ("số 13, ngõ 55, 12 người, 5 lần", "số 13, ngõ 55, 12 người, 5 lần"),
        ("phường Yên Hòa, đường Trung Kính", "phường Yên Hòa, đường Trung Kính"),
        ("gọi 0912.345.678, +84 912 345 678, (84)912345678", "gọi *, +*, (*"),
        ("0912345679", "0912345679"),
        ("thư lan.nt@example.vn", "thư *"),
    ],
)
def test_of_a_person_nothing_is_left_and_of_others_all(words: str, left: str) -> None:
    person = KnownPerson([LAN])
    hidden = person.hide(words)
    assert hidden == left.replace("*", HIDDEN)
    assert person.hide(hidden) == hidden
    assert person.is_in(words) is (HIDDEN in hidden)


@pytest.mark.parametrize(
    ("name", "home", "words", "left"),
    [
        ("Nguyễn Văn Hùng", "3 Láng Hạ", "quán karaoke Hùng; gần nhà anh Hùng", "quán karaoke Hùng; gần nhà anh *"),
        ("Lê Thanh Xuân", "3 Láng Hạ", "karaoke Thanh Xuân, gần Thanh Xuân", "karaoke Thanh Xuân, gần Thanh Xuân"),
        ("Lê Thanh Xuân", "3 Láng Hạ", "Tôi là Thanh Xuân, quán Lê Thanh Xuân", "Tôi là *, quán *"),
        ("Lê Văn Lương", "3 Láng Hạ", "đường Lê Văn Lương; ông Lê Văn Lương", "đường Lê Văn Lương; ông *"),
        ("Trần Văn An", "số 12 ngõ 5 phố Láng Hạ", "số 12 phố Huế; 12 Hàng Đào", "số 12 phố Huế; 12 Hàng Đào"),
        ("Trần Văn An", "số 12 ngõ 5 phố Láng Hạ", "gần ngõ 5 Hàng Bông; ngõ 5 phố Láng Hạ", "gần ngõ 5 Hàng Bông; *"),
        ("Trần Văn An", "số 12 ngõ 5 phố Láng Hạ", "số 12 ngõ 5 phố Hàng Bông", "* * phố Hàng Bông"),
        ("Trần Văn An", "12, ngõ 5", "trước số 12 phố Hàng Bông", "trước * phố Hàng Bông"),
        ("Trần Văn An", "12 Láng Hạ", "số 12 Trần Văn An kiến nghị", "* * kiến nghị"),
    ],
)  # fmt: skip
def test_the_place_of_the_event_is_not_taken_for_the_person(name: str, home: str, words: str, left: str) -> None:
    person = KnownPerson([Contact(name=name, phone="0987654321", address=home)])
    assert person.hide(words) == left.replace("*", HIDDEN)


OFFICES = st.sampled_from(
    [
        "quầy",
        "Quầy",
        "quay",
        "ô",
        "cửa",
        "bàn",
        "phòng",
        "phiếu",
        "mẫu",
        "quầy tiếp nhận",
        "phòng tiếp dân",
        "quầy giao dịch",
        "quầy một cửa",
        "thứ tự",
        "biên nhận",
        "biên lai",
        "giấy hẹn",
        "hồ sơ",
        "công văn",
        "quyết định",
    ]
)
HOMES = st.sampled_from(
    ["Số {} ngõ 90 Láng", "số {}, ngách 12/3 Láng", "{} Trung Kính", "Số nhà {} phố Huế", "nhà {} thôn Đoài"]
)
AT_HOME = st.sampled_from(
    [
        "Tôi ở số {}",
        "toi o so {}",
        "nhà số {}",
        "Số {}",
        "gần nhà tôi, số {}",
        "người nhận: số {}",
        "ở nhà {}",
        "căn {}",
    ]
)


@given(home=HOMES, number=st.integers(1, 199), office=OFFICES, at_home=AT_HOME)
def test_a_counter_keeps_its_number_and_a_home_does_not(home: str, number: int, office: str, at_home: str) -> None:
    person = KnownPerson([replace(LAN, address=home.format(number))])
    counter, own = f"Cán bộ {office} số {number} hẹn tôi", at_home.format(number)
    assert person.hide(counter) == counter
    assert not person.is_in(counter)
    assert HIDDEN in person.hide(own)
    whole = home.format(number)
    for words in (f"{counter}. {own}", f"{own}; {counter}", f"{counter} ở {whole}", f"phòng {whole}", f"cửa {whole}"):
        assert str(number) not in person.hide(words).replace(counter, "").replace(HIDDEN, "")


@pytest.mark.parametrize("home", ["Phòng số 3 nhà B ngõ 9", "P. 3 nhà B ngõ 9", "phòng 3, CT2"])
def test_a_room_that_is_the_home_is_hidden(home: str) -> None:
    person = KnownPerson([replace(LAN, address=home)])
    assert "3" not in person.hide("Tôi ở phòng số 3")
    assert person.hide("Quầy số 3") == "Quầy số 3"


@pytest.mark.parametrize(
    "words",
    ["báo Công An phường", "xã An Khánh", "an ninh, an toàn", "con ăn cơm, chị ăn", "phố cổ Hội An", "như trên"],
)
def test_a_common_given_name_is_no_word_of_its_own(words: str) -> None:
    assert KnownPerson([AN]).hide(words) == words


def test_numbers_of_zalo_are_known_too() -> None:
    person = KnownPerson([], "4572947693969771653")
    assert person.hide("id 4572947693969771653") == f"id {HIDDEN}"
    assert person.is_in('{"id":"x4572947693969771653"}')
    assert not person.is_in("")


@pytest.mark.parametrize("piece", ["a", "Lan ", "1", "1 ", "số ", "Nguyễn\n", "Nguyễn Thị ", " ", "\n", "́", "ngõ 5 "])
def test_the_time_is_linear(piece: str) -> None:
    person = KnownPerson([LAN, AN], "4572947693969771653")
    began = time.process_time()
    person.hide(piece * (20_000 // len(piece)))
    assert time.process_time() - began < 1


FORMS = [
    "Số 77, ngõ 5 Trung Kính",
    "số 77 ngõ 5",
    "77, ngõ 5",
    "77/5 Trung Kính",
    "Nhà 77 ngõ 5 phố Trung Kính, Yên Hòa",
]


@pytest.mark.parametrize("home", FORMS)
@pytest.mark.parametrize(
    "words",
    [*FORMS, "Nhà tôi ở 77", "nha toi o 77 ngo 5", "tôi trú tại 77, ngõ 5", "số nhà 77 ngõ 5", "77 ngo 5, Trung Kinh"],
)
def test_another_form_of_the_same_address_is_found(home: str, words: str) -> None:
    person = KnownPerson([replace(LAN, address=home)])
    hidden = person.hide(f"Phản ánh: {words}.")
    assert "77" not in hidden
    assert "5" not in hidden
    assert person.hide(hidden) == hidden
    assert person.is_in(words)


@pytest.mark.parametrize("words", ["77 hộ dân", "12 phường, 77 xã", "quầy 77", "ô 77", "5 lần trong 77 ngày", "mục 5"])
def test_a_number_of_the_address_that_is_no_address_stays(words: str) -> None:
    person = KnownPerson([replace(LAN, address="Số 77, ngõ 5 Trung Kính, phường Yên Hòa, xã Dịch Vọng")])
    assert person.hide(words) == words


def test_a_building_named_by_letters_and_a_number_is_a_home() -> None:
    person = KnownPerson([replace(LAN, address="P1203 CT2 Xala")])
    assert person.hide("Nhà tôi ở CT2, căn P1203") == f"Nhà tôi ở {HIDDEN}, {HIDDEN}"
