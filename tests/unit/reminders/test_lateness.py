"""Notices to the filer of a late petition: at the deadline, then weekly, and at once about a new date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.petition.petition import Petition
from petitions.usecases.desk.read_boards import ReadBoards
from petitions.usecases.petition.plan_recovery import PlanRecovery
from petitions.usecases.shared.tell_lateness import TellLateness
from tests.unit.conversation.ways import answered
from tests.unit.petition.handling import COORDINATOR, act, officer, routed
from tests.unit.reminders.staff import mails
from tests.unit.world import World

REASON = "Chờ kết quả đo tiếng ồn của đơn vị kiểm định"


@pytest.fixture
def world() -> World:
    return World().has_a_coordinator()


def accepted(world: World) -> Petition:
    petition = routed(world)
    act(world, officer(petition.unit), petition, Action.ACCEPT)
    return world.petitions()[0]


def mornings(world: World, days: int) -> None:
    for _ in range(days * 24):
        world.clock.advance(hours=1)
        world.reminders()


def messages(world: World) -> list[str]:
    return [str(mail["text"]) for mail in mails(world, "late")]


def plans(world: World, petition: Petition, until: date, reason: str = REASON) -> None:
    telling = TellLateness(world.intake.effects.texts, world.handle_contact.directory)
    plan = PlanRecovery(world.store, world.publisher, world.clock, world.ids, world.timekeeping, telling)
    plan(officer(petition.unit, Role.HEAD, "truong"), petition.code, petition.version, reason, until)


def test_filer_is_notified_when_the_deadline_passes_and_then_weekly(world: World) -> None:
    petition = accepted(world)
    due = petition.clocks["answer"].due_at
    world.clock.at = due - timedelta(hours=2)
    world.reminders()
    assert messages(world) == []
    mornings(world, 3)
    (first,) = messages(world)
    assert "Đã quá hạn trả lời từ" in first
    assert "chưa nêu lý do" in first
    assert first.splitlines()[-2:] == [
        "Xin lỗi anh/chị vì sự chậm trễ này.",
        world.handle_contact.directory.name_of(petition.unit),
    ]
    mornings(world, 20)
    times = [mail["created_at"] for mail in mails(world, "late")]
    assert len(times) in {3, 4}
    assert all(later - earlier >= timedelta(days=7) for earlier, later in pairwise(times))
    assert all(world.timekeeping.calendar.is_working_time(at) for at in times)


def test_filer_is_notified_of_late_reception_too(world: World) -> None:
    routed(world)
    mornings(world, 6)
    assert "Đã quá hạn tiếp nhận từ" in messages(world)[0]


def test_petition_in_time_causes_no_notice(world: World) -> None:
    answered(world)
    mornings(world, 40)
    assert messages(world) == []


def test_filer_who_must_answer_a_request_gets_no_notice_of_lateness(world: World) -> None:
    petition = accepted(world)
    act(world, officer(petition.unit), petition, Action.ASK_SUPPLEMENT, text="Cần ảnh")
    mornings(world, 4)
    assert world.petitions()[0].state is State.AWAITING_CITIZEN
    assert messages(world) == []


def test_reason_and_new_date_are_sent_at_once_and_a_missed_date_is_late_again(world: World) -> None:
    petition = accepted(world)
    world.clock.at = petition.clocks["answer"].due_at
    mornings(world, 3)
    until = (world.clock.now() + timedelta(days=10)).date()
    plans(world, world.petitions()[0], until)
    assert f"“{REASON}”. Ngày mới: {until:%d/%m/%Y}." in messages(world)[-1]
    boards = ReadBoards(world.store, world.clock, world.timekeeping)
    assert [unit.planned for unit in boards.lateness(officer("VPUB", Role.COORDINATOR)).units] == [1]
    before = len(messages(world))
    mornings(world, 9)
    assert len(messages(world)) == before
    mornings(world, 5)
    assert len(messages(world)) == before + 1
    assert f"đã hẹn xong trong ngày {until:%d/%m/%Y} nhưng chưa xong" in messages(world)[-1]
    assert [
        (unit.planned, unit.late[0].missed) for unit in boards.lateness(officer("VPUB", Role.COORDINATOR)).units
    ] == [(0, True)]


def test_status_in_the_chat_is_the_same(world: World) -> None:
    petition = accepted(world)
    world.clock.at = petition.clocks["answer"].due_at + timedelta(days=1)
    world.reminders()
    reply = world.types(petition.code)
    assert "Đã quá hạn trả lời từ" in reply
    assert "Đơn vị chưa nêu lý do và ngày mới; đã nhắc" in reply
    plans(world, world.petitions()[0], date(2027, 1, 15))
    assert f"“{REASON}”. Ngày mới: 15/01/2027." in world.types(petition.code)


def test_texts_hide_the_filer(world: World) -> None:
    petition = accepted(world)
    world.clock.at = petition.clocks["answer"].due_at + timedelta(days=1)
    plans(world, world.petitions()[0], date(2027, 1, 15), "Chưa gặp được bà Nguyễn Thị Lan ở 12 phố Trung Kính")
    assert "Nguyễn Thị Lan" not in messages(world)[-1]


def test_no_notices_at_night(world: World) -> None:
    petition = routed(world)
    world.clock.at = petition.clocks["reception"].due_at + timedelta(minutes=2)
    world.clock.at = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)  # a Saturday
    world.reminders()
    assert messages(world) == []


def test_the_plan_of_one_unit_is_no_promise_of_the_next(world: World) -> None:
    petition = accepted(world)
    world.clock.at = petition.clocks["answer"].due_at + timedelta(days=1)
    plans(world, world.petitions()[0], date(2027, 1, 15))
    petition = world.petitions()[0]
    other = next(unit for unit in ("SYT", "SNV") if unit != petition.unit)
    act(world, COORDINATOR, petition, Action.ASSIGN, unit=other, text="Đúng thẩm quyền của đơn vị này")
    (moved,) = world.petitions()
    assert (moved.unit, moved.recovery) == (other, None)
    assert REASON not in world.types(moved.code)


def test_a_deadline_that_passes_at_the_closing_waits_for_the_opening(world: World) -> None:
    petition = accepted(world)
    world.clock.at = petition.clocks["answer"].due_at
    for _ in range(14):
        world.clock.advance(hours=1)
        world.reminders()
        at = world.petitions()[0].next_attempt_at
        assert at
        assert at > world.clock.now(), "the sweep has nothing to do before"
        assert world.timekeeping.calendar.is_working_time(at)
