"""Addresses such as "the same as above", and polite words after an address."""

from __future__ import annotations

import pytest

from petitions.domain.conversation.same_place import beside_place, is_as_above, tidy_address
from tests.unit.conversation.ways import draft, talk
from tests.unit.world import World

LANE = "đầu ngõ 42 Vọng Thị, phường Tây Hồ"
HOUSES = "chung cư HH2 Linh Đàm, phường Hoàng Liệt"


@pytest.mark.parametrize(
    "address", ["như trên", "ở đó luôn", "nhà tôi đấy chứ đâu", "dia chi cug cho do", "same place", "nt", "tại đấy"]
)
def test_the_place_itself(address: str) -> None:
    assert is_as_above(address)


@pytest.mark.parametrize("address", ["12 Trung Kính", "ngõ Đỏ", "phường Đông Anh", "17 ngõ đó", "nhà tôi", ""])
def test_another_address(address: str) -> None:
    assert not is_as_above(address)


@pytest.mark.parametrize(
    ("address", "place", "whole"),
    [
        ("so nha 17 ngo do luon", LANE, "so nha 17 ngõ 42 Vọng Thị, phường Tây Hồ"),
        ("số 5 cùng ngõ", LANE, "số 5 ngõ 42 Vọng Thị, phường Tây Hồ"),
        ("ngo do luon, nha so 9", LANE, "nha so 9 ngõ 42 Vọng Thị, phường Tây Hồ"),
        ("cùng phường luôn, số 44 ngõ 3 Tô Hiệu", LANE, "số 44 ngõ 3 Tô Hiệu, phường Tây Hồ"),
        ("phòng 503 chung cư đó", HOUSES, "phòng 503 chung cư HH2 Linh Đàm, phường Hoàng Liệt"),
        ("phòng 503 tòa này", LANE, f"phòng 503, {LANE}"),
        ("cũng ngõ đó", LANE, LANE),
    ],
)
def test_a_pointing_word_is_put_in_full(address: str, place: str, whole: str) -> None:
    assert beside_place(address, place) == whole


@pytest.mark.parametrize(
    "address",
    [
        "12 Ngõ Đỏ",
        "90 Nguyễn Khang",
        "P1204 toà CT3 khu đô thị Mỹ Đình",
        "khu do thi My Dinh",
        "thôn Đoài, xã Thượng Phúc",
        "ngõ 5 Chợ Đồn",
        "",
    ],
)
def test_what_points_at_nothing(address: str) -> None:
    assert beside_place(address, LANE) is None
    assert beside_place("17 ngõ đó", None) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("15 ngõ 98 Tô Hiệu nhé", "15 ngõ 98 Tô Hiệu"), ("9 Láng ạ nhé", "9 Láng"), ("12 Nha", "12 Nha"), ("nhé", "nhé")],
)
def test_courtesy_is_no_part_of_an_address(typed: str, kept: str) -> None:
    assert tidy_address(typed) == kept


NO_PLACE = "Cán bộ thu tiền sai ở bộ phận một cửa, thu 500 nghìn không hóa đơn, đề nghị bỏ khoản thu này"


@pytest.mark.parametrize("pointing", ["NHƯ TRÊN", "ở đó luôn", "tại đây"])
def test_a_place_that_points_at_nothing_is_asked_for_again(pointing: str) -> None:
    world = World()
    assert "Sự việc xảy ra ở đâu?" in world.types(NO_PLACE, "đồng ý", pointing)
    assert "address" not in draft(world)
    world.types("phường Cầu Giấy")
    assert draft(world)["address"] == "phường Cầu Giấy"


@pytest.mark.parametrize("same", ["1", "NHƯ TRÊN"])
def test_a_home_is_not_like_a_place_that_nobody_knows(same: str) -> None:
    world = World()
    world.types(NO_PLACE, "đồng ý", "bỏ qua", "tôi là Bùi Văn Cáu, 0912340091")
    reply = world.types(same)
    assert "Nơi xảy ra chưa rõ" in reply
    assert (talk(world)["step"], "residence" in draft(world)) == ("residence", False)
    world.types("phường Cầu Giấy")
    assert draft(world)["residence"] == "phường Cầu Giấy"
