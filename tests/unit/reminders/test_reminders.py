"""Every level of reminders reaches every recipient once, even if schedules fail or repeat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from petitions.domain.lifecycle.lifecycle import Action, Role, State
from petitions.domain.officers.officer import Officer
from petitions.ports.store import Document, Query
from petitions.usecases.lifecycle.commands import command
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared import sweeping
from petitions.usecases.shared.relay import RelayUnpublished
from tests.unit.petition.handling import ANSWER, COORDINATOR, WHY_NONE, act, history, officer
from tests.unit.reminders.staff import mails, staffed
from tests.unit.world import World

CLAIM = timedelta(minutes=10)


@pytest.fixture
def world() -> World:
    world = World()
    world.clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 09:00, and Tuesday 24/11 is a holiday
    return world


def sweep_until(world: World, end: datetime, every: timedelta = timedelta(minutes=5)) -> None:
    while world.clock.at < end:
        world.clock.at += every
        world.reminders()


def reminders(world: World) -> list[str]:
    return [path.removeprefix("reminders/") for path in world.store.paths("reminders")]


def sent_reminders(world: World) -> list[str]:
    return [reminder for reminder in reminders(world) if reminder.split(":")[3] != "-"]


def filed(world: World) -> str:
    petition = world.files()
    world.routing(petition.code)
    staffed(world, world.petitions()[0].unit)
    return petition.code


def urgent(world: World) -> str:
    code = filed(world)
    world.store.update(f"petitions/{code}", {"level": "urgent"})
    return code


def test_the_reception_clock_reminds_and_widens_and_goes_on(world: World) -> None:
    code = filed(world)
    unit = world.petitions()[0].unit.lower()
    sweep_until(world, datetime(2026, 11, 27, 12, 0, tzinfo=UTC))
    expected = {
        f"{code}:reception:75:{unit}-an:1",
        f"{code}:reception:T:{unit}-an:1",
        f"{code}:reception:T:{unit}-truong:1",
    }
    for rung in ("T+4h", "T+8h", "T+12h", "T+16h", "T+20h"):
        expected |= {f"{code}:reception:{rung}:{who}:1" for who in (f"{unit}-an", f"{unit}-truong", "vpub-dieu-phoi")}
    assert {*reminders(world)} == expected


def test_nothing_is_sent_outside_working_hours(world: World) -> None:
    urgent(world)
    sweep_until(world, datetime(2026, 11, 30, 12, 0, tzinfo=UTC), timedelta(minutes=25))
    calendar = world.timekeeping.calendar
    sent = [world.store.documents[path]["at"] for path in world.store.paths("reminders")]
    sent += [mail["created_at"] for mail in mails(world, "reminder")]
    assert len(sent) > 20
    assert all(calendar.is_working_time(at) for at in sent)


def test_two_schedulers_a_crash_and_a_missed_day_change_nothing(world: World) -> None:
    code = urgent(world)
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    world.store.crash = "after"  # the commit stands, its reply is lost
    for _ in range(3):
        world.reminders()
    world.clock.at = datetime(2026, 11, 27, 2, 30, tzinfo=UTC)
    for _ in range(2):
        world.reminders()
    RelayUnpublished(world.store, world.publisher, world.clock)()
    rungs = [item.split(":")[2] for item in sent_reminders(world)]
    assert rungs.count("T") == 2
    assert rungs.count("T+16h") == 3
    assert len(rungs) == 5
    skipped = [reminder.split(":")[2] for reminder in reminders(world) if reminder.split(":")[3] == "-"]
    assert sorted(skipped) == ["75", "T+12h", "T+4h", "T+8h"]
    mailed = [dict(message.data)["id"] for message in world.publisher.of("notices")]
    assert sorted(item for item in mailed if item.startswith(code) and "-late-" not in item) == sorted(
        item.replace(":", "-") for item in sent_reminders(world)
    )


def test_a_sweep_that_dies_after_its_claim_is_made_up_for_when_the_claim_is_over(world: World) -> None:
    code = filed(world)
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    world.store.crash = "before"
    world.reminders()
    assert sent_reminders(world) == []
    assert world.store.documents[f"petitions/{code}"]["tries"] == 1
    assert world.reminders() == 0  # it is not due before its claim is over
    world.clock.at += CLAIM
    assert world.reminders() == 1
    assert sent_reminders(world)
    assert "tries" not in world.store.documents[f"petitions/{code}"]


def test_failures_climb_away_and_alarm(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    broken = filed(world)
    world.store.update(f"petitions/{broken}", {"state": "from the future"})
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    pauses = []
    for _ in range(8):
        assert world.reminders() == 1
        until = world.store.documents[f"petitions/{broken}"]["next_attempt_at"]
        pauses.append((until - world.clock.at) // timedelta(minutes=1))
        world.clock.at = until
    assert pauses == [10, 20, 40, 80, 160, 320, 360, 360]
    lines = [line for line in capsys.readouterr().out.splitlines() if "sweep_failed" in line]
    assert [("CRITICAL" in line) for line in lines] == [False] * 4 + [True] * 4


def test_a_petition_that_changes_between_claim_and_work_keeps_its_own_next_instant(world: World) -> None:
    code = filed(world)
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    claim = sweeping._claimed(world.store, "petitions", "next_attempt_at", world.clock.at)[1][0]
    petition = world.petitions()[0]
    after = world.desk(officer(petition.unit), command(code, Action.ACCEPT, petition.version))
    world.reminders._handle(claim, Staff(world.store, world.clock))
    assert sent_reminders(world) == []
    assert world.petitions()[0].next_attempt_at == after.next_attempt_at
    assert "tries" not in world.store.documents[f"petitions/{code}"]


def test_two_sweeps_at_once_share_the_work(world: World) -> None:
    filed(world)
    world.files(user="2")
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    first = world.store.find
    rival: list[int] = []

    def find(query: Query) -> list[Document]:
        found = first(query)
        if query.collection == "petitions" and not rival:
            rival.append(0)
            rival[0] = world.reminders()
        return found

    world.store.find = find  # type: ignore[method-assign]  # the rival claims between this one's query and its claim
    assert world.reminders() == 0
    assert rival == [2]
    assert len(sent_reminders(world)) == len({*sent_reminders(world)}) > 0


def test_an_acceptance_in_time_stops_the_reminders_of_reception(world: World) -> None:
    filed(world)
    petition = world.petitions()[0]
    world.desk(officer(petition.unit), command(petition.code, Action.ACCEPT, petition.version))
    sweep_until(world, datetime(2026, 11, 26, 12, 0, tzinfo=UTC))
    assert not [reminder for reminder in reminders(world) if ":reception:" in reminder]


def test_reminder_of_the_day_of_a_deadline_is_sent_that_morning(world: World) -> None:
    code = filed(world)
    petition = act(world, officer(world.petitions()[0].unit), world.petitions()[0], Action.ACCEPT)
    world.store.update(f"petitions/{code}", {"level": "urgent"})  # one by one, with a term in days
    due = petition.clocks["transfer"].due_at
    assert due == datetime(2026, 11, 26, 10, 30, tzinfo=UTC)
    sweep_until(world, due)
    today = [mail for mail in mails(world, "reminder") if str(mail["id"]).startswith(f"{code}-transfer-T-")]
    today = [mail for mail in today if mail["created_at"] >= due - timedelta(days=1)]
    assert {f"{mail['created_at']:%d %H:%M}" for mail in today} == {"26 01:00"}
    assert len(today) == 2
    assert all(str(mail["subject"]).startswith("[Hạn 17:30 thứ Năm 26/11/2026]") for mail in today)
    assert all("quá hạn" not in str(mail["text"]) for mail in today)


def test_a_unit_without_people_is_the_coordinators_worry(world: World) -> None:
    petition = world.files()
    world.routing(petition.code)
    duty = Officer(id="vpub-1", name="Trực", email="truc@example.vn", unit="VPUB", role=Role.COORDINATOR)
    world.store.create("officers/vpub-1", duty.stored())
    sweep_until(world, datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    assert any(":vpub-1:" in reminder for reminder in reminders(world))


def test_only_urgent_petitions_are_mailed_one_by_one_without_personal_data(world: World) -> None:
    quiet = filed(world)
    sweep_until(world, datetime(2026, 11, 27, 12, 0, tzinfo=UTC))
    assert mails(world, "reminder") == []
    code = world.files(user="2").code
    world.routing(code)
    world.store.update(f"petitions/{code}", {"level": "urgent"})
    sweep_until(world, datetime(2026, 12, 1, 12, 0, tzinfo=UTC))
    found = mails(world, "reminder")
    assert found
    for mail in found:
        assert quiet not in str(mail["text"])
        assert f"https://desk.example.vn/petitions/{code}" in str(mail["text"])
        for secret in ("Lan", "0912", "84912", "Trung Kính", "một cửa phường gây"):
            assert secret not in f"{mail['text']}{mail['subject']}"


def test_lateness_changes_accountability_and_not_the_state(world: World) -> None:
    code = filed(world)
    seen = []
    for day in range(25, 30):
        sweep_until(world, datetime(2026, 11, day, 12, 0, tzinfo=UTC))
        petition = world.petitions()[0]
        seen.append((petition.accountable.value, petition.state))
    assert seen == [("head", State.NEW), *[("coordinators", State.NEW)] * 4]
    assert history(world, code) == ["filed", "routed", "escalated", "escalated"]
    escalations = [e for e in world.store.documents.values() if e.get("action") == "escalated"]
    assert [e["reason"] for e in escalations] == ["head", "coordinators"]
    petition = act(world, officer("VPUB", Role.COORDINATOR), world.petitions()[0], Action.ACCEPT)
    moved = act(world, officer("VPUB", Role.COORDINATOR), petition, Action.ASSIGN, unit="SYT")
    assert moved.accountable == "handler"


def test_one_petition_that_fails_stops_no_other(world: World) -> None:
    filed(world)
    world.files(user="2")
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    world.store.crash = "before"
    assert world.reminders() == 2
    assert reminders(world)


def test_sweep_reads_only_due_reminders(world: World) -> None:
    filed(world)
    assert world.reminders() == 0


def test_unpublished_message_is_left_to_the_relay(world: World) -> None:
    urgent(world)
    world.publisher.failing = True
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    world.reminders()
    assert any("unpublished_since" in world.store.documents[path] for path in world.store.paths("inbox"))


def test_a_count_that_was_lost_reminds_nobody_again(world: World) -> None:
    code = urgent(world)
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    world.reminders()
    before, posted = sent_reminders(world), len(mails(world, "reminder"))
    assert before
    world.store.update(f"petitions/{code}", {"rungs": {}, "next_attempt_at": world.clock.at})
    assert world.reminders() == 1
    assert sent_reminders(world) == before
    assert len(mails(world, "reminder")) == posted


def answered(world: World) -> str:
    code = filed(world)
    head = officer(world.petitions()[0].unit, Role.HEAD, "truong")
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        act(world, head, world.petitions()[0], action)
    answers(world)
    return code


def answers(world: World) -> None:
    head = officer(world.petitions()[0].unit, Role.HEAD, "truong")
    act(world, head, world.petitions()[0], Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    act(world, officer(head.unit, Role.HEAD, "pho"), world.petitions()[0], Action.APPROVE)


def test_a_rating_is_asked_for_once_and_the_petition_closes_when_its_window_is_over(world: World) -> None:
    answered(world)
    sweep_until(world, datetime(2026, 11, 25, 23, 30, tzinfo=UTC), timedelta(hours=1))
    assert mails(world, "rating_asked") == []
    sweep_until(world, datetime(2026, 12, 3, 9, 0, tzinfo=UTC), timedelta(hours=1))
    asked = mails(world, "rating_asked")
    assert [f"{item['created_at']:%d %H}" for item in asked] == ["26 01"]  # 08:00 of the second working day
    assert "chưa hài lòng" in world.last_reply().lower()
    assert world.petitions()[0].state is State.ANSWERED
    assert "cảm ơn" in world.types("rất hài lòng").lower()
    sweep_until(world, datetime(2026, 12, 4, 12, 0, tzinfo=UTC), timedelta(hours=1))
    petition = world.petitions()[0]
    assert petition.state is State.CLOSED
    assert petition.next_attempt_at is None
    assert petition.rating is not None
    assert len(mails(world, "rating_asked")) == 1


def test_citizen_with_a_rating_is_not_asked(world: World) -> None:
    answered(world)
    world.deliver()
    world.types("1")
    sweep_until(world, datetime(2026, 12, 7, 12, 0, tzinfo=UTC), timedelta(hours=1))
    assert mails(world, "rating_asked") == []
    assert world.petitions()[0].state is State.CLOSED


def test_a_rating_of_a_withdrawn_answer_does_not_count_for_the_next(world: World) -> None:
    answered(world)
    world.deliver()
    world.types("1")
    first = world.petitions()[0].rating
    world.clock.advance(days=1)
    reopened = act(world, COORDINATOR, world.petitions()[0], Action.REOPEN, text="Trả lời chưa đủ")
    act(world, officer(reopened.unit, Role.HEAD, "truong"), reopened, Action.RESUME_WORK)
    answers(world)
    assert world.petitions()[0].rating == first
    sweep_until(world, datetime(2026, 11, 30, 12, 0, tzinfo=UTC), timedelta(hours=4))
    assert len(mails(world, "rating_asked")) == 1


def test_a_clock_that_was_paused_overdue_goes_on_where_it_was(world: World) -> None:
    filed(world)
    who = officer(world.petitions()[0].unit)
    sweep_until(world, datetime(2026, 11, 26, 12, 0, tzinfo=UTC))
    act(world, who, world.petitions()[0], Action.ASK_SUPPLEMENT, text="Xin gửi ảnh biên nhận.")
    before = [reminder for reminder in reminders(world) if ":reception:" in reminder]
    sweep_until(world, datetime(2026, 12, 12, 12, 0, tzinfo=UTC), timedelta(hours=1))  # its reminder is sent
    act(world, who, world.petitions()[0], Action.SUPPLEMENT, text="Xử lý tiếp, không chờ nữa.")
    assert world.petitions()[0].clocks["reception"].due_version == 1
    sweep_until(world, datetime(2026, 12, 14, 1, 30, tzinfo=UTC), timedelta(hours=1))
    fresh = [reminder for reminder in reminders(world) if ":reception:" in reminder and reminder not in before]
    passed = {item.split(":")[2] for item in fresh}
    assert not passed & {item.split(":")[2] for item in before}
    assert any(item.split(":")[3] != "-" for item in fresh)


def test_a_supplement_that_does_not_come_is_a_task_and_never_a_refusal(world: World) -> None:
    code = filed(world)
    unit = world.petitions()[0].unit
    act(world, officer(unit), world.petitions()[0], Action.ASK_SUPPLEMENT, text="Xin gửi ảnh biên nhận.")
    sweep_until(world, datetime(2026, 12, 11, 12, 0, tzinfo=UTC), timedelta(hours=1))
    assert reminders(world) == [f"{code}:supplement:T+1:{unit.lower()}-an:1"]
    assert world.petitions()[0].state is State.AWAITING_CITIZEN
    assert world.petitions()[0].accountable == "handler"
