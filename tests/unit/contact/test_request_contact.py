from __future__ import annotations

from datetime import UTC, datetime

import pytest

from petitions.adapters import reference
from petitions.domain.contact.contact_request import ContactRequest, due_instants
from petitions.domain.lifecycle.lifecycle import Action, Role
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.understanding.commands import CallPerson
from tests.unit.contact.planned import officers_told
from tests.unit.conversation.scripted import means
from tests.unit.petition.handling import ANSWER, WHY_NONE, act, officer, routed
from tests.unit.reminders.staff import mails
from tests.unit.world import World

NIGHT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # 23:00 on a Monday
OPENING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # 08:00 on the Wednesday: the 24th is a holiday


@pytest.fixture
def world() -> World:
    world = World()
    for who, unit, role, duty in (
        ("duty", "VPUB", Role.COORDINATOR, True),
        ("other", "VPUB", Role.COORDINATOR, False),
        ("admin", "VPUB", Role.ADMIN, True),
    ):
        person = Officer(id=who, name=who, email=f"{who}@example.vn", unit=unit, role=role, on_duty=duty)
        world.store.create(f"officers/{who}", person.stored())
    return world


def requests(world: World) -> list[ContactRequest]:
    found = [world.store.documents[path] for path in world.store.paths("contact_requests")]
    return sorted(map(ContactRequest.model_validate, found), key=lambda contact_request: contact_request.at)


def recipients(world: World) -> list[tuple[str, str]]:
    return [(mail["officer"], mail["state"]) for mail in mails(world, "contact")]


def answered(world: World) -> Petition:
    petition = routed(world)
    staff, head = officer(petition.unit), officer(petition.unit, Role.HEAD, "truong")
    for person in (staff, head):
        world.store.create(f"officers/{person.id}", person.stored())
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, staff, petition, action)
    petition = act(world, staff, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    petition = act(world, head, petition, Action.APPROVE)
    world.deliver()
    return petition


def test_contact_request_notifies_those_on_duty_at_once(world: World) -> None:
    assert "đã báo cán bộ trực" in world.types("gặp cán bộ")
    (request,) = requests(world)
    assert (request.why, request.unit, request.code, request.state) == ("person", "VPUB", None, "new")
    assert recipients(world) == [("duty", "planned")]
    assert officers_told(world, "đã báo cán bộ trực") == ["duty"]
    assert request.see_by == datetime(2026, 11, 23, 2, 15, 1, tzinfo=UTC)
    assert request.act_by == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


def test_the_mail_repeats_no_word_of_the_citizen(world: World) -> None:
    world.types("Cho tôi gặp cán bộ, tôi là Nguyễn Văn Kín, số 0912345678")
    assert requests(world)
    for mail in mails(world, "contact"):
        assert not {"Kín", "0912345678"} & {*mail["text"].replace(",", " ").split()}


def test_all_coordinators_are_notified_if_nobody_is_on_duty(world: World) -> None:
    world.store.update("officers/duty", {"on_duty": False})
    world.types("gặp cán bộ")
    assert {who for who, _ in recipients(world)} == {"duty", "other"}


def test_at_night_the_mail_waits_and_the_reply_claims_no_notification(world: World) -> None:
    world.clock.at = NIGHT
    reply = world.types("gặp cán bộ")
    assert "đã báo" not in reply
    assert "lúc 08:00 thứ Tư 25/11/2026" in reply
    assert recipients(world) == [("duty", "waiting")]
    assert [mail["next_attempt_at"] for mail in mails(world, "contact")] == [OPENING]
    assert requests(world)[0].see_by == datetime(2026, 11, 25, 1, 15, tzinfo=UTC)


def test_a_danger_reaches_those_on_duty_by_night_too(world: World) -> None:
    world.clock.at = NIGHT
    assert "114" in world.types("Cháy nhà ở 12 Trung Kính, cứu với")
    (request,) = requests(world)
    assert (request.why, request.unit) == ("emergency", "VPUB")
    assert recipients(world) == [("duty", "planned")]
    assert "[KHẨN]" in mails(world, "contact")[0]["subject"]


def test_repeated_request_before_a_look_gets_a_true_reply_and_no_second_mail(world: World) -> None:
    world.types("gặp cán bộ")
    reply = world.types("cho tôi gặp cán bộ ngay")
    assert "đã báo" not in reply
    assert "Cán bộ chưa mở yêu cầu của anh/chị" in reply
    (request,) = requests(world)
    assert request.text == "gặp cán bộ\ncho tôi gặp cán bộ ngay"
    assert len(recipients(world)) == 1


def test_repeated_request_after_a_look_is_a_new_request(world: World) -> None:
    world.types("gặp cán bộ")
    world.store.update(world.store.paths("contact_requests")[0], {"state": "seen"})
    assert "đã báo cán bộ trực" in world.types("gặp cán bộ")
    assert len(requests(world)) == len(recipients(world)) == 2


def test_without_consent_the_words_are_kept_masked(world: World) -> None:
    means(world, "gặp cán bộ, căn cước của tôi 001099012345, số 0912345678", CallPerson())
    assert "001099012345" not in requests(world)[0].text
    assert "0912345678" not in requests(world)[0].text


def test_the_number_at_which_to_be_called_is_kept_for_that(world: World) -> None:
    means(world, "gọi tôi số 0912345678", CallPerson(phone="0912345678"))
    assert requests(world)[0].text.endswith("0912345678")


@pytest.mark.parametrize("words", ["GẶP CÁN BỘ 0911222333", "gap can bo 0911 222 333", "OFFICER 0911222333"])
def test_the_words_that_texts_teach_have_an_officer_call(world: World, words: str) -> None:
    reply = world.types(words)
    assert "gọi lại cho anh/chị theo số đã cho" in reply or "to call you at the number" in reply
    assert requests(world)[0].text.endswith("911222333")


def test_a_low_rating_and_its_reason_reach_the_handler_each_with_a_mail(world: World) -> None:
    petition = answered(world)
    handler = petition.handler
    world.types("3")
    assert [contact_request.why for contact_request in requests(world)] == ["low_rating"]
    assert recipients(world) == [(handler, "planned")]
    reply = world.types("Giấy tờ vẫn sai như cũ")
    assert "chuyển tới đơn vị" in reply
    (request,) = requests(world)
    assert (request.unit, request.code, request.text) == (petition.unit, petition.code, "Giấy tờ vẫn sai như cũ")
    assert officers_told(world, "chuyển tới đơn vị") == [handler]
    first, second = (mail["text"] for mail in mails(world, "contact"))
    assert "viết thêm" not in first
    assert "vừa viết thêm lời" in second


def test_a_high_rating_calls_nobody(world: World) -> None:
    answered(world)
    world.types("1")
    assert requests(world) == []


def test_the_reason_by_night_is_passed_on_at_the_opening(world: World) -> None:
    answered(world)
    world.types("3")
    world.clock.at = NIGHT
    reply = world.types("Giấy tờ vẫn sai như cũ")
    assert "lúc 08:00 thứ Tư 25/11/2026" in reply
    assert [state for _, state in recipients(world)] == ["planned", "waiting"]


def test_contest_after_the_window_reaches_the_coordinators(world: World) -> None:
    petition = answered(world)
    world.types("1")
    assert "xem lại" in world.types("đề nghị mở lại phản ánh, việc vẫn chưa được giải quyết")
    (request,) = requests(world)
    assert (request.why, request.unit, request.code) == ("contested", "VPUB", petition.code)
    assert officers_told(world, "để xem lại") == ["duty"]


def test_citizen_stuck_in_a_draft_gets_help_unasked(world: World) -> None:
    world.types("UBND phường chậm trả giấy khai sinh", "đồng ý", "xong")
    world.types("Số 12 phố Trung Kính, phường Yên Hòa")
    for _ in range(3):
        reply = world.types("7")
    assert "GẶP CÁN BỘ" in reply
    assert "đã báo" not in reply
    (request,) = requests(world)
    assert (request.why, request.unit) == ("stuck", "VPUB")
    assert "khai sinh" in request.text
    assert recipients(world) == [("duty", "planned")]


@pytest.mark.parametrize(
    ("at", "see_by", "act_by"),
    [
        ("2026-11-23T10:30", "2026-11-23T10:45", "2026-11-23T17:30"),
        ("2026-11-23T17:15", "2026-11-23T17:30", "2026-11-23T17:30"),  # ends with the day, and is of that day
        ("2026-11-23T17:20", "2026-11-25T08:05", "2026-11-25T17:30"),
        ("2026-11-27T22:00", "2026-11-30T08:15", "2026-11-30T17:30"),  # over a weekend
    ],
)
def test_fifteen_working_minutes_to_see_and_that_working_day_to_act(at: str, see_by: str, act_by: str) -> None:
    found = due_instants(_hanoi(at), reference.chores(), reference.calendar())
    assert found == (_hanoi(see_by), _hanoi(act_by))


def _hanoi(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def test_reply_claims_no_notification_without_recipients() -> None:
    empty = World()
    reply = empty.types("gặp cán bộ")
    assert "đã báo" not in reply
    assert "Cán bộ chưa mở yêu cầu của anh/chị" in reply
    assert len(requests(empty)) == 1
