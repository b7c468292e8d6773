"""Every command has an effect in every situation, and the most important commands work in all of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from petitions.domain.understanding import commands as c
from petitions.domain.understanding.commands import Situation
from tests.unit.conversation.scripted import means, read
from tests.unit.conversation.ways import DRAFT, STORY, TO, answered, at, draft, refused, requested, spoken
from tests.unit.world import World

WORDS = "mấy lời này chỉ để cho đủ hơn tám từ thôi ạ"
TWO = (
    "Thứ nhất, bộ phận một cửa phường Yên Hòa thu thêm 200 nghìn khi làm khai sinh cho con tôi. "
    "Thứ hai, Sở Xây dựng cấp giấy phép xây dựng quá hạn hai tháng và đòi thêm bản vẽ"
)


def _filed(world: World) -> None:
    world.files()
    world.clock.advance(hours=2)


def _similar(world: World) -> None:
    world.files(STORY)
    world.clock.advance(minutes=5)
    means(world, STORY, c.Tell())


def _two_matters(world: World) -> None:
    means(world, TWO, c.Tell())
    world.types("đồng ý")


def _wishes(word: str) -> Callable[[World], object]:
    def reach(world: World) -> None:
        _filed(world)
        world.types(word)

    return reach


def _rated_low(world: World) -> None:
    answered(world)
    world.types("3")


REACHED: dict[Situation, Callable[[World], object]] = {
    Situation.IDLE_NEW: lambda _: None,
    Situation.IDLE_FILED: _filed,
    Situation.ANSWERED: answered,
    Situation.REFUSED: refused,
    Situation.SUPPLEMENT: requested,
    Situation.OFFICER: spoken,
    Situation.CONSENT: lambda world: at(world, "consent"),
    Situation.CONTENT: lambda world: at(world, "content"),
    Situation.PLACE: lambda world: at(world, "address"),
    Situation.CHOOSE_WARD: lambda world: at(world, "ward"),
    Situation.CONTACT: lambda world: at(world, "name"),
    Situation.NAME: lambda world: world.types(*TO["name"], "0987654321", "địa chỉ như trên"),
    Situation.HOME: lambda world: at(world, "residence"),
    Situation.PHONE: lambda world: at(world, "phone"),
    Situation.CONFIRM: lambda world: at(world, "confirm"),
    Situation.DUPLICATE: _similar,
    Situation.TWO_MATTERS: _two_matters,
    Situation.ERASE_CONFIRM: _wishes("xóa dữ liệu của tôi"),
    Situation.WITHDRAW_CONFIRM: _wishes("rút phản ánh"),
    Situation.DANGER: lambda world: means(world, "nhà bên đang cháy", c.Danger(kind="fire")),
    Situation.RATE_REASON: _rated_low,
}
"""Functions that bring a citizen into a situation."""

COMMANDS: dict[str, c.Command] = {
    "tell": c.Tell(),
    **{f"give {field}": c.Give(field=field, value="Lê Bình") for field in ("name", "org", "home", "place")},
    "give phone": c.Give(field="phone", value="0911222333"),
    "give email": c.Give(field="email", value="an@example.com"),
    "correct name": c.Correct(field="name", value="Lê Bình"),
    "correct the story": c.Correct(field="content", value="làm khó", old="gây khó khăn"),
    "correct something": c.Correct(field=None, value=None),
    "correct a phone": c.Correct(field="phone", value=None),
    "remove": c.Remove(target="dòng cuối"),
    "affirm": c.Affirm(),
    "deny": c.Deny(),
    **{f"choose {number}": c.Choose(number=number) for number in (0, 1, 2, 3, 9)},
    "finish": c.Finish(),
    "skip": c.Skip(),
    "cancel": c.Cancel(),
    **{f"ask {topic}": c.Ask(topic=topic) for topic in ("cost", "privacy", "time", "why", "draft", "english", "menu")},
    "status": c.Status(),
    "add": c.Add(),
    "contest": c.Contest(),
    **{f"rate {level}": c.Rate(level=level) for level in (None, 1, 3)},
    "withdraw": c.Withdraw(),
    "erase": c.Erase(),
    "withdraw consent": c.WithdrawConsent(),
    "person": c.CallPerson(phone="0911222333"),
    "danger": c.Danger(kind="fire"),
    "danger over": c.Danger(over=True),
    "talk": c.Talk(),
    "feedback": c.Feedback(),
    "unclear": c.Unclear(),
}

HARMLESS = ("finish", "talk", "feedback", "status", "ask cost", "ask menu", "danger over", "rate 3")
"""Commands that never send, drop, withdraw, consent to or file anything at any question."""


def reached(situation: Situation) -> World:
    world = World().has_a_coordinator()
    REACHED[situation](world)
    world.clock.advance(minutes=2)
    return world


def replies_to(world: World, command: c.Command) -> str:
    before = len(world.replies())
    means(world, WORDS, command)
    assert len(world.replies()) == before + 1
    return world.last_reply()


def test_every_command_is_tried() -> None:
    assert {type(command) for command in COMMANDS.values()} == set(c.NAMES)


@pytest.mark.parametrize("situation", Situation)
def test_every_situation_is_reached(situation: Situation) -> None:
    world = reached(situation)
    situations = read(world, WORDS, c.Talk())
    world.types(WORDS)
    assert situations == [situation]


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("situation", Situation)
def test_every_command_is_answered_once_in_every_situation(situation: Situation, name: str) -> None:
    world = reached(situation)
    before = {petition.code: petition.state for petition in world.petitions()}
    assert replies_to(world, COMMANDS[name])
    after = {petition.code: petition.state for petition in world.petitions()}
    if name in HARMLESS:
        assert after == before
        assert "erased_at" not in world.citizen()


@pytest.mark.parametrize("name", HARMLESS)
@pytest.mark.parametrize("step", DRAFT)
def test_what_is_said_beside_a_question_leaves_the_draft_and_its_step(step: str, name: str) -> None:
    world = at(World().has_a_coordinator(), step)
    before, written = world.talk(), draft(world)
    replies_to(world, COMMANDS[name])
    after = world.talk()
    assert after["step"] == step
    assert draft(world) == written
    assert after.get("missed", 0) <= before.get("missed", 0) + 1


@pytest.mark.parametrize("situation", Situation)
def test_a_person_is_called_in_every_situation(situation: Situation) -> None:
    world = reached(situation)
    replies_to(world, c.CallPerson(phone="0911222333"))
    assert any(WORDS in str(world.store.documents[path]) for path in world.store.paths("contact_requests"))


@pytest.mark.parametrize("situation", sorted(set(Situation) - {Situation.ERASE_CONFIRM}))
def test_erasure_is_asked_about_and_never_done_at_once(situation: Situation) -> None:
    world = reached(situation)
    assert "1. Xóa" in replies_to(world, c.Erase())
    assert "erased_at" not in world.citizen()
    assert "đang được xóa" in world.types("1")


@pytest.mark.parametrize("situation", Situation)
def test_a_danger_is_met_in_every_situation(situation: Situation) -> None:
    world = reached(situation)
    assert replies_to(world, c.Danger(kind="fire")).startswith(("XIN GỌI NGAY 114", "113 (công an), 114"))


@pytest.mark.parametrize("step", DRAFT)
def test_every_draft_can_be_dropped(step: str) -> None:
    world = at(World(), step)
    assert "Đã hủy" in replies_to(world, c.Cancel())
    assert "draft" not in world.talk()


def test_without_consent_no_value_is_asked_for() -> None:
    world = at(World(), "consent")
    reply = replies_to(world, c.Correct(field="phone", value=None))
    assert "Không đồng ý" in reply
    assert world.talk()["step"] == "consent"


def test_at_the_question_on_a_similar_petition_thanks_answer_nothing() -> None:
    world = reached(Situation.DUPLICATE)
    assert "1. Bổ sung" in replies_to(world, c.Talk())
    assert world.talk()["step"] == "duplicate"


def test_a_draft_that_is_dropped_leaves_no_question_about_it() -> None:
    world = reached(Situation.TWO_MATTERS)
    assert "hai phản ánh" not in replies_to(world, c.Cancel())
    assert world.talk().get("question", {}).get("purpose") != "matters"
