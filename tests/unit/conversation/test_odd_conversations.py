"""What people really do: both thumbs, captions, copied lines, politeness, messages out of order."""

from __future__ import annotations

import json
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.citizen.citizen import CONSENT_VERSION
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.petition.contacts import zalo_number
from petitions.domain.shared.identity import pseudonym
from petitions.domain.understanding.acts import DialogAct, Situation
from petitions.errors import Permanent
from petitions.usecases.petition.act_on_petition import ActRequest
from tests.unit.conversation.answers import HERE, IMAGE, PHONE, WHERE, WHO
from tests.unit.petition.handling import ANSWER, WHY_NONE, officer
from tests.unit.world import ID_KEY, USER, World


@pytest.fixture
def world() -> World:
    return World()


def talk(world: World) -> dict[str, Any]:
    conversation: dict[str, Any] = world.talk()
    return conversation


def answered(world: World) -> str:
    petition = world.files()
    world.routing(petition.code)
    head = officer(world.petitions()[0].unit, Role.HEAD)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START, Action.SUBMIT_ANSWER, Action.APPROVE):
        text = ANSWER if action is Action.SUBMIT_ANSWER else ""
        deed = ActRequest(petition.code, action, world.petitions()[0].version, text=text, no_evidence=WHY_NONE)
        world.desk(head.model_copy(update={"id": "other"}) if action is Action.APPROVE else head, deed)
    world.clock.advance(minutes=5)
    return petition.code


def test_the_menus_1_is_no_rating_of_an_older_question(world: World) -> None:
    answered(world)
    world.types("xin chào", "1")
    assert world.petitions()[0].rating is None
    assert talk(world)["step"] == "content"
    world.types("hủy", "rất hài lòng")
    rated = world.petitions()[0].rating
    assert rated is not None
    assert rated.level == 1


def test_a_second_tap_on_send_begins_no_second_petition(world: World) -> None:
    petition = world.files()
    assert petition.code in world.types("1")
    assert talk(world)["step"] == "idle"
    world.clock.advance(minutes=2)
    world.types("1")
    assert talk(world)["step"] == "content"


@pytest.mark.parametrize("word", ["cảm ơn", "ok", "2", "không", "👍", "0912345678", "..."])
def test_after_a_refusal_small_talk_asks_for_no_consent_again(world: World, word: str) -> None:
    reply = world.types("Phường thu sai phí", "2", word)
    assert talk(world)["step"] == "idle"
    assert "đồng ý" not in reply


def test_a_late_text_never_joins_an_old_petition(world: World) -> None:
    petition = world.files()
    world.clock.advance(days=30)
    late = world.event("user_send_text", {"text": "Chuyện mới: đường trước nhà ngập"})
    world.types("xin chào")
    world.intake(late)
    assert world.petitions()[0].additions == petition.additions == []
    assert talk(world)["draft"]["parts"][0]["text"] == "Chuyện mới: đường trước nhà ngập"


def test_a_late_text_of_a_cancelled_draft_is_not_handed_in_elsewhere(world: World) -> None:
    world.files()
    world.clock.advance(minutes=5)
    world.types("Phản ánh chuyện khác: vỉa hè trước chợ bị lấn chiếm cả ngày")
    late = world.event("user_send_text", {"text": "không gửi điều này"})
    world.types("hủy")
    world.intake(late)
    assert world.petitions()[0].additions == []


def test_late_contact_data_is_no_addition(world: World) -> None:
    world.types("Một cửa làm khó", "1")
    late = world.event("user_submit_info", info={"name": "Lê Thị Hoa", "phone": "84912000111"})
    world.types("xong", WHERE, WHO, HERE, PHONE, "1")
    before = len(world.replies())
    world.intake(late)
    assert world.petitions()[0].version == 1
    assert len(world.replies()) == before


@pytest.mark.parametrize("at", range(6))
def test_a_picture_is_kept_whatever_its_caption_answers(world: World, at: int) -> None:
    steps = ["phản ánh", "đồng ý", "Một cửa làm khó", "xong", WHERE, WHO, HERE, PHONE, "1"]
    for number, text in enumerate(steps):
        more = IMAGE if number == at else {}
        world.intake(world.event("user_send_image" if more else "user_send_text", {"text": text, **more}))
    assert len(world.petitions()[0].files) == 1


def test_the_street_is_kept_when_the_ward_is_asked_for(world: World) -> None:
    world.types("Một cửa làm khó", "1", "xong", "Số 5 ngõ 10")
    world.types("Phường Yên Hòa", WHO, HERE, PHONE, "1")
    petition = world.petitions()[0]
    assert (petition.address, petition.ward) == ("Số 5 ngõ 10, Phường Yên Hòa", "PX-00175")


def test_a_new_address_takes_the_old_position_with_it(world: World) -> None:
    place = {"type": "location", "payload": {"coordinates": {"latitude": "21.02", "longitude": "105.79"}}}
    world.types("Một cửa làm khó", "1")
    world.intake(world.event("user_send_location", {"attachments": [place]}))
    world.types("xong", WHERE, WHO, HERE, PHONE)
    assert talk(world)["step"] == "confirm"
    world.types("3", "Phường Cầu Giấy", "1")
    petition = world.petitions()[0]
    assert petition.location is None
    assert petition.ward == "PX-00166"


def test_an_album_in_a_question_is_one_reply(world: World) -> None:
    world.types("Một cửa làm khó", "1", "xong")
    before = len(world.replies())
    for _ in range(5):
        world.intake(world.event("user_send_image", IMAGE))
    assert len(world.replies()) == before + 1
    assert "ở đâu" in world.last_reply()


def test_a_picture_while_a_name_is_edited_brings_no_old_name_back(world: World) -> None:
    world.files()
    world.clock.advance(minutes=5)
    world.types("Phản ánh chuyện khác: vỉa hè trước chợ bị lấn chiếm cả ngày", "xong", WHERE, "5", "0911222333", "4")
    world.intake(world.event("user_send_image", IMAGE))
    assert talk(world)["step"] == "name"
    assert talk(world)["draft"]["phone"] == "84911222333"


def test_the_first_thing_told_after_the_question_is_acknowledged(world: World) -> None:
    world.types("1", "đồng ý")
    assert "ghi lại" in world.types("Phường thu sai phí")


def test_three_texts_in_a_row_before_consent_are_asked_about_once(world: World) -> None:
    told = ["Hôm qua tôi ra phường làm giấy khai sinh cho con", "Cán bộ bảo tôi về lấy thêm giấy tờ mà luật không đòi"]
    world.types(*told)
    assert len(world.replies()) == 1


def test_no_contact_data_is_drafted_before_consent(world: World) -> None:
    world.types("Một cửa làm khó")
    world.intake(world.event("user_submit_info", info={"name": "Lê Thị Hoa", "phone": "84912000111"}))
    assert "phone" not in talk(world)["draft"]


def test_a_new_notice_of_processing_is_agreed_to_anew(world: World) -> None:
    world.files()
    path = f"citizens/{pseudonym(ID_KEY, USER)}"
    world.store.update(path, {"consent": {**world.citizen()["consent"], "version": "2020-1"}})
    world.clock.advance(minutes=5)
    world.types("Phản ánh chuyện khác: vỉa hè trước chợ bị lấn chiếm cả ngày")
    assert talk(world)["step"] == "consent"
    world.types("1")
    assert world.citizen()["consent"]["version"] == CONSENT_VERSION


def test_following_in_the_middle_of_a_draft_shows_no_menu(world: World) -> None:
    world.types("Một cửa làm khó")
    before = world.replies()
    world.intake(world.event("follow", follower={"id": USER}))
    assert world.replies() == before


def test_a_long_text_that_names_a_code_is_told_and_not_asked(world: World) -> None:
    petition = world.files()
    world.clock.advance(minutes=5)
    world.types(f"Phản ánh {petition.code} " + "đã trả lời nhưng việc vẫn chưa được giải quyết, " * 3)
    assert "Nói thêm về phản ánh" in world.last_reply()


def test_more_told_at_the_summary_joins_the_content(world: World) -> None:
    world.types("Một cửa làm khó", "1", "xong", WHERE, WHO, HERE, PHONE)
    more = "Tôi còn quên nói là cán bộ đã hẹn tôi ba lần mà không giải quyết"
    assert more in world.types(more)
    world.types("1")
    assert more in world.petitions()[0].content


def test_half_an_emoji_and_odd_fields_lose_no_message(world: World) -> None:
    body = json.loads(world.event("user_send_text", {"text": "Một cửa làm khó", "attachments": None}))
    body["message"]["text"] += " \ud83d"
    body["message"]["extra"] = "\ud83d"
    assert world.intake(json.dumps(body).encode()) is True
    payloads: tuple[Any, ...] = (
        None,
        [],
        {"coordinates": {"latitude": "", "longitude": "x"}},
        {"url": 5, "description": {}},
    )
    for payload in payloads:
        message = {"attachments": [{"type": "location", "payload": payload}, None]}
        assert world.intake(world.event("user_send_location", message)) is True
    info = {"name": None, "full_address": {"user_address": None, "user_city": "Hà Nội"}}
    assert world.intake(world.event("user_submit_info", info=info)) is True


def test_a_time_beyond_all_calendars_is_a_dead_letter(world: World) -> None:
    body = json.loads(world.event("user_send_text", {"text": "a"})) | {"timestamp": "9" * 40}
    with pytest.raises(Permanent):
        world.intake(json.dumps(body).encode())


@pytest.mark.parametrize(
    ("situation", "written", "meant"),
    [
        (Situation.CONSENT, "Đồng ý ạ", DialogAct.YES),
        (Situation.CONSENT, "Dạ đồng ý ạ.", DialogAct.YES),
        (Situation.CONSENT, "1. Đồng ý", DialogAct.YES),
        (Situation.CONSENT, "2. Không đồng ý", DialogAct.NO),
        (Situation.CONFIRM, "vâng ạ", DialogAct.YES),
        (Situation.CONTENT, "Xong nhé!", DialogAct.DONE),
        (Situation.IDLE_NEW, "xin chào ad", DialogAct.GREETING),
    ],
)
def test_courtesy_and_copied_lines_are_understood(situation: Situation, written: str, meant: DialogAct) -> None:
    assert reference.message_reader().read(written, situation).act is meant


def test_a_copied_rating_is_a_rating() -> None:
    assert reference.message_reader().read("3. Chưa hài lòng", Situation.ANSWERED).level == 3


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("SĐT: 0912 345 678", "84912345678"),
        ("số của tôi là 0912.345.678 nhé", "84912345678"),
        ("+84 912 345 678", "84912345678"),
        ("024 3825 3536", "842438253536"),
        ("91234", None),
        ("0912 345 678 901", None),
        ("٠٩١٢٣٤٥٦٧٨", None),
    ],
)
def test_a_phone_is_found_in_what_is_written(written: str, meant: str | None) -> None:
    assert zalo_number(written) == meant


def test_name_and_phone_in_one_line_are_two_answers(world: World) -> None:
    world.types("Một cửa làm khó", "1", "xong", WHERE, "Trần Văn An - 0987 654 321", "như trên")
    assert talk(world)["step"] == "confirm"
    assert talk(world)["draft"]["name"] == "Trần Văn An"
