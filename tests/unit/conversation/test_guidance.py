"""What is answered in words: emergencies at once, complaints and field reports once, officers called, English."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.citizen.guidance import guidance_kind
from petitions.domain.routing.kinds import PetitionFacet, PetitionKind
from tests.unit.world import World

PLACE, NAME, PHONE = "Phường Yên Hòa", "Trần Văn An", "0987654321"


@pytest.fixture
def world() -> World:
    return World()


def records(world: World) -> list[dict[str, Any]]:
    return [world.store.documents[path] for path in world.store.paths("guidance")]


@pytest.mark.parametrize(
    "text", ["Cháy nhà ở 12 Trung Kính, cứu với", "chay nha cuu voi", "tôi không muốn sống nữa", "vừa bị cướp, cứu tôi"]
)
def test_an_emergency_is_answered_at_once_and_can_still_be_filed(world: World, text: str) -> None:
    reply = world.types(text)
    assert all(number in reply for number in ("113", "114", "115", "111"))
    assert "Đồng ý" in reply
    assert [each["kind"] for each in records(world)] == ["emergency"]
    said = world.types("1", "xong", PLACE, NAME, "như trên", PHONE)
    assert "113" not in said
    world.types("1")
    assert (records(world)[0]["outcome"], records(world)[0]["code"]) == ("filed", world.petitions()[0].code)


def test_an_emergency_in_the_midst_of_a_draft_and_of_a_burst(world: World) -> None:
    world.types("Phường thu thêm phí khai sinh", "1", "Nhà bên đang bốc cháy, có người mắc kẹt")
    assert "114" in world.last_reply()
    assert "bốc cháy" in world.talk()["draft"]["parts"][1]["text"]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Tôi khiếu nại quyết định thu hồi đất số 12 của UBND quận", "complaint", "Luật Khiếu nại"),
        ("Tôi tố cáo ông chủ tịch phường nhận tiền hối lộ", "denunciation", "Luật Tố cáo"),
        ("Rác thải đổ bừa bãi ở ngõ 12 mấy hôm nay không ai dọn", "field", "iHanoi"),
        ("Hàng xóm vay tôi 20 triệu không trả, nhờ thành phố giải quyết", "civil", "hòa giải"),
    ],
)
def test_guidance_comes_once_after_the_content_and_its_outcome_is_kept(
    world: World, text: str, kind: str, words: str
) -> None:
    reply = world.types(text, "1", "xong")
    assert words in reply
    assert "ở đâu" in reply
    assert [(each["kind"], each["outcome"]) for each in records(world)] == [(kind, "guided")]
    world.types("quay lại", "xong")
    assert words not in world.last_reply()
    world.types("hủy")
    assert [each["outcome"] for each in records(world)] == ["cancelled"]


def test_a_denunciation_is_advised_against_here(world: World) -> None:
    world.types("Tôi tố cáo ông chủ tịch phường nhận tiền hối lộ", "1")
    assert "không nên gửi tố cáo qua kênh này" in world.types("xong")


def test_a_civil_quarrel_and_a_question_on_a_procedure_are_told_apart() -> None:
    civil = guidance_kind(PetitionKind.QUESTION, PetitionFacet.CIVIL)
    assert (civil, guidance_kind(PetitionKind.QUESTION, PetitionFacet.OTHER)) == ("civil", "question")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_consent_and_the_answer_on_privacy_lead_to_the_whole_notice(world: World, language: str) -> None:
    if language == "en":
        world.types("english")
    page = "https://pakn.example.vn/privacy"
    assert page in world.types("Phường thu thêm phí khai sinh")
    assert world.types("ai xem được thông tin của tôi?").count(page) == 2


def test_guidance_is_masked(world: World) -> None:
    world.types("Tôi tố cáo ông A, căn cước 001099012345, điện thoại 0912345678, nhận hối lộ", "1", "xong")
    assert "001099012345" not in records(world)[0]["text"]
    assert "0912345678" not in records(world)[0]["text"]


def test_an_ordinary_petition_is_not_guided(world: World) -> None:
    world.files()
    assert records(world) == []


@pytest.mark.parametrize("text", ["gặp cán bộ", "GAP CAN BO", "cho tôi gặp cán bộ ạ"])
def test_an_officer_is_called_for_and_numbers_are_told(world: World, text: str) -> None:
    assert "1022" in world.types(text)
    (path,) = world.store.paths("contact_requests")
    assert world.store.documents[path]["text"] == text


def test_an_english_text_gets_english_prompts_to_the_end(world: World) -> None:
    told = "Hello, I want to report that the ward office refused my residence certificate"
    assert "Do you agree" in world.types(told)
    assert world.citizen()["language"] == "en"
    assert "Where" in world.types("yes", "done")
    said = world.types("12 Trung Kinh, phuong Yen Hoa", "John Smith", "same", "0912345678", "send")
    assert "Your petition has been recorded" in said
    assert "New" in world.types("any news?")


def test_the_language_can_be_chosen(world: World) -> None:
    assert "Hello" in world.types("english")
    assert "Xin chào" in world.types("tiếng việt")


@pytest.mark.parametrize("text", ["hello", "hi ad", "toi muon hoi ve thu tuc lam the can cuoc", "ok", "report"])
def test_vietnamese_without_marks_stays_vietnamese(world: World, text: str) -> None:
    world.types(text)
    assert world.citizen().get("language") != "en"
