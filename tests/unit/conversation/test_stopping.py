"""Erasure and withdrawal are irreversible, so the bot first asks for a clear yes."""

from __future__ import annotations

import pytest

from petitions.domain.lifecycle.states import State
from petitions.domain.understanding import commands as c
from tests.unit.conversation.answers import CODE, IMAGE
from tests.unit.conversation.scripted import means, read
from tests.unit.conversation.ways import AFTER_CONSENT, STORY, at, draft, requests, talk
from tests.unit.petition.handling import routed
from tests.unit.world import World

ERASING = "Anh/chị muốn xóa dữ liệu cá nhân"
WITHDRAWING = "chắc chắn muốn rút phản ánh"


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


def erased(world: World) -> bool:
    return "erased_at" in world.citizen()


def withdrawing(world: World) -> World:
    routed(world)
    assert WITHDRAWING in world.types("rút phản ánh")
    return world


def erasing(world: World) -> World:
    routed(world)
    assert ERASING in world.types("xóa dữ liệu của tôi")
    return world


# Erasure.


@pytest.mark.parametrize("step", AFTER_CONSENT)
def test_a_draft_and_consent_go_with_an_erasure_that_is_confirmed(world: World, step: str) -> None:
    at(world, step).types("xóa dữ liệu của tôi")
    assert not erased(world)
    assert "đang được xóa" in world.types("1")
    assert erased(world)
    assert world.citizen().get("consent") is None
    assert "draft" not in talk(world)


@pytest.mark.parametrize("text", ["1", "1. Xóa", "xóa dữ liệu"])
def test_an_erasure_is_confirmed_in_several_ways(world: World, text: str) -> None:
    erasing(world).types(text)
    assert erased(world)


@pytest.mark.parametrize("commands", [(c.Affirm(),), (c.Erase(),), (c.Affirm(), c.Erase())])
def test_an_erasure_is_confirmed_in_words(world: World, commands: tuple[c.Command, ...]) -> None:
    means(erasing(world), "vâng, xóa đi", *commands)
    assert erased(world)


@pytest.mark.parametrize("text", ["2", "0", "không", "hủy", "2. Không xóa"])
def test_an_erasure_that_is_declined_changes_nothing(world: World, text: str) -> None:
    at(world, "phone").types("xóa dữ liệu của tôi", text)
    assert not erased(world)
    assert "question" not in talk(world)
    world.types("0987654321", "1")
    assert len(world.petitions()) == 1


@pytest.mark.parametrize("commands", [(c.Affirm(), c.Deny()), (c.Erase(), c.Deny())])
def test_a_yes_beside_a_no_erases_nothing(world: World, commands: tuple[c.Command, ...]) -> None:
    means(erasing(world), "vâng à mà không", *commands)
    assert not erased(world)


BESIDE = [c.Ask(topic="other"), c.Status(), c.Unclear(), c.Talk(), c.Feedback(), c.WithdrawConsent()]


@pytest.mark.parametrize("command", BESIDE)
def test_after_a_question_or_a_doubt_it_is_asked_again(world: World, command: c.Command) -> None:
    assert ERASING in means(erasing(world), "có ảnh hưởng gì không", command)
    assert not erased(world)
    world.types("1")
    assert erased(world)


@pytest.mark.parametrize("command", [c.Finish(), c.Choose(number=9)])
def test_something_else_closes_the_question_so_that_no_later_number_erases(world: World, command: c.Command) -> None:
    means(erasing(world), "chuyện khác", command)
    world.types("1")
    assert not erased(world)


@pytest.mark.parametrize("text", ["xóa dữ liệu của tôi", "XÓA DỮ LIỆU CỦA TÔI", "xoa du lieu", "delete my data"])
def test_the_words_that_the_bot_teaches_are_understood(world: World, text: str) -> None:
    world.types(text)
    assert talk(world)["question"]["purpose"] == "erase"


def test_who_takes_consent_back_is_asked_about_erasure(world: World) -> None:
    routed(world)
    assert ERASING in means(world, "tôi rút lại sự đồng ý xử lý dữ liệu", c.WithdrawConsent())
    assert world.petitions()[0].state is not State.WITHDRAWN


# Withdrawal.


@pytest.mark.parametrize("commands", [(c.Affirm(),), (c.Withdraw(),), (c.Choose(number=1),)])
def test_a_withdrawal_is_confirmed(world: World, commands: tuple[c.Command, ...]) -> None:
    means(withdrawing(world), "ừ rút đi", *commands, chance=0.99)
    assert world.petitions()[0].state is State.WITHDRAWN


@pytest.mark.parametrize("commands", [(c.Deny(),), (c.Cancel(),), (c.Choose(number=2),), (c.Withdraw(), c.Deny())])
def test_holding_back_withdraws_nothing(world: World, commands: tuple[c.Command, ...]) -> None:
    means(withdrawing(world), "khoan đã", *commands)
    assert world.petitions()[0].state is State.NEW
    assert talk(world)["step"] == "idle"


def test_a_withdrawal_is_asked_about_again_after_a_doubt(world: World) -> None:
    assert WITHDRAWING in means(withdrawing(world), "thế là sao", c.Unclear())
    world.types("1")
    assert world.petitions()[0].state is State.WITHDRAWN


def test_a_question_that_hurts_is_open_for_a_day(world: World) -> None:
    withdrawing(world).clock.advance(hours=25)
    world.types("1")
    assert world.petitions()[0].state is State.NEW


def test_whoever_is_asked_whether_to_withdraw_may_want_to_be_erased(world: World) -> None:
    assert ERASING in withdrawing(world).types("xóa dữ liệu của tôi")
    world.types("2", "1")
    assert world.petitions()[0].state is State.NEW


@pytest.mark.parametrize("command", BESIDE)
def test_a_message_sent_before_the_question_leaves_it_open_and_repeats_it(world: World, command: c.Command) -> None:
    routed(world)
    read(world, "việc của tôi tới đâu rồi", command)
    late = world.event("user_send_text", {"text": "việc của tôi tới đâu rồi"})
    world.clock.advance(seconds=1)
    assert ERASING in world.types("xóa dữ liệu của tôi")
    world.intake(late)
    assert ERASING in world.last_reply()
    world.types("1")
    assert erased(world)


def test_after_the_state_of_a_petition_named_by_its_code_erasure_is_asked_again(world: World) -> None:
    code = erasing(world).petitions()[0].code
    reply = world.types(f"cho hỏi {code} xử lý tới đâu rồi")
    assert f"{code}: " in reply
    assert ERASING in reply
    world.types("1")
    assert erased(world)


def test_a_code_of_another_petition_is_looked_up_and_withdraws_nothing(world: World) -> None:
    assert "Không có phản ánh nào với mã" in withdrawing(world).types(CODE)
    assert world.petitions()[0].state is State.NEW


def test_where_nothing_is_filed_there_is_nothing_to_withdraw(world: World) -> None:
    assert "chưa gửi phản ánh nào" in world.types("rút phản ánh")


def test_within_a_draft_a_wish_to_withdraw_drops_it(world: World) -> None:
    at(world, "name")
    assert "Đã hủy" in means(world, "thôi tôi rút đơn", c.Withdraw())
    assert talk(world)["step"] == "idle"


def test_a_faint_wish_to_withdraw_is_asked_about(world: World) -> None:
    before = draft(at(world, "name"))
    assert "1. Dừng" in means(world, "hay là rút nhỉ", c.Withdraw(), chance=0.6)
    assert draft(world) == before


def test_a_story_of_a_withdrawal_stays_a_story(world: World) -> None:
    at(world, "address")
    words = "phường bảo nếu không rút đơn thì không cấp giấy"
    means(world, words, c.Tell())
    assert words in str(draft(world)["parts"])


# Without anything open.


def test_cancelling_where_nothing_is_in_hand_says_so(world: World) -> None:
    assert "không có phản ánh nào đang soạn" in world.types("hủy")
    world.files()
    world.clock.advance(minutes=5)
    assert "gõ RÚT" in world.types("hủy")
    assert world.petitions()[0].state is State.NEW


def test_an_addition_under_way_ends_with_cancelling(world: World) -> None:
    world.files()
    world.types("bổ sung")
    assert "đã dừng lại" in world.types("hủy")
    assert talk(world)["step"] == "idle"


# A person.


@pytest.mark.parametrize("text", ["gặp cán bộ", "GAP CAN BO", "cán bộ"])
def test_an_officer_is_called_for_and_numbers_are_told(world: World, text: str) -> None:
    assert "024.1022" in world.types(text)
    assert [request.text for request in requests(world)] == [text]


def test_the_number_at_which_to_be_called_goes_with_the_request(world: World) -> None:
    means(world, "gọi lại cho tôi số 0911 222 333", c.CallPerson(phone="0911222333"))
    assert "0911222333" in str(requests(world)[0])


@pytest.mark.parametrize("step", AFTER_CONSENT)
def test_a_person_is_called_without_losing_the_draft(world: World, step: str) -> None:
    before = draft(at(world, step))
    assert "vẫn được giữ" in world.types("gặp cán bộ")
    assert (talk(world)["step"], draft(world)) == (step, before)


def test_a_picture_beside_a_wish_for_a_person_is_kept(world: World) -> None:
    at(world, "name").intake(world.event("user_send_image", {**IMAGE, "text": "gặp cán bộ"}))
    assert [part["type"] for part in draft(world)["parts"]] == ["text", "image"]
    assert STORY in str(draft(world)["parts"])
