from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.contact.contact_request import ContactOutcome
from petitions.domain.conversation.dialogue import ANSWERING_BACK_FOR
from petitions.domain.understanding import commands as c
from tests.unit.conversation.answers import IMAGE
from tests.unit.conversation.scripted import means
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
    before, petitions, mailed = the_request(world), len(world.petitions()), len(mails(world, "contact"))
    reply = world.types(words)
    after = the_request(world)
    assert after.text == f"{before.text}\n{words}"
    assert after.state == "new"
    assert after.see_by is not None
    assert after.see_by > world.clock.now()
    assert after.next_attempt_at == after.see_by
    assert after.answer == "Anh/chị cần giúp việc gì ạ?"
    assert len(mails(world, "contact")) == mailed + 1
    assert "cuộc trao đổi" in reply
    assert (world.talk()["step"], len(world.petitions())) == ("idle", petitions)


def test_more_of_it_before_anybody_looked_is_one_mail(world: World) -> None:
    world.types(BACK)
    reply = world.types("Biên nhận số 123")
    assert the_request(world).text.endswith("mà\nBiên nhận số 123")
    assert len(mails(world, "contact")) == 2
    assert "Cán bộ chưa mở" in reply


def test_a_request_closed_meanwhile_is_open_again(world: World) -> None:
    world.handle_contact.close(DUTY, the_request(world).id, ContactOutcome.HELPED)
    world.types(BACK)
    after = the_request(world)
    assert (after.state, after.outcome, after.closed_by, after.closed_at) == ("new", None, None, None)


def test_after_two_days_it_is_no_reply_any_more(world: World) -> None:
    world.clock.advance(seconds=(ANSWERING_BACK_FOR + timedelta(minutes=1)).total_seconds())
    world.types(BACK)
    assert the_request(world).state == "answered"


@pytest.mark.parametrize(
    "command",
    [
        c.Tell(),
        c.Add(),
        c.Give(field="phone", value="0911222333"),
        c.Affirm(),
        c.Deny(),
        c.Choose(number=1),
        c.Unclear(),
    ],
)
def test_message_to_a_waiting_officer_is_passed_on_unchanged(world: World, command: c.Command) -> None:
    means(world, "cháu nộp hồ sơ hôm thứ hai tuần trước", command)
    assert the_request(world).text.endswith("\ncháu nộp hồ sơ hôm thứ hai tuần trước")
    assert (world.talk()["step"], world.petitions()) == ("idle", [])


def test_the_words_of_the_menu_keep_their_meaning(world: World) -> None:
    assert "mô tả sự việc" in world.types("phản ánh mới", "đồng ý")
    world.types("hủy")
    assert "1. Xóa" in world.types("xóa dữ liệu của tôi")
    world.types("2")
    assert "chưa gửi phản ánh nào" in world.types("rút phản ánh")
    assert the_request(world).state == "answered"


def test_danger_in_a_message_to_an_officer_gets_a_warning(world: World) -> None:
    assert "114" in means(world, "cháy nhà cứu với", c.Danger(kind="fire"))


def test_message_after_filing_is_about_the_petition(world: World) -> None:
    world.types("phản ánh mới")
    world.files()
    world.clock.advance(hours=1)
    means(world, "Biên nhận số 123", c.Add())
    assert the_request(world).state == "answered"
    assert [addition.text for addition in world.petitions()[0].additions] == ["Biên nhận số 123"]


def test_a_picture_for_the_officer_has_an_owner(world: World) -> None:
    world.intake(world.event("user_send_image", IMAGE))
    assert "image" in str(world.talk())
    assert world.last_reply()
