"""Ratings of an answer: numbers and expected words are stored, other words only after a confirmation."""

from __future__ import annotations

from functools import partial

import pytest

from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.notices.channels import Route
from petitions.domain.notices.notice import Notice
from petitions.domain.notices.sending import planned
from petitions.domain.petition.petition import Petition
from petitions.domain.understanding import commands as c
from petitions.ports.store import Transaction
from petitions.usecases.notices.prepare_notice import write_notice
from tests.unit.conversation.answers import IMAGE
from tests.unit.conversation.scripted import means
from tests.unit.conversation.ways import answered, draft, refused, requests, talk
from tests.unit.petition.handling import ANSWER, WHY_NONE, act, in_progress, officer
from tests.unit.world import World

REASON = "Trả lời chung chung, không nói ai chịu trách nhiệm"


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


def level(world: World) -> int | None:
    rating = world.petitions()[0].rating
    return rating.level if rating else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1", 1),
        ("2", 2),
        ("3", 3),
        ("RẤT HÀI LÒNG", 1),
        ("hài lòng", 2),
        ("chua hai long", 3),
        ("2. Hài lòng", 2),
        ("very satisfied", 1),
        ("tôi hài lòng ạ, cảm ơn", 2),
        ("Trả lời vậy mà cũng gọi là trả lời. Chưa hài lòng", 3),
    ],
)
def test_a_number_or_a_taught_word_rates_at_once(world: World, typed: str, meant: int) -> None:
    answered(world)
    world.types(typed)
    assert level(world) == meant


@pytest.mark.parametrize("typed", ["1", "2", "hài lòng"])
def test_an_answer_after_a_dropped_draft_is_rated_and_the_draft_can_be_restored(world: World, typed: str) -> None:
    petition = in_progress(world)
    world.types("phản ánh", "Đèn đường trước cổng trường hỏng cả tháng nay", "hủy")
    head, approver = officer(petition.unit, Role.HEAD), officer(petition.unit, Role.HEAD, "truong")
    petition = act(world, head, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    act(world, approver, petition, Action.APPROVE)
    world.deliver()
    world.clock.advance(minutes=5)
    world.types(typed)
    assert level(world) == (1 if typed == "1" else 2)
    world.types("khôi phục")
    assert "Đèn đường" in draft(world)["parts"][0]["text"]


@pytest.mark.parametrize("meant", [1, 2, 3])
def test_a_rating_in_other_words_is_shown_back_before_it_is_stored(world: World, meant: int) -> None:
    answered(world)
    reply = means(world, "tôi thấy cũng ổn", c.Rate(level=meant))
    assert level(world) is None
    assert "Tôi hiểu" in reply
    world.types(str(meant))
    assert level(world) == meant


def test_a_yes_confirms_the_level_that_was_understood(world: World) -> None:
    answered(world)
    means(world, "tốt lắm", c.Rate(level=1))
    means(world, "đúng rồi", c.Affirm())
    assert level(world) == 1


def test_another_number_corrects_what_was_understood(world: World) -> None:
    answered(world)
    means(world, "rất hài lòng ??? đùa à", c.Rate(level=1))
    world.types("3")
    assert level(world) == 3


def test_words_without_a_level_are_asked_about(world: World) -> None:
    answered(world)
    assert "1. Rất hài lòng" in means(world, "cho tôi đánh giá", c.Rate(level=None))
    assert level(world) is None


@pytest.mark.parametrize("commands", [(c.Talk(),), (c.Ask(topic="cost"),), (c.CallPerson(),), (c.Finish(),)])
def test_what_is_said_beside_it_leaves_the_rating_open(world: World, commands: tuple[c.Command, ...]) -> None:
    answered(world)
    means(world, "cảm ơn em nhé", *commands)
    assert level(world) is None
    world.types("2")
    assert level(world) == 2


def test_the_menus_1_is_no_rating_of_an_older_question(world: World) -> None:
    answered(world)
    world.types("menu", "1")
    assert level(world) is None
    assert talk(world)["step"] == "content"


def test_a_rating_in_taught_words_counts_within_a_draft(world: World) -> None:
    answered(world)
    means(world, "Đèn đường phố Huế hỏng đã hai tuần", c.Tell())
    world.clock.advance(minutes=1)
    assert "đang soạn vẫn được giữ" in world.types("chưa hài lòng")
    assert level(world) == 3
    assert talk(world)["step"] == "address"


def test_a_rating_may_be_changed(world: World) -> None:
    answered(world)
    world.types("2", "chưa hài lòng")
    assert level(world) == 3


def test_where_nothing_was_answered_there_is_nothing_to_rate(world: World) -> None:
    world.files()
    world.clock.advance(hours=1)
    assert "Không có câu trả lời" in means(world, "tôi hài lòng", c.Rate(level=2))


def handed_over(world: World, petition: Petition) -> None:
    path = f"notices/{petition.code}-{petition.version}"
    before = Notice.model_validate(world.store.documents[path])
    after = planned(before, Route.FREE, {}, world.clock.now()).sending("try", world.clock.now())

    def out(tx: Transaction, before: Notice) -> None:
        write_notice(tx, before, after)

    world.store.transact(partial(out, before=before))


@pytest.mark.parametrize(("typed", "meant"), [("3", 3), ("chưa hài lòng", 3), ("1", 1)])
def test_a_rating_typed_before_our_own_record_of_sending_is_one(world: World, typed: str, meant: int) -> None:
    petition = answered(world, delivered=False)
    handed_over(world, petition)
    world.types(typed)
    assert level(world) == meant


# The reason for a low one.


def test_a_low_rating_asks_why_and_passes_the_reason_on(world: World) -> None:
    code = answered(world).code
    assert "chưa hài lòng ở điểm nào" in world.types("3")
    reply = means(world, REASON, c.Tell())
    assert code in reply
    assert "MỞ LẠI" in reply
    rating = world.petitions()[0].rating
    assert rating is not None
    assert (rating.level, rating.reason) == (3, REASON)
    assert talk(world)["step"] == "idle"


@pytest.mark.parametrize("word", ["bỏ qua", "không", "0", "xong", "cảm ơn"])
def test_the_reason_may_be_declined(world: World, word: str) -> None:
    answered(world)
    world.types("3", word)
    rating = world.petitions()[0].rating
    assert rating is not None
    assert (rating.level, rating.reason) == (3, None)
    assert talk(world)["step"] == "idle"


def test_a_new_petition_can_be_begun_instead_of_a_reason(world: World) -> None:
    answered(world)
    world.types("3", "gửi phản ánh mới")
    assert talk(world)["step"] == "content"


def test_a_reason_that_contests_the_answer_has_it_looked_at_again(world: World) -> None:
    answered(world)
    world.types("3")
    assert "xem lại" in means(world, "Chưa ai đến sửa, đề nghị xem lại", c.Contest())
    assert sorted(request.why for request in requests(world)) == ["contested", "low_rating"]


def test_a_level_with_a_contest_in_one_message_is_both(world: World) -> None:
    answered(world)
    words = "3, trả lời kiểu đó là sao. Giờ tôi khiếu nại ở đâu"
    half = words.index("Giờ")
    why = c.Contest(words=words[2:half], start=2, end=half, chance=0.7)
    where = c.Ask(words=words[half:], start=half, end=len(words), chance=0.9, topic="dissatisfied")
    means(world, words, c.Choose(words="3,", end=2, chance=1, number=3), why, where)
    rating = world.petitions()[0].rating
    assert rating is not None
    assert (rating.level, rating.reason) == (3, words)
    assert sorted(request.why for request in requests(world)) == ["contested", "low_rating"]


def test_a_reason_that_calls_for_a_person_is_kept_and_one_is_called(world: World) -> None:
    answered(world)
    world.types("3")
    means(world, "Chưa ai gọi lại cho tôi", c.CallPerson())
    rating = world.petitions()[0].rating
    assert rating is not None
    assert rating.reason == "Chưa ai gọi lại cho tôi"
    assert sorted(request.why for request in requests(world)) == ["low_rating", "person"]


# Contests.


@pytest.mark.parametrize("outcome", [answered, refused])
def test_a_contested_outcome_is_looked_at_again_and_no_new_petition(world: World, outcome: object) -> None:
    petition: Petition = outcome(world)  # type: ignore[operator]
    words = "Tôi không đồng ý, rác vẫn còn nguyên hôm qua"
    assert "xem lại" in means(world, words, c.Contest())
    assert talk(world)["step"] == "idle"
    (after,) = world.petitions()
    assert [addition.text for addition in after.additions] == [words]
    assert (after.code, after.state) == (petition.code, petition.state)
    assert [(request.why, request.code) for request in requests(world)] == [("contested", petition.code)]


@pytest.mark.parametrize("word", ["MỞ LẠI", "mo lai", "REOPEN"])
def test_the_word_for_another_look_asks_why(world: World, word: str) -> None:
    petition = answered(world)
    reply = world.types(word)
    assert "Điều gì chưa được giải quyết" in reply
    assert [(request.why, request.code) for request in requests(world)] == [("contested", petition.code)]
    means(world, "Đèn vẫn không sáng", c.Tell())
    assert [addition.text for addition in world.petitions()[0].additions] == ["Đèn vẫn không sáng"]


def test_a_one_after_a_contest_is_no_praise(world: World) -> None:
    answered(world)
    means(world, "Đến giờ tôi vẫn chưa nhận được giấy", c.Contest())
    asked = world.types("1")
    assert level(world) is None
    assert "1. Rất hài lòng" in asked
    world.types("3")
    assert level(world) == 3


def test_a_picture_beside_a_contest_stays_with_the_petition(world: World) -> None:
    answered(world)
    means(world, "đây, chưa ai sửa", c.Contest())
    world.intake(world.event("user_send_image", IMAGE))
    (petition,) = world.petitions()
    assert len(petition.files) == 1
    assert petition.state is State.ANSWERED


def test_what_may_be_a_contest_or_a_new_matter_is_asked_about(world: World) -> None:
    answered(world)
    reply = means(world, "hôm nay lại có chuyện nữa", c.Tell(), chance=0.6)
    assert "1. Đề nghị xem lại kết quả\n2. Gửi một phản ánh mới" in reply
    world.types("2")
    assert talk(world)["step"] == "address"


@pytest.mark.parametrize(("words", "level"), [("đánh giá {} 1", 1), ("Đánh giá {} mức 3", 3), ("đánh giá 2 ạ", 2)])
def test_the_word_for_rating_with_a_level_rates(words: str, level: int) -> None:
    world = World().has_a_coordinator()
    petition = answered(world)
    world.types(words.format(petition.code))
    (rated,) = world.petitions()
    assert rated.rating is not None
    assert rated.rating.level == level
