"""Daily limits on petitions and contact requests. Messages beyond a limit are kept and acknowledged."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from petitions.adapters import reference
from petitions.domain.contact.contact_request import ContactRequest, ContactState
from tests.unit.reminders.staff import mails
from tests.unit.world import USER, World

CHORES = reference.chores()
MATTERS = (
    "Bãi xe chợ thu tiền quá giá niêm yết {}", "Trạm y tế đóng cửa trước giờ hành chính {}",
    "Biển chỉ đường ở ngã tư bị mờ không đọc được {}", "Thủ tục cấp phép xây dựng đòi giấy tờ ngoài quy định {}",
    "Trang dịch vụ công báo lỗi khi nộp hồ sơ {}",
)  # fmt: skip


@pytest.fixture
def world() -> World:
    return World()


def fills_the_day(world: World, user: str = USER) -> None:
    for number in range(CHORES.petitions_a_day):
        world.clock.advance(minutes=2)  # slow enough not to be a flood
        world.files(MATTERS[number % len(MATTERS)].format(f"từ ngày {number + 1} tháng 11"), user=user)
    assert len(world.petitions()) == CHORES.petitions_a_day


def asks_for_a_person(world: World) -> str:
    for path in world.store.paths("contact_requests"):
        world.store.update(path, {"state": "seen"})
    return world.types("gặp cán bộ")


def test_a_petition_beyond_the_days_number_waits_as_a_draft_and_is_filed_on_the_next(world: World) -> None:
    fills_the_day(world)
    last = "Cán bộ phường hẹn ba lần không trả giấy xác nhận cư trú"
    world.files(last)
    assert len(world.petitions()) == CHORES.petitions_a_day
    assert f"tối đa {CHORES.petitions_a_day} phản ánh mỗi ngày" in world.last_reply()
    assert "giữ nguyên" in world.last_reply()
    assert last in str(world.talk()["draft"])
    assert "phản ánh mỗi ngày" in world.types("1")  # however often they try
    world.files("Người khác vẫn gửi được như thường", user="4572947693969779999")
    assert len(world.petitions()) == CHORES.petitions_a_day + 1
    world.clock.at = datetime(2026, 11, 23, 17, 0, 1, tzinfo=UTC)  # midnight in Hanoi
    world.types("1")
    assert last in {request.content for request in world.petitions()}
    assert world.talk()["step"] == "idle"


def test_officers_are_disturbed_so_often_a_day_and_every_word_waits_in_the_inbox(world: World) -> None:
    world.has_a_coordinator()

    for number in range(CHORES.contacts_a_day):
        assert "đã báo" in asks_for_a_person(world), number
    before = len(mails(world, "contact"))
    assert before == CHORES.contacts_a_day
    assert "cán bộ xem lần lượt" in asks_for_a_person(world)
    found = [
        ContactRequest.model_validate(world.store.documents[path]) for path in world.store.paths("contact_requests")
    ]
    assert len(found) == CHORES.contacts_a_day + 1
    assert [request.state for request in found].count(ContactState.NEW) == 1
    assert len(mails(world, "contact")) == before
    assert [request.next_attempt_at is None for request in found].count(True) == 1  # and no reminder is sent


def test_the_requests_of_a_day_are_counted_by_the_day_in_hanoi(world: World) -> None:
    world.has_a_coordinator()
    world.clock.at = datetime(2026, 11, 23, 16, 55, tzinfo=UTC)  # the last minutes of the 23rd
    for _ in range(CHORES.contacts_a_day):
        asks_for_a_person(world)
    assert "cán bộ xem lần lượt" in asks_for_a_person(world)
    world.clock.at = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # midnight in Hanoi, the same day in UTC
    for number in range(CHORES.contacts_a_day):
        assert "cán bộ xem lần lượt" not in asks_for_a_person(world), number
    world.clock.at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # the same day in Hanoi, the next in UTC
    assert "cán bộ xem lần lượt" in asks_for_a_person(world)


def test_a_danger_is_told_whatever_else_they_asked_that_day(world: World) -> None:
    world.has_a_coordinator()
    for _ in range(CHORES.contacts_a_day):
        asks_for_a_person(world)
    before = len(mails(world, "contact"))
    world.types("Cháy nhà số 5 phố Trung Kính, có người mắc kẹt, cứu với")
    assert len(mails(world, "contact")) == before + 1
