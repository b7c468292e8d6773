"""Every message is stored, answered and published once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from petitions.domain.citizen.draft import InputPart
from petitions.domain.conversation.turn import AddToPetition
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.shared.identity import pseudonym
from petitions.errors import Permanent, Retryable
from petitions.usecases.petition import file_petition
from tests.unit.conversation.answers import CONTACT, WHERE
from tests.unit.conversation.ways import STORY, at
from tests.unit.world import ID_KEY, USER, World


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
    assert "đồng ý" in at(world, "consent").last_reply()
    assert "contact" not in world.citizen()
    assert "consent" not in world.citizen()


def test_the_same_event_five_times_is_one_step(world: World) -> None:
    body = world.event("user_send_text", {"text": "xin chào"})
    assert [world.intake(body) for _ in range(5)] == [True, False, False, False, False]
    assert len(world.replies()) == 1
    assert len(world.publisher.of("notices")) == 1


def test_the_parts_of_an_album_are_parts_and_get_one_reply(world: World) -> None:
    at(world, "address")
    before = len(world.replies())
    first = json.loads(world.event("user_send_image", {"attachments": []}))
    for number in range(4):
        first["message"]["attachments"] = [{"type": "image", "payload": {"url": f"https://f1.zdn.vn/{number}.jpg"}}]
        world.intake(json.dumps(first).encode())
    assert len(world.replies()) == before + 1
    world.types(WHERE, CONTACT, "1")
    petition = world.petitions()[0]
    assert len(petition.files) == 4
    world.fetch()
    assert len(world.store.paths(f"petitions/{petition.code}/attachments")) == 4


def test_status_by_code_is_told_and_a_wrong_code_is_explained(world: World) -> None:
    petition = world.files()
    assert "Mới" in world.types(petition.code.lower().replace("-", " "))
    wrong = petition.code[:-1] + ("0" if petition.code[-1] != "0" else "1")
    assert "chưa đúng" in world.types(wrong)


def test_a_strangers_look_up_shows_no_text(world: World) -> None:
    petition = world.files("Chuyện riêng của tôi với cán bộ phường")
    reply = world.types(petition.code, user="999")
    assert "Mới" in reply
    assert "riêng" not in reply


def test_who_is_not_the_filer_hears_no_unit_that_the_public_site_hides(world: World) -> None:
    petition = world.files()
    world.store.update(f"petitions/{petition.code}", {"unit": "STP", "accused": "PX-00175"})
    assert "Sở Tư pháp" not in world.types(petition.code, user="999")
    assert "Văn phòng UBND thành phố" in world.types(petition.code, user="999")
    assert "Sở Tư pháp" in world.types(petition.code)
    world.store.update(f"petitions/{petition.code}", {"accused": None})
    assert "Sở Tư pháp" in world.types(petition.code, user="999")


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
    info = {"name": "Lê Thị Hoa", "phone": 84912000111, "address": "12 Trung Kính"}
    at(world, "name").intake(world.event("user_submit_info", info=info))
    assert "Lê Thị Hoa" in world.last_reply()
    assert world.talk()["step"] == "confirm"


def test_what_was_read_is_stored_with_the_input_and_tells_nothing_of_its_words(world: World) -> None:
    at(world, "confirm")
    inputs = [document for path, document in world.store.documents.items() if "/inputs/" in path]
    (found,) = [document["read"] for document in inputs if CONTACT in str(document)]
    assert found == "contact: give:name give:home give:phone"


@pytest.mark.parametrize("body", [b"{}", b"[]", b"\xff", b'{"event_name": "user_send_text", "timestamp": "x"}'])
def test_what_is_no_event_is_a_dead_letter(world: World, body: bytes) -> None:
    with pytest.raises(Permanent):
        world.intake(body)


def test_one_message_costs_two_reads_and_at_most_five_writes(world: World) -> None:
    world.types("xin chào")
    before = len(world.store.documents)
    commits = world.store.commits
    world.types(STORY)
    assert world.store.commits == commits + 1
    assert len(world.store.documents) - before <= 4


def test_an_officer_in_the_chat_tool_is_noted_and_not_answered(world: World) -> None:
    world.types("xin chào")
    body = json.loads(world.event("oa_send_text", {"text": "Chào anh"}))
    body["sender"] = {"id": "oa", "admin_id": "7"}
    body["recipient"] = {"id": USER}
    reply = len(world.replies())
    assert world.intake(json.dumps(body).encode()) is True
    assert len(world.replies()) == reply


def test_what_nothing_could_carry_is_told_when_the_citizen_writes(world: World) -> None:
    world.types("xin chào")
    (path,) = world.store.paths("citizens")
    world.store.update(path, {"untold": ["HN-1", "HN-2"]})
    world.publisher.published.clear()
    world.types("menu")
    assert [message.data["id"] for message in world.publisher.of("notices")][:2] == ["HN-1", "HN-2"]
    assert {message.key for message in world.publisher.of("notices")} == {path.removeprefix("citizens/")}


def test_a_message_that_arrives_late_does_not_move_the_last_one_back(world: World) -> None:
    world.types("xin chào")
    late = str(int((world.clock.now() - timedelta(hours=3)).timestamp() * 1000))
    path = f"citizens/{pseudonym(ID_KEY, USER)}"
    before = world.store.documents[path]["last_interaction_at"]
    world.intake(world.event("user_send_text", {"text": "Đèn đường hỏng"}, timestamp=late))
    assert world.store.documents[path]["last_interaction_at"] == before


@pytest.mark.parametrize("fit", [1, 2])
def test_what_does_not_fit_into_a_petition_leaves_no_file_there(
    world: World, monkeypatch: pytest.MonkeyPatch, fit: int
) -> None:
    petition = world.files()
    monkeypatch.setattr(file_petition, "MAX_ADDITIONS", len(petition.additions) + fit)
    at = world.clock.now()
    words = InputPart(key="m9-0", at=at, type="text", text="Vẫn còn đó")
    shown = InputPart(key="m9-1", at=at, type="image", url="https://photo.zdn.vn/1.jpg")
    effects = world.intake.effects
    effect = AddToPetition(petition.code, (words, shown))
    texts = effects.texts
    world.store.transact(lambda tx: effects.filing.add(tx, effect, texts, at, goes_on=False))
    after = world.petitions()[0]
    assert len(after.additions) - len(petition.additions) == fit
    assert [file.id for file in after.files[len(petition.files) :]] == ["m9-1"][: fit - 1]
