"""Short requests: another contact channel, who reads the petition, a mistaken message, showing something again."""

from __future__ import annotations

import pytest

from petitions.domain.contact.contact_request import ContactRequest
from petitions.domain.understanding import commands as c
from petitions.ports.files import Download
from tests import media
from tests.unit.conversation.scripted import means
from tests.unit.conversation.ways import STORY, answered, at, draft, story, talk
from tests.unit.world import World

NOT_HERE = "đừng cho ai gọi vào số này, gọi số em gái tôi 0983777222"
READ = "đừng nhắn tin cho em nữa, chồng em đọc được"


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


def sends_picture(world: World, name: str) -> None:
    world.clock.advance(seconds=30)
    world.links.links[f"https://f1.zdn.vn/{name}"] = Download(media.jpeg())
    image = {"attachments": [{"type": "image", "payload": {"url": f"https://f1.zdn.vn/{name}"}}]}
    world.intake(world.event("user_send_image", image))
    world.clock.advance(seconds=30)


def pictures(world: World) -> list[str]:
    return [part["url"].rpartition("/")[2] for part in draft(world)["parts"] if part["type"] == "image"]


def requests(world: World) -> list[ContactRequest]:
    found = world.store.paths("contact_requests")
    return [ContactRequest.model_validate(world.store.documents[path]) for path in found]


@pytest.mark.parametrize("words", [NOT_HERE, "gọi cho tôi chứ đừng gọi cho mẹ tôi"])
def test_how_to_be_reached_stays_with_the_petition_and_calls_nobody(world: World, words: str) -> None:
    petition = world.files(STORY)
    world.clock.advance(hours=1)
    reply = world.types(words)
    assert f"hồ sơ {petition.code}" in reply
    (after,) = world.petitions()
    assert [one.text for one in after.additions] == [words]
    assert (requests(world), after.contact) == ([], petition.contact)


def test_how_to_be_reached_stays_in_the_draft(world: World) -> None:
    at(world, "confirm")
    assert "Đã ghi vào nội dung" in world.types(NOT_HERE)
    assert NOT_HERE in story(world)
    assert draft(world)["phone"] != "84983777222"


@pytest.mark.parametrize("words", [READ, "chồng tôi xem máy tôi thì sao"])
def test_whoever_fears_readers_is_told_what_they_read_and_asked_nothing(world: World, words: str) -> None:
    world.files(STORY)
    world.clock.advance(hours=1)
    reply = world.types(words)
    assert "xóa cuộc trò chuyện" in reply
    assert "question" not in talk(world)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("xóa ảnh vừa gửi", ["1.jpg"]), ("bỏ cái ảnh cuối đi", ["1.jpg"]), ("bỏ hết ảnh", []),
        ("thôi không gửi ảnh nữa", ["1.jpg", "2.jpg"]), ("thoi khong gui anh nua bo anh di", ["1.jpg", "2.jpg"]),
    ],
)  # fmt: skip
def test_a_picture_is_left_out_and_never_the_petition(world: World, words: str, left: list[str]) -> None:
    at(world, "address")
    for name in ("1.jpg", "2.jpg"):
        sends_picture(world, name)
    reply = world.types(words)
    assert pictures(world) == left
    assert STORY in story(world)
    assert "Đã hủy" not in reply
    assert ("Đã bỏ" in reply) == (len(left) < 2)


def test_the_only_picture_is_meant_and_without_one_nothing_is_dropped(world: World) -> None:
    at(world, "address")
    assert "không có ảnh" in world.types("thôi không gửi ảnh nữa")
    sends_picture(world, "1.jpg")
    assert "Đã bỏ 1" in world.types("thoi khong gui anh nua bo anh di")
    assert pictures(world) == []
    assert STORY in story(world)


def test_a_link_sent_by_mistake_leaves_the_draft_and_locks_nothing(world: World) -> None:
    means(world, f"{STORY} https://example.com/nham", c.Tell())
    world.clock.advance(seconds=30)
    reply = world.types("em gửi nhầm link, bỏ cái link đó đi")
    assert "Đã bỏ liên kết" in reply
    assert "Đã khóa" not in reply
    assert story(world) == STORY


@pytest.mark.parametrize("words", ["nhầm rồi, bỏ qua link vừa gửi", "xóa ảnh vừa gửi"])
def test_what_was_filed_by_mistake_is_passed_on(world: World, words: str) -> None:
    petition = world.files(STORY)
    world.clock.advance(hours=1)
    reply = world.types(words)
    assert f"trong phản ánh {petition.code}" in reply
    assert [one.text for one in world.petitions()[0].additions] == [words]


def test_an_objection_in_the_name_of_the_family_reopens_nothing(world: World) -> None:
    answered(world)
    world.types("mẹ em không muốn đăng lên mạng đâu, gỡ xuống giúp em")
    assert [one.why for one in requests(world)] == ["publication"]


def test_a_petition_is_shown_again_while_a_reason_for_its_review_is_asked(world: World) -> None:
    petition = answered(world)
    world.types("mở lại")
    before = world.petitions()[0].additions
    world.clock.advance(seconds=30)
    reply = world.types("xem lại phản ánh")
    assert petition.content in reply
    assert world.petitions()[0].additions == before
