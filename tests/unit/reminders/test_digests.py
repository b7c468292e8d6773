"""Every officer with tasks gets one digest per working day, grouped by task and correct at that time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from petitions.domain.clock.clocks import start_clock
from petitions.domain.contact.contact_request import ContactReason, ContactRequest, ContactState, due_instants
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.lifecycle.states import ClockName, Level
from petitions.domain.officers.officer import Deputy, Officer
from petitions.domain.petition.petition import Contact, Petition, RecoveryPlan
from petitions.domain.petition.stored_answer import StoredAnswer
from petitions.domain.shared.records import HANOI, replace
from tests.unit.petition.handling import officer
from tests.unit.reminders.staff import mails
from tests.unit.world import World

THURSDAY = datetime(2026, 11, 26, 8, 0, tzinfo=HANOI)
LATE, TODAY, TOMORROW, SOON, FAR = "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"


@pytest.fixture
def world() -> World:
    world = World()
    world.clock.at = THURSDAY.astimezone(UTC)
    for unit in ("SYT", "SXD"):
        for person in (officer(unit), officer(unit, Role.HEAD, "truong")):
            world.store.create(f"officers/{person.id}", person.stored())
    for person in (officer("VPUB", Role.COORDINATOR, "dieu-phoi"), officer("VPUB", Role.HEAD, "chanh-vp")):
        world.store.create(f"officers/{person.id}", person.stored())
    return world


def test_deputy_is_notified_by_mail_at_the_start_and_beside_duties(world: World) -> None:
    stands = Deputy(officer="syt-an", since=date(2026, 11, 26), until=date(2026, 12, 2))
    world.store.update("officers/syt-truong", {"deputy": stands.stored()})
    line = "đến hết 02/12/2026: việc của người được thay"

    def recipients() -> list[str]:
        return [mail["officer"] for mail in mails(world, "digest") if line in mail["text"]]

    world.digests()
    assert recipients() == ["syt-an"]
    world.clock.at = THURSDAY.astimezone(UTC) + timedelta(days=4)  # Monday
    world.digests()
    assert recipients() == ["syt-an"]  # it has long begun, and nothing is to be done
    stored(world, 1, "2026-12-01", handler="syt-an")
    world.clock.at = THURSDAY.astimezone(UTC) + timedelta(days=5)
    world.digests()
    assert recipients() == ["syt-an", "syt-an"]
    world.clock.at = THURSDAY.astimezone(UTC) + timedelta(days=7)
    world.digests()
    assert recipients() == ["syt-an", "syt-an"]  # it is over


def stored(world: World, number: int, due: str, unit: str = "SYT", **more: Any) -> Petition:
    start = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
    keeping = world.timekeeping
    rule = keeping.rules.find(ClockName.ANSWER, "pakn", Level.NORMAL, start)
    clock = start_clock(ClockName.ANSWER, rule, keeping.rules.version, keeping.calendar, start)
    due_at = keeping.calendar.closing(date.fromisoformat(due))
    petition = Petition(
        code=f"HN-261109-0000-{number:04}",
        citizen="c",
        title="Cán bộ gây khó khăn cho bà Lan",
        content="Cán bộ gây khó khăn cho bà Lan",
        address="12 Trung Kính",
        contact=Contact(name="Lan", phone="84912345678"),
        state=State.IN_PROGRESS,
        unit=unit,
        clocks={ClockName.ANSWER: replace(clock, due_at=due_at)},
        due_at=due_at,
        filed_at=start,
        **more,
    )
    world.store.create(f"petitions/{petition.code}", petition.stored())
    return petition


def digest(world: World, who: str) -> str:
    found = [mail for mail in mails(world, "digest") if mail["officer"] == who]
    assert len(found) <= 1
    return f"{found[0]['subject']}\n{found[0]['text']}" if found else ""


def test_handler_and_head_get_their_reminders_of_the_ladder(world: World) -> None:
    for number, due in enumerate((LATE, TODAY, TOMORROW, SOON, FAR), 1):
        stored(world, number, due)
    stored(world, 6, TODAY, unit="SXD")
    world.digests()
    an, truong = digest(world, "syt-an"), digest(world, "syt-truong")
    assert "1 quá hạn, 1 đến hạn trong ngày" in an
    assert [f"{number:04}" in an for number in range(1, 7)] == [True, True, True, True, False, False]
    assert [f"{number:04}" in truong for number in range(1, 7)] == [True, True, False, False, False, False]
    assert re.search(r"Quá hạn trả lời từ 17:30 thứ Tư 25/11/2026.\nhttps://\S+0001\n", an)
    assert re.search(r"Hạn trả lời: 17:30 thứ Năm 26/11/2026.\nhttps://\S+0002\n", an)
    assert re.search(r"Hạn trả lời: 17:30 thứ Sáu 27/11/2026.\nhttps://\S+0003\n", an)
    assert "https://desk.example.vn/petitions/HN-261109-0000-0001" in an
    assert "0006" in digest(world, "sxd-an")
    assert "• Cán bộ gây khó khăn cho bà [đã ẩn]\n" in an
    for secret in ("Lan", "0912", "84912", "Trung Kính"):
        assert secret not in "".join(str(mail) for mail in mails(world, "digest"))


@pytest.mark.parametrize(
    ("due", "more", "subject"),
    [
        ([LATE, LATE], {}, "[Phản ánh] 2 quá hạn – xử lý và trả lời (2) (26/11/2026)"),
        ([SOON], {}, "[Phản ánh] 1 sắp đến hạn – xử lý và trả lời (1) (26/11/2026)"),
        ([LATE], {"unit": "SXD"}, "[Phản ánh] đôn đốc đơn vị quá hạn (1) (26/11/2026)"),
    ],
)
def test_subject_names_due_duties_and_never_a_zero(
    world: World, due: list[str], more: dict[str, Any], subject: str
) -> None:
    for number, instant in enumerate(due, 1):
        stored(world, number, instant, **more)
    world.digests()
    found = {mail["subject"] for mail in mails(world, "digest")}
    assert subject in found
    assert not any(re.search(r"\b0 ", item) for item in found)


def test_forty_petitions_are_one_mail(world: World) -> None:
    for number in range(1, 81):
        stored(world, number, TODAY)
    world.digests()
    assert len(mails(world, "digest")) == 2
    assert "80 đến hạn trong ngày" in digest(world, "syt-an")
    assert "và 60 việc khác; xin xem trên bàn làm việc: https://desk.example.vn/\n" in digest(world, "syt-an")


def test_no_duties_no_digest_and_other_handlers_duties_are_left_out(world: World) -> None:
    stored(world, 1, TODAY, handler="syt-truong")
    stored(world, 2, FAR)
    world.digests()
    assert digest(world, "syt-an") == ""
    assert "0001" in digest(world, "syt-truong")
    assert digest(world, "vpub-dieu-phoi") == ""


def test_coordinators_have_the_citys_overdue_with_the_heads_plan(world: World) -> None:
    recovery = RecoveryPlan(text="Đang lấy ý kiến", until=date(2026, 12, 4), by="syt-truong", at=world.clock.at)
    stored(world, 1, LATE, recovery=recovery)
    stored(world, 2, LATE, unit="SXD")
    stored(world, 3, TODAY)
    world.digests()
    city = digest(world, "vpub-dieu-phoi")
    assert "đôn đốc đơn vị quá hạn (2)" in city
    assert "Sở Y tế" in city
    assert "hẹn xong trước 04/12/2026" in city
    assert "0003" not in city


def asked(world: World, number: int, why: ContactReason, petition: Petition, at: datetime) -> ContactRequest:
    see_by, act_by = due_instants(at, world.timekeeping.chores, world.timekeeping.calendar)
    request = ContactRequest(
        id=f"r{number}",
        why=why,
        citizen=f"c{number}",
        code=petition.code,
        unit=petition.unit,
        text="Bà Lan 0912345678 chưa hài lòng",
        at=at,
        see_by=see_by,
        act_by=act_by,
        expires_at=at + timedelta(days=365),
    )
    world.store.create(f"contact_requests/{request.id}", request.stored())
    return request


def test_low_ratings_are_in_one_digest(world: World) -> None:
    """A coordinator gets one e-mail a day about all of them, and the head of their unit another one."""
    wednesday = (THURSDAY - timedelta(days=1)).astimezone(UTC)
    health, building = stored(world, 1, FAR), stored(world, 2, FAR, unit="SXD")
    asked(world, 1, ContactReason.LOW_RATING, health, wednesday)
    asked(world, 2, ContactReason.CONTESTED, health, wednesday)
    asked(world, 3, ContactReason.CONTESTED, building, wednesday)
    asked(world, 4, ContactReason.PERSON, building, wednesday)
    asked(world, 5, ContactReason.LOW_RATING, building, world.clock.at)
    world.digests()
    coordinator = digest(world, "vpub-dieu-phoi")
    assert coordinator.startswith(
        "[Phản ánh] liên hệ lại người dân (1), xem lại kết quả theo ý kiến người dân (3) (26/11/2026)"
    )
    seen_late = "Đề nghị xem lại kết quả: Cán bộ gây khó khăn cho bà [đã ẩn]\n"
    assert coordinator.count(seen_late) == 2
    assert coordinator.count("chưa ai xem; quá hạn xem từ 08:15 thứ Tư 25/11/2026; quá hạn trả lời người dân") == 4
    assert "https://desk.example.vn/contacts#request-r1" in coordinator
    for unit in ("syt", "sxd"):
        for who in ("an", "truong"):
            assert "xem lại kết quả theo ý kiến người dân (2)" in digest(world, f"{unit}-{who}")
    assert "liên hệ lại người dân (1)" in digest(world, "sxd-truong")
    assert "hạn trả lời người dân: 17:30 thứ Năm 26/11/2026" in digest(world, "sxd-truong")
    assert digest(world, "vpub-chanh-vp") == ""
    for secret in ("Lan", "0912"):
        assert secret not in coordinator


@pytest.mark.parametrize("state", [ContactState.ANSWERED, ContactState.CLOSED])
def test_answered_citizen_is_in_no_later_digest(world: World, state: ContactState) -> None:
    request = asked(world, 1, ContactReason.CONTESTED, stored(world, 1, FAR), THURSDAY - timedelta(days=1))
    world.store.update(f"contact_requests/{request.id}", {"state": state})
    world.digests()
    assert digest(world, "vpub-dieu-phoi") == ""


def test_request_seen_but_unanswered_stays_in_the_digest(world: World) -> None:
    request = asked(world, 1, ContactReason.CONTESTED, stored(world, 1, FAR), THURSDAY - timedelta(days=1))
    world.handle_contact.see(officer("VPUB", Role.COORDINATOR, "dieu-phoi"), request.id)
    world.digests()
    assert "chưa được trả lời" in digest(world, "vpub-dieu-phoi")


def test_head_gets_no_request_about_a_closed_petition(world: World) -> None:
    petition = stored(world, 1, FAR)
    asked(world, 1, ContactReason.CONTESTED, petition, THURSDAY - timedelta(days=1))
    world.store.update(f"petitions/{petition.code}", {"accused": petition.unit})
    world.digests()
    assert digest(world, "syt-truong") == ""
    assert petition.code in digest(world, "vpub-dieu-phoi")


def test_a_coordinators_own_overdue_petition_stands_once_in_their_digest(world: World) -> None:
    stored(world, 1, LATE, unit="VPUB")
    world.digests()
    own = digest(world, "vpub-dieu-phoi")
    assert own.count("0001") == 2  # its code and its link
    assert "1 quá hạn" in own
    assert "Đôn đốc" not in own


def test_of_the_citys_list_a_coordinators_own_are_left_out_and_the_others_are_counted(world: World) -> None:
    stored(world, 1, LATE, unit="VPUB")
    stored(world, 2, LATE, unit="SXD")
    world.digests()
    both = digest(world, "vpub-dieu-phoi")
    assert (both.count("0001"), both.count("0002")) == (2, 2)
    assert "đôn đốc đơn vị quá hạn (1)" in both


@pytest.mark.parametrize(
    "first",
    [
        date(2026, 12, 1),
        date(2027, 1, 4),  # after a holiday and a weekend
    ],
)
def test_leadership_has_the_monthly_list_on_the_first_working_day(world: World, first: date) -> None:
    stored(world, 1, LATE)
    stored(world, 2, LATE)
    stored(world, 3, LATE, unit="SXD")
    world.digests()
    assert digest(world, "vpub-chanh-vp") == ""
    world.clock.at = datetime.combine(first, time(8), HANOI).astimezone(UTC)
    world.digests()
    world.clock.at += timedelta(days=1)
    world.digests()
    month = digest(world, "vpub-chanh-vp")
    assert "lãnh đạo thành phố: 3" in month
    assert month.index("Sở Y tế: 2") < month.index("Sở Xây dựng: 1")


@pytest.mark.parametrize(
    ("at", "made"),
    [
        ("2026-11-26 07:59", False),
        ("2026-11-26 08:00", True),
        ("2026-11-26 11:55", True),
        ("2026-11-26 12:00", False),
        ("2026-11-28 08:00", False),  # Saturday
        ("2026-11-24 08:00", False),  # a holiday
    ],
)
def test_digests_go_out_on_working_mornings(world: World, at: str, *, made: bool) -> None:
    stored(world, 1, TODAY)
    world.clock.at = datetime.fromisoformat(at).replace(tzinfo=HANOI).astimezone(UTC)
    world.digests()
    assert bool(mails(world, "digest")) is made


@pytest.mark.parametrize("crash", ["before", "after"])
def test_a_crash_and_a_second_run_make_no_second_digest(world: World, crash: str) -> None:
    stored(world, 1, TODAY)
    stored(world, 2, TODAY, unit="SXD")
    world.store.crash = crash
    for _ in range(4):
        world.digests()
        world.clock.at += timedelta(minutes=5)
    assert sorted(str(mail["officer"]) for mail in mails(world, "digest")) == [
        "sxd-an",
        "sxd-truong",
        "syt-an",
        "syt-truong",
    ]


def test_time_that_is_up_leaves_the_rest_to_the_next_run(world: World) -> None:
    stored(world, 1, TODAY)
    transact = world.store.transact

    def slow(body: Any) -> Any:
        world.clock.at += timedelta(seconds=16)
        return transact(body)

    world.store.transact = slow  # type: ignore[method-assign]
    assert world.digests() == 1
    assert world.digests() == 1
    assert world.digests() == 1
    assert world.digests() == 0
    assert digest(world, "syt-an")


def test_who_entered_a_phone_has_the_figures_for_the_template_too(world: World) -> None:
    stored(world, 1, TODAY)
    world.store.update("officers/syt-an", {"phone": "84912345678"})
    world.digests()
    found = {str(mail["officer"]): mail.get("template") for mail in mails(world, "digest")}
    assert found["syt-truong"] is None
    expected = {"day": "26/11/2026", "overdue": "0", "today": "1", "approval": "0", "soon": "0", "unanswered": "0"}
    assert found["syt-an"] == expected


def test_deadline_moved_to_today_after_the_digest_is_sent_today(world: World) -> None:
    petition = stored(world, 1, FAR)
    stored(world, 2, TODAY)
    world.digests()
    assert "0001" not in digest(world, "syt-an")
    moved = replace(petition.clocks["answer"], due_at=datetime(2026, 11, 26, 10, 30, tzinfo=UTC), due_version=2)
    world.clock.at += timedelta(hours=2)
    for code in (petition.code, "HN-261109-0000-0002"):
        world.store.update(f"petitions/{code}", {"next_attempt_at": world.clock.at})
    world.store.update(f"petitions/{petition.code}", {"clocks.answer": moved.stored()})
    assert world.reminders() == 2
    world.clock.at += timedelta(minutes=11)
    world.news()
    texts = [str(mail["text"]) for mail in mails(world, "news")]
    assert len(texts) == 2
    assert all("Sắp đến hạn" in text and "0001" in text and "0002" not in text for text in texts)


def test_news_written_before_the_deadline_shows_overdue_after_it(world: World) -> None:
    petition = stored(world, 1, FAR)
    world.digests()
    due = datetime(2026, 11, 26, 10, 30, tzinfo=UTC)
    moved = replace(petition.clocks["answer"], due_at=due, due_version=2)
    world.clock.at = due - timedelta(minutes=5)
    changed = {"clocks.answer": moved.stored(), "next_attempt_at": world.clock.at}
    world.store.update(f"petitions/{petition.code}", changed)
    world.reminders()
    world.clock.at = due + timedelta(hours=14, minutes=45)  # in the next morning
    world.news()
    texts = [str(mail["text"]) for mail in mails(world, "news")]
    assert texts
    assert all("Mới quá hạn" in text and "Sắp đến hạn" not in text for text in texts)
    assert not [text for text in texts if "hôm nay" in text]


def test_overdue_since_this_morning_is_sent_once_in_the_digest(world: World) -> None:
    petition = stored(world, 1, LATE)
    world.store.update(f"petitions/{petition.code}", {"next_attempt_at": world.clock.at})
    world.reminders()  # the reminder T+1 is sent while digests are being made
    world.digests()
    world.clock.at += timedelta(minutes=30)
    world.news()
    assert mails(world, "news") == []
    assert "0001" in digest(world, "syt-an")
    assert any(":T+1:" in path for path in world.store.paths("reminders"))


def test_a_petition_that_cannot_be_read_leaves_the_digests_alone(world: World) -> None:
    stored(world, 1, TODAY)
    stored(world, 2, TODAY)
    world.store.update("petitions/HN-261109-0000-0001", {"state": "from the future"})
    world.digests()
    assert "0002" in digest(world, "syt-an")


def test_the_seed_knows_a_phone_and_duty_only_where_they_were_given() -> None:
    assert "phone" not in Officer(id="a", name="A", email="a@b", unit="SYT", role=Role.OFFICER).stored()


def waiting(world: World, number: int, due: str, submitted: datetime) -> Petition:
    petition = stored(world, number, due)
    reply = StoredAnswer(text="x", author="syt-an", unit="SYT", written_at=submitted)
    changes = {"state": State.AWAITING_APPROVAL, "reply": reply.stored(), "handler": "syt-an"}
    world.store.update(f"petitions/{petition.code}", changes)
    return petition


def test_an_answer_that_waits_to_be_approved_is_the_heads_and_one_due_is_both_their_business(world: World) -> None:
    monday, today = THURSDAY - timedelta(days=3), THURSDAY - timedelta(minutes=5)
    later = "2026-12-18"
    for number, due, submitted in ((1, FAR, monday), (2, later, monday), (3, later, today), (4, LATE, monday)):
        waiting(world, number, due, submitted)
    world.digests()
    an, truong = digest(world, "syt-an"), digest(world, "syt-truong")
    assert [f"{number:04}" in truong for number in range(1, 5)] == [True, True, True, True]
    assert "1 quá hạn – duyệt câu trả lời (4)" in truong
    assert "■ Chờ người khác duyệt" in an
    assert [f"{number:04}" in an for number in range(1, 5)] == [False, False, False, True]


def test_head_is_reminded_of_an_answer_to_approve_that_is_due_soon(world: World) -> None:
    waiting(world, 1, TOMORROW, THURSDAY - timedelta(minutes=5))
    world.digests()
    assert "1 sắp đến hạn – duyệt câu trả lời (1)" in digest(world, "syt-truong")
    assert "1 sắp đến hạn – chờ người khác duyệt (1)" in digest(world, "syt-an")
