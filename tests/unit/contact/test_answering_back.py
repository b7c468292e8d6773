"""What a citizen writes after an officer's answer in the inbox goes back to that officer's request."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.citizen.situation import ANSWERING_BACK_FOR
from petitions.domain.contact.contact_request import ContactOutcome
from tests.unit.conversation.ways import DUTY, spoken, the_request
from tests.unit.reminders.staff import mails
from tests.unit.world import World

BACK = "Tôi đang trả lời cán bộ mà"


@pytest.fixture
def world() -> World:
    return spoken(World().has_a_coordinator())


@pytest.mark.parametrize(
    "words",
    [
        BACK,
        "Vâng đúng rồi ạ",
        "Cháu nộp hồ sơ hôm thứ hai tuần trước",
        "Thế bao giờ thì xong ạ?",
        "Biên nhận số 123",
        "Anh gọi lại cho tôi sau 5 giờ nhé",
    ],
)
@pytest.mark.parametrize("files", [False, True])
def test_it_joins_the_request_and_asks_for_attention(words: str, *, files: bool) -> None:
    world = spoken(World().has_a_coordinator(), files=files)
    before, petitions, told = the_request(world), len(world.petitions()), len(mails(world, "contact"))
    reply = world.types(words)
    after = the_request(world)
    assert after.text == f"{before.text}\n{words}"
    assert after.state == "new"
    assert after.see_by is not None
    assert after.see_by > world.clock.now()
    assert after.next_attempt_at == after.see_by
    assert after.answer == "Anh/chị cần giúp việc gì ạ?"
    assert len(mails(world, "contact")) == told + 1
    assert "cuộc trao đổi" in reply
    assert (world.talk()["step"], len(world.petitions())) == ("idle", petitions)


def test_more_of_it_before_anybody_looked_is_one_mail(world: World) -> None:
    world.types(BACK)
    reply = world.types("Biên nhận số 123")
    assert the_request(world).text.endswith("mà\nBiên nhận số 123")
    assert len(mails(world, "contact")) == 2
    assert "đang chờ" in reply


def test_a_request_closed_meanwhile_is_open_again(world: World) -> None:
    world.handle_contact.close(DUTY, the_request(world).id, ContactOutcome.HELPED)
    world.types(BACK)
    after = the_request(world)
    assert (after.state, after.outcome, after.closed_by, after.closed_at) == ("new", None, None, None)


def test_after_two_days_it_is_no_reply_any_more(world: World) -> None:
    world.clock.advance(seconds=(ANSWERING_BACK_FOR + timedelta(minutes=1)).total_seconds())
    world.types(BACK)
    assert the_request(world).state == "answered"


def test_what_is_surely_something_else_keeps_its_meaning(world: World) -> None:
    assert "đồng ý" in world.types("Tôi muốn gửi thêm một phản ánh mới về rác thải")
    world.types("hủy")
    assert "1. Xóa" in world.types("xóa dữ liệu của tôi")
    world.types("2")
    assert "Hiện không có phản ánh nào" in world.types("tôi muốn rút phản ánh")
    assert the_request(world).state == "answered"


def test_danger_is_warned_of_whoever_it_was_said_to(world: World) -> None:
    assert "114" in world.types("cháy nhà cứu với")


@pytest.mark.parametrize(("number", "state", "step"), [("1", "new", "idle"), ("2", "answered", "consent")])
def test_what_may_be_a_new_matter_is_asked_about(world: World, number: str, state: str, step: str) -> None:
    words = "Cán bộ một cửa phường trả chậm khi làm khai sinh"
    asked = world.types(words)
    assert "1. Trả lời cán bộ\n2. Gửi một phản ánh mới" in asked
    assert (the_request(world).state, world.talk()["step"]) == ("answered", "idle")
    world.types(number)
    assert (the_request(world).state, world.talk()["step"]) == (state, step)
    assert (words in the_request(world).text) == (number == "1")


def test_a_choice_is_of_the_time_of_its_question(world: World) -> None:
    world.clock.advance(hours=47)
    world.types("Cán bộ một cửa phường trả chậm khi làm khai sinh")
    world.clock.advance(hours=3)
    assert "cuộc trao đổi" in world.types("1")


def test_what_is_said_after_a_petition_was_filed_is_about_the_petition(world: World) -> None:
    world.files("Tôi muốn gửi thêm một phản ánh mới: một cửa phường trả chậm khi làm khai sinh")
    world.clock.advance(hours=1)
    world.tells("Tôi muốn bổ sung: biên nhận số 123", "Nói thêm về phản ánh đã gửi")
    assert the_request(world).state == "answered"
