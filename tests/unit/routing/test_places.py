from __future__ import annotations

from functools import cache

import pytest

from petitions.adapters import reference
from petitions.domain.petition.petition import Location
from petitions.domain.routing.places import PlaceMatch, Places
from petitions.domain.routing.routing_rules import RoutingRules
from petitions.domain.routing.typos import closest
from petitions.domain.units.directory import Directory

HOANG_MAI, PHUONG_LIET, DUONG_HOA, BA_DINH = "PX-00331", "PX-00352", "PX-09856", "PX-00004"


@cache
def places() -> Places:
    directory = Directory.load(reference.raw("directory.json"))
    return Places(directory, ["Bắc Ninh", "Hải Phòng", "Vĩnh Phúc"])


@cache
def streets() -> Places:
    rules = RoutingRules.load(reference.raw("routing_rules.json"))
    return Places(Directory.load(reference.raw("directory.json")), landmarks=rules.landmarks)


def find(text: str, address: str | None = None, location: Location | None = None) -> PlaceMatch:
    return places().find(text, address, location)


@pytest.mark.parametrize(
    ("text", "ward"),
    [
        ("phường Hoàng Mai", HOANG_MAI),
        ("p. Hoàng Mai", HOANG_MAI),
        ("phuong hoang mai bi ngap", HOANG_MAI),
        ("Hoang Mai ward", HOANG_MAI),
        ("phường Khương Mai cũ", PHUONG_LIET),
        ("trc là p. Khương Mai", PHUONG_LIET),
        ("phuong phuong liet", PHUONG_LIET),
        ("xã Yên Sở huyện Hoài Đức", DUONG_HOA),
        ("phường Yên Sở", "PX-00340"),
        ("xã Thanh Trì", "PX-00640"),
        ("phường Nguyễn Trung Trực cũ", BA_DINH),
        ("phường Kim Giang cũ nay là phường Khương Đình", "PX-00364"),
        ("phường Định Công, Hoàng Mai, Hà Nội", "PX-00316"),
        ("thị trấn Trạm Trôi", "PX-09832"),
        ("XÃ PHÚ XUYÊN", "PX-10273"),
    ],
)
def test_a_name_with_its_type_is_sure(text: str, ward: str) -> None:
    found = find(text)
    assert (found.ward, found.sure) == (ward, True), found


def test_a_district_is_not_the_ward_of_the_same_name() -> None:
    found = find("Nhiều rác ở quận Hoàng Mai")
    assert not found.sure
    assert found.doubt
    assert len(found.wards) > 5


def test_type_distinguishes_a_former_ward_from_a_present_one() -> None:
    old = find("phường Thanh Trì")
    assert old.ward != "PX-00640"
    assert find("phường Trần Phú").ward != "PX-10081"


def test_ambiguous_name_is_asked_about_until_the_district_is_given() -> None:
    found = find("phường Minh Khai")
    assert found.doubt
    assert not found.sure
    narrowed = find("phường Minh Khai, quận Hai Bà Trưng")
    assert not narrowed.doubt
    assert len(narrowed.wards) < len(found.wards)


def test_a_split_ward_gives_all_candidates_the_largest_part_first() -> None:
    found = find("phường Kim Mã cũ")
    assert not found.sure
    assert not found.doubt
    assert len(found.wards) == 3
    assert found.wards[0].share > found.wards[1].share


@pytest.mark.parametrize("text", ["cầu Thanh Trì kẹt xe", "đường Kim Mã ngập", "104A Đội Cấn", "Kim Ma street"])
def test_a_street_only_hints(text: str) -> None:
    found = find(text)
    assert found.wards
    assert not found.sure


@pytest.mark.parametrize(
    "text",
    ["xã hội hóa", "phường tôi rất bẩn", "phường đã báo", "đối phương", "địa phương liệt kê", "", "phường"],
)
def test_words_that_only_look_like_a_ward(text: str) -> None:
    assert not find(text).wards


@pytest.mark.parametrize("text", ["phường hoagn mai bị ngập", "p.Hoàg Mai", "phuong hoanh mai"])
def test_a_typing_error_after_the_type_is_guessed_but_not_sure(text: str) -> None:
    found = find(text)
    assert found.ward == HOANG_MAI
    assert not found.sure


def test_a_typing_error_between_two_names_is_not_guessed() -> None:
    assert closest(["kim", "mo"], ["kim ma", "kim me"]) is None
    assert closest(["hoang", "mia", "ngap"], ["hoang mai", "mai dong"]) == ("hoang mai", 2)
    assert closest(["ab"], ["ac"]) is None


def test_the_address_goes_before_the_text() -> None:
    found = find("Tôi ở phường Láng nhưng rác ở chỗ khác", "ngõ 5, phường Bạch Mai")
    assert found.ward == "PX-00292"
    bare = find("Rác nhiều", "12 Lạc Trung, Vĩnh Tuy")
    assert bare.ward == "PX-00283"


def test_another_province_is_outside_but_a_ward_of_its_name_is_not() -> None:
    assert find("Đường tỉnh 295 ở Bắc Ninh sạt lở").outside
    assert find("", "tp Hải Phòng").outside
    assert not find("phường Vĩnh Phúc ngập").outside
    assert not find("xe khách Hà Nội - Hải Phòng bắt khách ở phường Láng").outside
    assert not find("nhà xe đi Bắc Ninh lấn vỉa hè").outside


def test_a_location_suggests_puts_candidates_in_order_and_may_be_outside() -> None:
    ha_dong = find("", None, Location(latitude=20.969, longitude=105.779))
    assert ha_dong.ward == "PX-09556"
    assert not ha_dong.sure
    assert find("", None, Location(latitude=10.77, longitude=106.7)).outside
    assert find("", None, Location(latitude=float("nan"), longitude=105.8)).outside
    kim_ma = find("phường Kim Mã cũ", None, Location(latitude=21.0333, longitude=105.8264))
    assert kim_ma.ward in {"PX-00008", "PX-00004", "PX-00025"}
    assert kim_ma.wards[0].share > kim_ma.wards[1].share


def test_a_street_through_several_wards_suggests_them_in_order() -> None:
    found = streets().find("Vỉa hè phố Kim Mã bị chiếm")
    assert [ward.code for ward in found.wards] == ["PX-00025", "PX-00008", "PX-00004"]
    assert not found.sure


def test_a_street_named_like_former_wards_means_the_street() -> None:
    assert streets().find("Quán ở phố Minh Khai").ward == "PX-00292"
    assert streets().find("Quán ở phường Minh Khai cũ, quận Bắc Từ Liêm").ward == "PX-00613"


@pytest.mark.parametrize(
    ("text", "ward"),
    [
        ("Gần Times City", "PX-00283"),
        ("Làng Cự Đà phơi miến", "PX-10126"),
        ("thôn Triều Khúc", "PX-00643"),
        ("Chợ Nành đông", "PX-00541"),
    ],
)
def test_villages_and_landmarks_hint_at_a_ward(text: str, ward: str) -> None:
    found = streets().find(text)
    assert (found.ward, found.sure) == (ward, False)


@pytest.mark.parametrize(
    ("text", "ward"),
    [
        ("thị trấn Tây Đằng", "Quảng Oai"),
        ("xã Chu Minh", "Quảng Oai"),
        ("phường Yên Sở cũ", "Yên Sở"),
        ("phường Đông Ngạc cũ", "Đông Ngạc"),
        ("xã Tân Lập, huyện Đan Phượng", "Ô Diên"),
        ("xã Vân Canh cũ", "Sơn Đồng"),
        ("phường Nam Đồng cũ", "Đống Đa"),
        ("phường Nhật Tân cũ", "Tây Hồ"),
    ],
)
def test_the_heir_of_a_split_ward_is_the_one_with_the_largest_part(text: str, ward: str) -> None:
    directory = Directory.load(reference.raw("directory.json"))
    found = directory.ward(find(text).ward or "")
    assert found
    assert found.bare == ward


def test_two_wards_named_alike_leave_a_question() -> None:
    found = find("Ranh giới phường Hoàng Liệt và phường Định Công")
    assert {candidate.code for candidate in found.wards} == {"PX-00337", "PX-00316"}
    assert not found.sure
