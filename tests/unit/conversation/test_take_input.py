"""The conversation through its use case: what is stored, said and published, once each."""

from __future__ import annotations

import json

import pytest

from petitions.domain.lifecycle.lifecycle import State
from petitions.errors import Permanent, Retryable
from tests.unit.world import USER, World


@pytest.fixture
def world() -> World:
    return World()


def test_the_straight_path_leads_to_one_petition_with_a_code(world: World) -> None:
    petition = world.files()
    assert petition.state is State.NEW
    assert petition.contact.name == "Nguyễn Thị Lan"
    assert petition.contact.phone == "84912345678"
    assert petition.ward == "PX-00175"
    assert petition.clocks["reception"].due_at > petition.filed_at
    assert petition.next_attempt_at is not None
    assert petition.code in world.last_reply()
    history = world.store.documents[f"petitions/{petition.code}/history/1"]
    assert (history["action"], history["to_state"]) == ("filed", "new")
    assert [dict(message.data)["seq"] for message in world.publisher.of("petition-events")] == [1]


def test_nothing_is_kept_of_contact_data_before_consent(world: World) -> None:
    reply = world.types("Phường tôi thu phí sai quy định")
    assert "đồng ý" in reply.lower()
    assert "contact" not in world.citizen()
    assert "consent" not in world.citizen()


def test_a_no_to_consent_drops_the_draft_and_still_guides(world: World) -> None:
    reply = world.types("Phường tôi thu phí sai quy định", "2")
    assert "1022" in reply
    assert "draft" not in world.talk()
    assert world.petitions() == []


@pytest.mark.parametrize("yes", ["1", "dong y", "ĐỒNG Ý", "ok", "Đồng ý."])
def test_yes_is_understood_as_people_write_it(world: World, yes: str) -> None:
    world.types("Một cửa làm khó", yes)
    assert world.citizen()["consent"]["version"]


def test_the_same_event_five_times_is_one_step(world: World) -> None:
    body = world.event("user_send_text", {"text": "xin chào"})
    assert [world.intake(body) for _ in range(5)] == [True, False, False, False, False]
    assert len(world.replies()) == 1
    assert len(world.publisher.of("notices")) == 1


def test_a_redelivery_under_another_timestamp_is_the_same_event(world: World) -> None:
    body = json.loads(world.event("user_send_text", {"text": "xin chào"}))
    world.intake(json.dumps(body).encode())
    body["timestamp"] = str(int(body["timestamp"]) + 30_000)
    assert world.intake(json.dumps(body).encode()) is False


def test_the_parts_of_an_album_are_parts_and_get_one_reply(world: World) -> None:
    world.types("Rác đổ bừa bãi", "1")
    said = len(world.replies())
    first = json.loads(world.event("user_send_image", {"attachments": []}))
    for number in range(4):
        first["message"]["attachments"] = [{"type": "image", "payload": {"url": f"https://f1.zdn.vn/{number}.jpg"}}]
        world.intake(json.dumps(first).encode())
    assert len(world.replies()) == said
    world.types("xong", "Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321", "1")
    petition = world.petitions()[0]
    assert len(petition.files) == 4
    world.fetch()
    assert len(world.store.paths(f"petitions/{petition.code}/attachments")) == 4


def test_a_text_that_comes_late_joins_the_content_and_answers_nothing(world: World) -> None:
    world.types("Một cửa làm khó", "1")
    late = world.event("user_send_text", {"text": "phần đầu đến sau"})
    world.types("phần sau", "xong")
    assert world.talk()["step"] == "address"
    world.intake(late)
    assert world.talk()["step"] == "address"
    world.types("Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321", "1")
    assert world.petitions()[0].content == "Một cửa làm khó\nphần đầu đến sau\nphần sau"


def test_a_text_that_comes_after_filing_becomes_an_addition(world: World) -> None:
    world.types("Một cửa làm khó", "1")
    late = world.event("user_send_text", {"text": "tôi quên nói thêm"})
    world.types("xong", "Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321", "1")
    world.intake(late)
    petition = world.petitions()[0]
    assert [addition.text for addition in petition.additions] == ["tôi quên nói thêm"]
    assert petition.version == 2


def test_several_wards_are_asked_for_with_numbers(world: World) -> None:
    reply = world.types("Một cửa làm khó", "1", "xong", "Phường Khương Mai, quận Thanh Xuân")
    if world.talk()["step"] == "ward":
        assert "1. " in reply
        world.types("1")
    assert world.talk()["step"] == "name"


def test_an_unknown_place_is_asked_twice_and_then_left_to_the_coordinators(world: World) -> None:
    world.types("Một cửa làm khó", "1", "xong", "ngõ sau nhà bà Tư")
    assert world.talk()["step"] == "address"
    world.types("gần cái chợ")
    assert world.talk()["step"] == "name"
    world.types("Trần Văn An", "như trên", "0987654321", "1")
    assert world.petitions()[0].ward is None


def test_every_field_can_be_edited_before_sending(world: World) -> None:
    world.types("Cán bộ thu sai phí", "1", "xong", "Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321")
    world.types("2", "Cán bộ thu thêm 50.000 đồng khi làm khai sinh", "xong")
    world.types("4", "Trần Văn Bình")
    world.types("5", "0911222333")
    reply = world.types("3", "Phường Cầu Giấy")
    assert "Trần Văn Bình" in reply
    assert "0911222333" in reply
    assert "Cán bộ thu thêm 50.000 đồng" in reply
    world.types("gửi")
    assert world.petitions()[0].ward == "PX-00166"


def test_cancel_works_at_every_step(world: World) -> None:
    steps = ["Một cửa làm khó", "1", "xong", "Phường Yên Hòa", "Trần Văn An", "như trên", "0987654321"]
    for length in range(1, len(steps) + 1):
        here = World()
        reply = here.types(*steps[:length], "hủy")
        assert "hủy" in reply.lower()
        assert here.talk()["step"] == "idle"
        assert here.petitions() == []


def test_status_by_code_is_told_and_a_wrong_code_is_explained(world: World) -> None:
    petition = world.files()
    assert "Mới" in world.types(petition.code.lower().replace("-", " "))
    wrong = petition.code[:-1] + ("0" if petition.code[-1] != "0" else "1")
    assert "chưa đúng" in world.types(wrong)


def test_a_strangers_look_up_shows_no_text(world: World) -> None:
    petition = world.files("Tố giác chuyện riêng của tôi")
    reply = world.types(petition.code, user="999")
    assert "Mới" in reply
    assert "riêng" not in reply


def test_a_crash_after_the_commit_publishes_on_redelivery_and_doubles_nothing(world: World) -> None:
    body = world.event("user_send_text", {"text": "xin chào"})
    world.store.crash = "after"
    with pytest.raises(Retryable):
        world.intake(body)
    assert world.publisher.published == []
    assert world.intake(body) is False
    assert len(world.publisher.of("notices")) == 1
    assert len(world.replies()) == 1
    assert not any("unpublished_since" in world.store.documents[path] for path in world.store.paths("inbox"))


def test_a_colliding_code_draws_a_new_one(world: World) -> None:
    world.ids.letters = ["AAAAAAA"]
    first = world.files()
    world.ids.letters = ["AAAAAAA", "BBBBBBB"]
    world.files(user="77")
    codes = [petition.code for petition in world.petitions()]
    assert len(set(codes)) == 2
    assert first.code in codes


def test_contact_data_may_come_from_zalos_form(world: World) -> None:
    world.types("Một cửa làm khó", "1", "xong", "Phường Yên Hòa")
    info = {"name": "Lê Thị Hoa", "phone": 84912000111, "address": "12 Trung Kính"}
    world.intake(world.event("user_submit_info", info=info))
    assert "Lê Thị Hoa" in world.last_reply()
    assert world.talk()["step"] == "confirm"


@pytest.mark.parametrize("body", [b"{}", b"[]", b"\xff", b'{"event_name": "user_send_text", "timestamp": "x"}'])
def test_what_is_no_event_is_a_dead_letter(world: World, body: bytes) -> None:
    with pytest.raises(Permanent):
        world.intake(body)


def test_one_message_costs_two_reads_and_at_most_five_writes(world: World) -> None:
    world.types("xin chào")
    before = len(world.store.documents)
    commits = world.store.commits
    world.types("Một cửa làm khó")
    assert world.store.commits == commits + 1
    assert len(world.store.documents) - before <= 4


def test_an_officer_in_the_chat_tool_is_noted_and_not_answered(world: World) -> None:
    world.types("xin chào")
    body = json.loads(world.event("oa_send_text", {"text": "Chào anh"}))
    body["sender"] = {"id": "oa", "admin_id": "7"}
    body["recipient"] = {"id": USER}
    said = len(world.replies())
    assert world.intake(json.dumps(body).encode()) is True
    assert len(world.replies()) == said


def test_what_nothing_could_carry_is_told_when_the_citizen_writes(world: World) -> None:
    world.types("xin chào")
    (path,) = world.store.paths("citizens")
    world.store.update(path, {"untold": ["HN-1", "HN-2"]})
    world.publisher.published.clear()
    world.types("menu")
    assert [message.data["id"] for message in world.publisher.of("notices")][:2] == ["HN-1", "HN-2"]
    assert {message.key for message in world.publisher.of("notices")} == {path.removeprefix("citizens/")}
