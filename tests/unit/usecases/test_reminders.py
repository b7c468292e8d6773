"""Reminders: each rung once to each person, whatever happens to the sweeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from petitions.domain.lifecycle import Action, Role
from petitions.domain.officer import Officer
from petitions.usecases.act_on_petition import Deed
from petitions.usecases.relay import RelayUnpublished
from tests.unit.usecases.test_flow import officer
from tests.unit.world import World


@pytest.fixture
def world() -> World:
    world = World()
    world.clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 09:00; Tuesday 24/11 is a holiday
    return world


def staffed(world: World, unit: str) -> None:
    people = [officer(unit), officer(unit, Role.HEAD, "truong"), officer("VPUB", Role.COORDINATOR, "dieu-phoi")]
    for person in people:
        world.store.create(f"officers/{person.id}", person.stored())


def sweep_until(world: World, end: datetime, every: timedelta = timedelta(minutes=5)) -> None:
    while world.clock.at < end:
        world.clock.at += every
        world.reminders()


def reminders(world: World) -> list[str]:
    return [path.removeprefix("reminders/") for path in world.store.paths("reminders")]


def filed(world: World) -> str:
    petition = world.files()
    world.routing(petition.code)
    staffed(world, world.petitions()[0].unit)
    return petition.code


def test_the_reception_clock_reminds_three_times_and_widens(world: World) -> None:
    code = filed(world)
    unit = world.petitions()[0].unit.lower()
    sweep_until(world, datetime(2026, 11, 27, 12, 0, tzinfo=UTC))
    reception = [each for each in reminders(world) if ":reception:" in each]
    assert sorted(reception) == sorted(
        [
            f"{code}:reception:T-1:{unit}-an:1",
            f"{code}:reception:T:{unit}-an:1",
            f"{code}:reception:T:{unit}-truong:1",
            f"{code}:reception:T+1:{unit}-an:1",
            f"{code}:reception:T+1:{unit}-truong:1",
            f"{code}:reception:T+1:vpub-dieu-phoi:1",
        ]
    )


def test_nothing_is_sent_outside_working_hours(world: World) -> None:
    filed(world)
    sweep_until(world, datetime(2026, 11, 30, 12, 0, tzinfo=UTC), timedelta(minutes=25))
    calendar = world.timekeeping.calendar
    sent = [world.store.documents[path]["at"] for path in world.store.paths("reminders")]
    assert sent
    assert all(calendar.is_working_time(at) for at in sent)


def test_two_schedulers_a_crash_and_a_missed_day_change_nothing(world: World) -> None:
    code = filed(world)
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    world.store.crash = "after"
    world.reminders()
    world.reminders()
    world.reminders()
    world.clock.at = datetime(2026, 11, 27, 2, 30, tzinfo=UTC)
    world.reminders()
    world.reminders()
    RelayUnpublished(world.store, world.publisher, world.clock)()
    rungs = [each.split(":")[2] for each in reminders(world) if each.split(":")[3] != "-"]
    assert rungs.count("T") <= 2
    assert rungs.count("T+1") == 3
    notices = [dict(message.data)["id"] for message in world.publisher.of("notices")]
    mails = [each for each in notices if each.startswith(code)]
    assert len(set(mails)) == len([each for each in reminders(world) if each.split(":")[3] != "-"])


def test_an_acceptance_in_time_stops_the_reminders_of_reception(world: World) -> None:
    filed(world)
    petition = world.petitions()[0]
    world.desk(officer(petition.unit), Deed(petition.code, Action.ACCEPT, petition.version))
    sweep_until(world, datetime(2026, 11, 26, 12, 0, tzinfo=UTC))
    assert not [each for each in reminders(world) if ":reception:" in each]


def test_a_unit_without_people_is_the_coordinators_worry(world: World) -> None:
    petition = world.files()
    world.routing(petition.code)
    duty = Officer(id="vpub-1", name="Trực", email="truc@example.vn", unit="VPUB", role=Role.COORDINATOR)
    world.store.create("officers/vpub-1", duty.stored())
    sweep_until(world, datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    assert any(":vpub-1:" in each for each in reminders(world))


def test_mail_holds_no_personal_data_and_leads_to_the_desk(world: World) -> None:
    code = filed(world)
    sweep_until(world, datetime(2026, 11, 27, 12, 0, tzinfo=UTC))
    mails = [world.store.documents[path] for path in world.store.paths("notices") if code in path]
    mails = [mail for mail in mails if mail["channel"] == "email"]
    assert mails
    for mail in mails:
        assert f"https://desk.example.vn/petitions/{code}" in mail["text"]
        for secret in ("Lan", "0912", "84912", "Trung Kính", "một cửa gây"):
            assert secret not in mail["text"] + mail["subject"]


def test_one_petition_that_fails_stops_no_other(world: World) -> None:
    filed(world)
    world.files(user="2")
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    world.store.crash = "before"
    assert world.reminders() == 2
    assert reminders(world)


def test_the_sweep_asks_only_for_what_is_due(world: World) -> None:
    filed(world)
    assert world.reminders() == 0
    world.publisher.failing = True
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    world.reminders()
    assert any("unpublished_since" in world.store.documents[path] for path in world.store.paths("inbox"))


def test_a_crash_before_the_commit_reminds_at_the_next_sweep(world: World) -> None:
    filed(world)
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    world.store.crash = "before"
    world.reminders()
    assert reminders(world) == []
    world.reminders()
    assert reminders(world)


def test_a_petition_that_breaks_the_rules_stops_no_other(world: World) -> None:
    broken = filed(world)
    world.files(user="2")
    world.store.update(f"petitions/{broken}", {"state": "from the future"})
    world.clock.at = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    assert world.reminders() == 2
    assert reminders(world)
