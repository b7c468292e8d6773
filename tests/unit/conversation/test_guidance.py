from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.citizen.guidance import guidance_kind
from petitions.domain.routing.kinds import PetitionFacet, PetitionKind
from petitions.domain.understanding import commands as c
from tests.unit.conversation.answers import CONTACT, WHERE
from tests.unit.conversation.scripted import means
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    return World()


def records(world: World) -> list[dict[str, Any]]:
    return [world.store.documents[path] for path in world.store.paths("guidance")]


def test_an_emergency_is_recorded_and_can_still_be_filed(world: World) -> None:
    means(world.has_a_coordinator(), "Cháy nhà ở 12 Trung Kính, cứu với", c.Danger(kind="fire"), c.Tell())
    means(world, "dập tắt rồi", c.Danger(over=True))
    assert [record["kind"] for record in records(world)] == ["emergency"]
    world.types("đồng ý", WHERE, CONTACT, "1")
    assert "Cháy nhà" in world.petitions()[0].content


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Tôi khiếu nại quyết định thu hồi đất số 12 của UBND quận", "complaint", "Luật Khiếu nại"),
        ("Tôi tố cáo ông chủ tịch phường nhận tiền hối lộ", "denunciation", "Luật Tố cáo"),
        ("Rác thải đổ bừa bãi ở ngõ 12 mấy hôm nay không ai dọn", "field", "iHanoi"),
        ("Hàng xóm vay tôi 20 triệu không trả, nhờ thành phố giải quyết", "civil", "hòa giải"),
    ],
)
def test_guidance_comes_once_with_the_story_and_its_outcome_is_kept(
    world: World, text: str, kind: str, words: str
) -> None:
    reply = means(world, text, c.Tell())
    assert words in reply
    assert "2. Không đồng ý" in reply
    assert [(record["kind"], record["outcome"]) for record in records(world)] == [(kind, "guided")]
    assert words not in world.types("đồng ý")
    world.types("hủy")
    assert [record["outcome"] for record in records(world)] == ["cancelled"]


def test_the_petition_that_was_filed_all_the_same_is_noted(world: World) -> None:
    means(world, "Tôi khiếu nại quyết định thu hồi đất số 12 của UBND quận", c.Tell())
    world.types("đồng ý", WHERE, CONTACT, "1")
    (record,) = records(world)
    assert (record["outcome"], record["code"]) == ("filed", world.petitions()[0].code)


def test_a_denunciation_is_advised_against_here(world: World) -> None:
    reply = means(world, "Tôi tố cáo ông chủ tịch phường nhận tiền hối lộ", c.Tell())
    assert "không nên gửi tố cáo qua kênh này" in reply


def test_a_civil_quarrel_and_a_question_on_a_procedure_are_told_apart() -> None:
    civil = guidance_kind(PetitionKind.QUESTION, PetitionFacet.CIVIL)
    assert (civil, guidance_kind(PetitionKind.QUESTION, PetitionFacet.OTHER)) == ("civil", "question")


def test_guidance_is_masked(world: World) -> None:
    means(world, "Tôi tố cáo ông A, căn cước 001099012345, điện thoại 0912345678, nhận hối lộ", c.Tell())
    assert "001099012345" not in records(world)[0]["text"]
    assert "0912345678" not in records(world)[0]["text"]


def test_an_ordinary_petition_is_not_guided(world: World) -> None:
    world.files()
    assert records(world) == []


# English.


def test_an_english_text_gets_english_prompts_to_the_end(world: World) -> None:
    messages = "Hello, I want to report that the ward office refused my residence certificate"
    assert "do you agree" in means(world, messages, c.Tell()).lower()
    assert world.citizen()["language"] == "en"
    assert "Where" in world.types("yes, I agree")
    world.types("12 Trung Kinh, phuong Yen Hoa", "1") if world.talk()["step"] == "ward" else world.types(
        "12 Trung Kinh, phuong Yen Hoa"
    )
    means(
        world,
        "John Smith, same address, 0912345678",
        c.Give(field="name", value="John Smith"),
        c.Give(field="home", value="same address"),
        c.Give(field="phone", value="0912345678"),
    )
    assert "Your petition has been recorded" in world.types("send")
    assert "New" in means(world, "any news?", c.Status())


def test_the_language_can_be_chosen(world: World) -> None:
    assert "Hello" in world.types("english")
    assert "Xin chào" in world.types("tiếng việt")


def test_the_menu_in_either_language_takes_a_number(world: World) -> None:
    world.types("english", "1")
    assert world.talk()["step"] == "consent"


@pytest.mark.parametrize("text", ["hello", "hi ad", "toi muon hoi ve thu tuc lam the can cuoc", "ok", "report"])
def test_vietnamese_without_marks_stays_vietnamese(world: World, text: str) -> None:
    world.types(text)
    assert world.citizen().get("language") != "en"
