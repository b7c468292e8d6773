"""Hard cases of whose a value is: places that name somebody, values without an owner, and those of the story."""

from __future__ import annotations

import pytest

from tests.unit.conversation.test_whose_values import TO, WAS, told, values
from tests.unit.conversation.ways import draft, talk
from tests.unit.world import World

NOBODYS = dict.fromkeys(WAS)


def asked(step: str, *messages: str) -> World:
    """Bring a citizen to a step and have them write these messages."""
    world = World().has_a_coordinator()
    world.types(*TO[step])
    world.clock.advance(seconds=30)
    world.types(*messages)
    return world


@pytest.mark.parametrize(
    "words",
    [
        "kẻ đó là anh Sơn công an phường Hà Đông, số 0977123456",
        "anh Sơn công an phường Hà Đông",
        "ông chủ tịch phường Yên Hòa",
        "ke do la anh son cong an phuong ha dong",
        "thằng Dũng cán bộ phường Hà Đông",
    ],
)
def test_somebody_is_no_place_and_stays_in_the_story(words: str) -> None:
    world = asked("address", words)
    assert draft(world).get("address") is None
    assert words in told(world)
    assert "Sự việc xảy ra ở đâu?" in world.last_reply()
    assert values(world) == NOBODYS
    world.types("cũng là ông Sơn công an phường Hà Đông ấy")
    assert draft(world)["address"] == "chưa rõ"


def test_a_petition_that_names_the_accused_as_the_place_is_closed() -> None:
    world = asked("address", "kẻ đó là anh Sơn công an phường Hà Đông, số 0977123456", "BỎ QUA")
    world.types("Lê Thị Mai, 5 Lê Lợi, phường Hà Đông, 0987654321", "1")
    (petition,) = world.petitions()
    world.routing(petition.code)
    (petition,) = world.petitions()
    assert petition.grounds


@pytest.mark.parametrize(
    ("words", "place", "kept"),
    [
        ("nhà bà Hoa số 5 ngõ 3 Tô Hiệu, phường Hà Đông", "số 5 ngõ 3 Tô Hiệu, phường Hà Đông", False),
        ("nhà ông ấy ở 17 Hàng Bài", "17 Hàng Bài", False),
        ("Công an phường Hà Đông", "Công an phường Hà Đông", False),
        ("bộ phận một cửa phường Cửa Nam", "phường Cửa Nam", False),
        ("quận Hai Bà Trưng, 12 phố Bà Triệu", "12 phố Bà Triệu", False),
        ("chợ Phùng Khoang, hỏi bà Tám bán rau", "chợ Phùng Khoang", True),
        ("công an phường Hà Đông, anh Sơn làm", "công an phường Hà Đông", True),
        ("Anh Sơn công an phường Hà Đông đòi tiền tôi ở 12 Trần Phú", "12 Trần Phú", True),
    ],
)
def test_a_place_is_taken_and_what_tells_of_somebody_kept(words: str, place: str, kept: object) -> None:
    world = asked("address", words)
    assert place in draft(world)["address"]
    assert (words in told(world)) == kept
    assert values(world) == NOBODYS


def test_somebody_is_no_place_at_the_summary_either() -> None:
    world = asked("confirm", "nơi xảy ra là anh Sơn công an phường Hà Đông")
    assert draft(world)["address"] == "88 Tô Hiệu"
    assert "anh Sơn công an phường Hà Đông" in told(world)
    assert talk(world)["step"] == "address"
    assert values(world) == WAS
