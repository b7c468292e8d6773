"""Each step by examples: what people answer, what is understood, and what never becomes an answer."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.understanding.acts import DialogAct, Situation
from tests.unit.world import World

TOLD = "Một cửa phường thu thêm tiền khi làm khai sinh"
PLACE, NAME, HOME, PHONE = "12 phố Trung Kính, phường Yên Hòa", "Trần Văn An", "như trên", "0987654321"
TO = {
    "consent": [TOLD],
    "content": [TOLD, "1"],
    "address": [TOLD, "1", "xong"],
    "name": [TOLD, "1", "xong", PLACE],
    "residence": [TOLD, "1", "xong", PLACE, NAME],
    "phone": [TOLD, "1", "xong", PLACE, NAME, HOME],
    "confirm": [TOLD, "1", "xong", PLACE, NAME, HOME, PHONE],
}


def at(step: str) -> World:
    world = World()
    world.types(*TO[step])
    assert talk(world)["step"] == step
    world.clock.advance(seconds=30)
    return world


def talk(world: World) -> dict[str, Any]:
    conversation: dict[str, Any] = world.talk()
    return conversation


def draft(world: World) -> dict[str, Any]:
    drafted: dict[str, Any] = talk(world)["draft"]
    return drafted


MAY_BE_TOLD = {"bao giờ trả lời"}
"""What may as well be part of a story: within one it is kept."""


@pytest.mark.parametrize("step", TO)
@pytest.mark.parametrize(
    "text",
    [
        "cảm ơn",
        "phản ánh của tôi đến đâu rồi",
        "bao giờ trả lời",
        "HN-123",
        "xin chào",
        "menu",
        "gặp cán bộ",
        "👍",
        "phản ánh",
    ],
)
def test_what_is_said_beside_the_question_answers_nothing_and_is_answered(step: str, text: str) -> None:
    world = at(step)
    before, said = world.talk(), len(world.replies())
    world.types(text)
    assert len(world.replies()) == said + 1
    after = world.talk()
    assert after["step"] == step
    if step == "content" and text in MAY_BE_TOLD:
        assert text in draft(world)["parts"][-1]["text"]
    else:
        assert after["draft"] == before["draft"]


@pytest.mark.parametrize("step", TO)
@pytest.mark.parametrize("text", ["hủy", "Huy bo", "CANCEL", "thôi"])
def test_cancel_everywhere(step: str, text: str) -> None:
    world = at(step)
    if "1. Dừng" in world.types(text):  # unsure: one tap
        world.types("1")
    assert "Đã" in world.last_reply() or "đã dừng lại" in world.last_reply()
    assert talk(world)["step"] == "idle"


@pytest.mark.parametrize(
    ("step", "before"),
    [("address", "content"), ("name", "address"), ("residence", "name"), ("phone", "residence"), ("confirm", "phone")],
)
@pytest.mark.parametrize("text", ["quay lại", "QUAY LAI", "back"])
def test_back_goes_one_question_back_and_forgets_nothing(step: str, before: str, text: str) -> None:
    world = at(step)
    drafted = draft(world)
    world.types(text)
    assert talk(world)["step"] == before
    assert draft(world) == drafted


def test_back_and_forth_ends_at_the_summary_with_the_newer_answers() -> None:
    world = at("confirm")
    world.types("quay lại", "quay lại", "quay lại", "Lê Thị Bình")
    assert talk(world)["step"] == "confirm"
    assert "Lê Thị Bình" in world.last_reply()


@pytest.mark.parametrize("step", ["content", "address", "name", "residence", "phone", "confirm"])
def test_start_over_empties_the_draft_and_keeps_consent(step: str) -> None:
    world = at(step)
    world.types("làm lại")
    assert talk(world)["step"] == "content"
    assert draft(world)["parts"] == []
    assert world.citizen()["consent"]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Trần Văn An", {"name": "Trần Văn An"}),
        ("tran van an", {"name": "tran van an"}),
        ("Tôi tên là Trần Văn An", {"name": "Trần Văn An"}),
        ("Họ tên: Trần Văn An, SĐT: 0987 654 321", {"name": "Trần Văn An", "phone": "84987654321"}),
        ("Trần Văn An, 12 Trung Kính, Yên Hòa", {"name": "Trần Văn An", "residence": "12 Trung Kính, Yên Hòa"}),
        (
            "Trần Văn An\nĐịa chỉ: số 5 ngõ 2 phố Huế\n0987654321\nan@example.com",
            {
                "name": "Trần Văn An",
                "residence": "số 5 ngõ 2 phố Huế",
                "phone": "84987654321",
                "email": "an@example.com",
            },
        ),
        ("Công ty TNHH Hoa Sen", {"name": "Công ty TNHH Hoa Sen", "type": "business"}),
        ("HTX rau sach Van Duc", {"type": "business"}),
        ("Hộ kinh doanh Lan Anh", {"type": "business"}),
        ("Nguyễn Công Tý", {"type": "individual"}),
    ],
)
def test_a_name_and_what_stands_beside_it(text: str, known: dict[str, str]) -> None:
    world = at("name")
    world.types(text)
    assert {name: draft(world).get(name) for name in known} == known


@pytest.mark.parametrize("text", ["1", "ok", "vâng", "0987654321", "???", "12/11/2026"])
def test_what_is_no_name(text: str) -> None:
    world = at("name")
    world.types(text)
    assert talk(world)["step"] == "name"
    assert "name" not in draft(world)


@pytest.mark.parametrize(
    ("text", "step", "known"),
    [
        ("như trên", "phone", {"residence": PLACE}),
        ("1", "phone", {"residence": PLACE}),
        ("giống ở trên", "phone", {"residence": PLACE}),
        ("Số 5 ngõ 2 phố Huế", "phone", {"residence": "Số 5 ngõ 2 phố Huế"}),
        ("Số 5 phố Huế, 0987654321", "confirm", {"residence": "Số 5 phố Huế", "phone": "84987654321"}),
        ("0987654321", "residence", {"phone": "84987654321"}),
        ("ok", "residence", {}),
    ],
)
def test_a_contact_address(text: str, step: str, known: dict[str, str]) -> None:
    world = at("residence")
    world.types(text)
    assert talk(world)["step"] == step
    assert {name: draft(world).get(name) for name in known} == known


@pytest.mark.parametrize(
    ("text", "step", "mail"),
    [
        ("0987654321", "confirm", None),
        ("0987 654 321, an@example.com", "confirm", "an@example.com"),
        ("an@example.com", "phone", "an@example.com"),
        ("123", "phone", None),
        ("khong co", "phone", None),
    ],
)
def test_a_phone_and_an_email(text: str, step: str, mail: str | None) -> None:
    world = at("phone")
    world.types(text)
    assert talk(world)["step"] == step
    assert draft(world).get("email") == mail


@pytest.mark.parametrize(
    ("say", "answer", "field", "value"),
    [
        ("4", "Lê Bình", "name", "Lê Bình"),
        ("sửa tên", "Lê Bình", "name", "Lê Bình"),
        ("5", "0911222333", "phone", "84911222333"),
        ("6", "Số 9 phố Huế", "residence", "Số 9 phố Huế"),
        ("sửa địa chỉ liên hệ", "Số 9 phố Huế", "residence", "Số 9 phố Huế"),
        ("8", "an@example.com", "email", "an@example.com"),
        ("3", "Phường Cầu Giấy", "ward", "PX-00166"),
        ("0911222333", None, "phone", "84911222333"),
        ("7", None, "type", "business"),
    ],
)
def test_every_line_of_the_summary_can_be_edited(say: str, answer: str | None, field: str, value: str) -> None:
    world = at("confirm")
    world.types(say, *([answer] if answer else []))
    assert talk(world)["step"] == "confirm"
    assert draft(world)[field] == value


@pytest.mark.parametrize("text", ["1", "gửi", "GUI DI", "đồng ý", "Ok ạ", "xác nhận"])
def test_sending(text: str) -> None:
    world = at("confirm")
    world.types(text)
    contact = world.petitions()[0].contact
    assert (contact.name, contact.phone, contact.address) == (NAME, "84987654321", PLACE)


@pytest.mark.parametrize("text", ["xong", "Hết rồi", "khong", "không còn gì", "Done"])
def test_the_end_of_the_story(text: str) -> None:
    world = at("content")
    world.types(text)
    assert talk(world)["step"] == "address"


def test_a_ward_is_asked_for_explained_and_chosen() -> None:
    world = at("address")
    reply = world.types("quận Thanh Xuân")
    assert talk(world)["step"] == "ward"
    assert "1. " in reply
    assert "sắp xếp" in world.types("abc")
    world.types("99")
    assert talk(world)["step"] == "ward"
    world.types("2")
    assert draft(world)["ward"]
    assert talk(world)["step"] == "name"


def test_who_does_not_know_the_place_is_not_asked_for_ever() -> None:
    world = at("address")
    world.types("không biết")
    assert talk(world)["step"] == "name"


def test_a_returning_citizen_is_asked_only_where() -> None:
    world = World()
    world.files()
    world.clock.advance(minutes=5)
    summary = world.types("Phản ánh chuyện khác: đường trước nhà ngập nặng", "xong", "Phường Cầu Giấy")
    assert talk(world)["step"] == "confirm"
    assert "Nguyễn Thị Lan" in summary
    assert "0912345678" in summary


def test_who_introduces_themselves_in_the_story_is_not_asked_again() -> None:
    world = World()
    world.types("Tôi là Trần Văn An, SĐT 0987 654 321. Phường Yên Hòa thu thêm phí khai sinh của tôi", "1", "xong")
    assert talk(world)["step"] == "residence"
    assert "Phường Yên Hòa" in world.types("1")
    assert draft(world)["name"] == "Trần Văn An"


def test_a_burst_is_acknowledged_once_and_a_pause_again() -> None:
    world = at("content")
    before = len(world.replies())
    world.types("Việc xảy ra hôm qua", "lúc ba giờ chiều", "tại quầy số hai")
    assert len(world.replies()) == before + 1
    world.clock.advance(seconds=21)
    world.types("Tôi còn giữ biên lai")
    assert len(world.replies()) == before + 2


def test_a_draft_has_a_cap_told_in_words_and_no_input_is_lost() -> None:
    world = at("content")
    world.types(*("x" * 1999 for _ in range(10)))
    world.clock.advance(seconds=30)
    assert "dung lượng" in world.types("y" * 1999)
    assert sum(len(part["text"]) for part in draft(world)["parts"]) <= 20_000
    who = next(path for path in world.store.paths("citizens"))
    assert len(world.store.paths(f"{who}/inputs")) == 13
    world.types("xong", PLACE, NAME, HOME, PHONE)
    assert len(world.last_reply()) < 2000


@pytest.mark.parametrize(
    "text", ["đến đâu rồi", "Bao giờ trả lời tôi?", "có kết quả chưa", "hồ sơ của tôi xử lý đến đâu"]
)
def test_status_questions(text: str) -> None:
    assert reference.message_reader().read(text, Situation.IDLE_FILED).act is DialogAct.STATUS


@pytest.mark.parametrize(
    "text",
    [
        "Tôi nộp hồ sơ từ tháng 3, phường hẹn nhiều lần, hỏi thì không ai biết đến đâu rồi, xin thành phố xem xét",
        "Đường này bao giờ sửa",
        "Trần Văn Trả",
    ],
)
def test_what_is_no_status_question(text: str) -> None:
    assert reference.message_reader().read(text, Situation.IDLE_NEW).act is not DialogAct.STATUS
