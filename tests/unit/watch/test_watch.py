"""An alarm is raised if Zalo sends no events or a schedule is missed, except at night and on days off."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra import manifest
from petitions.domain.shared.records import HANOI
from petitions.domain.watch.arrivals import HOURS, REMEMBERED, SLOT, Arrivals, hour_of_week
from petitions.domain.watch.schedules import LONGEST_GAPS
from petitions.errors import Retryable
from petitions.usecases.pages import take_post
from petitions.usecases.watch.watch_arrivals import ARRIVALS_PATH, PAGE_POST, WatchArrivals
from petitions.usecases.watch.watch_schedules import WatchSchedules, note_run
from petitions.wiring import base
from tests.fakes import FakeClock, FakeStore
from tests.infra.inventory import longest_gap
from tests.unit.clock.seeds import CALENDAR

MONDAY = datetime(2026, 1, 5, tzinfo=HANOI)
"""A Monday six weeks before Tết."""


def errors(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str | None]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [(line["metric"], line.get("reason")) for line in lines if line["severity"] == "ERROR"]


class City:
    def __init__(self) -> None:
        self.at = MONDAY.astimezone(UTC)
        self.arrivals = Arrivals(looked_until=self.at)
        self.chance = random.Random(7)
        self.stays = 0

    def busy(self) -> bool:
        local = self.at.astimezone(HANOI)
        visits = 12.0 if 8 <= local.hour < 20 else 3.0 if 6 <= local.hour < 22 else 0.2
        visits /= 1 if CALENDAR.is_working_day(local.date()) else 4
        if self.chance.random() < visits / 12:
            self.stays = self.chance.randint(1, 3)
        self.stays -= 1
        return self.stays >= 0

    def passes(self, *, until: datetime, busy: Callable[[], bool]) -> list[datetime]:
        alarms = []
        while self.at < until:
            self.at += SLOT
            self.arrivals = self.arrivals.after_slot(self.at, hour_of_week(self.at, CALENDAR), busy=busy())
            alarms += [self.at.astimezone(HANOI)] if self.arrivals.is_silent else []
        return alarms


@pytest.fixture(scope="module")
def lived() -> City:
    city = City()
    assert city.passes(until=MONDAY + timedelta(weeks=26), busy=city.busy) == []
    return city


@pytest.mark.parametrize(
    ("hours", "first"),
    [(9, (10, 30)), (21, (33, 0)), (2, (9, 30))],
    ids=["in working hours within an hour and a half", "in the evening not before morning", "at night not before dawn"],
)
def test_silence_is_noticed_once_an_event_should_have_come(lived: City, hours: int, first: tuple[int, int]) -> None:
    city, midnight = City(), lived.at.astimezone(HANOI)
    city.at, city.arrivals = lived.at, lived.arrivals
    city.passes(until=midnight + timedelta(hours=hours), busy=city.busy)
    alarms = city.passes(until=midnight + timedelta(hours=48), busy=lambda: False)
    begins, latest = alarms[0] - midnight, timedelta(hours=first[0], minutes=first[1])
    assert begins <= latest
    assert alarms[0].hour in range(6, 22)
    assert not city.arrivals.after_slot(city.at, 0, busy=True).is_silent


def test_a_new_system_is_not_judged() -> None:
    city = City()
    weeks = MONDAY + timedelta(weeks=3, days=6)
    city.passes(until=weeks, busy=city.busy)
    assert city.passes(until=weeks + timedelta(days=1), busy=lambda: False) == []


def test_newer_weeks_count_more() -> None:
    arrivals = Arrivals(looked_until=MONDAY)
    for _ in range(REMEMBERED):
        arrivals = arrivals.after_slot(MONDAY, 9, busy=True)
    assert (arrivals.slots[9], arrivals.busy[9]) == (REMEMBERED // 2, REMEMBERED // 2)
    assert len(arrivals.slots) == len(arrivals.busy) == HOURS


def test_a_weekday_off_is_like_a_sunday() -> None:
    assert hour_of_week(datetime(2026, 9, 2, 3, tzinfo=UTC), CALENDAR) == 6 * 24 + 10
    assert hour_of_week(datetime(2026, 11, 25, 3, tzinfo=UTC), CALENDAR) == 48 + 10


class Watched:
    """The check for missing events, in a state in which it expects events all the time."""

    def __init__(self) -> None:
        self.store, self.clock = FakeStore(), FakeClock()
        self.watch = WatchArrivals(self.store, self.clock, CALENDAR)
        learned = Arrivals(
            looked_until=self.clock.now() - timedelta(minutes=1), slots=[180] * HOURS, busy=[180] * HOURS
        )
        self.store.create(ARRIVALS_PATH, learned.stored())

    def slots(self, number: int, **fields: Any) -> list[bool]:
        """Let `number` five-minute slots pass, each with an event of the given fields if there are any.

        Return for every slot whether an alarm was active after it.
        """
        found = []
        for _ in range(number):
            self.clock.advance(minutes=5)
            if fields:
                at = self.clock.now() - timedelta(minutes=3)
                self.store.create(f"citizens/c/inputs/{at.timestamp()}", {"at": at, **fields})
            found.append(self.watch())
        return found


def test_an_alarm_goes_on_until_an_event_comes(capsys: pytest.CaptureFixture[str]) -> None:
    world = Watched()
    assert world.slots(3, event_name="user_send_text") == [False] * 3
    assert world.slots(17) == [False] * 15 + [True] * 2
    assert errors(capsys) == [("webhook_silent", None)] * 2
    assert world.slots(2, event_name="oa_send_text") == [False] * 2


@pytest.mark.parametrize(
    "other", [{"event_name": PAGE_POST}, {"event_name": "user_send_text", "recovered": True}], ids=["page", "recovered"]
)
def test_what_did_not_come_by_the_webhook_breaks_no_silence(other: dict[str, Any]) -> None:
    assert take_post.EVENT == PAGE_POST
    assert Watched().slots(16, **other)[-1]


def test_a_pause_of_the_schedules_is_no_silence() -> None:
    world = Watched()
    world.slots(15)
    world.clock.advance(hours=8)
    assert world.slots(15) == [False] * 15
    assert world.watch() is False, "called twice, it counts once"
    assert world.slots(2) == [False, True]


def test_the_first_look_begins_to_count() -> None:
    store, clock = FakeStore(), FakeClock()
    assert WatchArrivals(store, clock, CALENDAR)() is False
    assert store.documents[ARRIVALS_PATH]["looked_until"] == clock.now() - timedelta(minutes=1)


def test_a_rare_schedule_that_has_not_run_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    store, clock = FakeStore(), FakeClock()
    watch = WatchSchedules(store, clock)
    assert watch() == []
    clock.advance(hours=25)
    for name in LONGEST_GAPS:
        if name != "figures-check":
            note_run(store, clock, name)
    assert watch() == []
    clock.advance(hours=2)
    assert watch() == ["figures-check"]
    note_run(store, clock, "figures-check")
    assert watch() == []
    assert errors(capsys) == [("schedule_missed", "figures-check")]


def test_a_run_that_failed_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    store, clock = FakeStore(), FakeClock()
    monkeypatch.setattr(base, "petitions_store", lambda: store)
    monkeypatch.setattr(base, "clock", lambda: clock)
    monkeypatch.setattr(base, "settings_of", lambda _: None)

    def fails() -> None:
        raise Retryable("down")

    jobs = {
        "figures-check": lambda: lambda: None,
        "figures-publish": lambda: fails,
        "relay-sweep": lambda: lambda: None,
    }
    entry = base.entry("relay", pushes={}, schedules=jobs)
    for name in jobs:
        if name == "figures-publish":
            with pytest.raises(Retryable):
                entry.schedules[name]()()
        else:
            entry.schedules[name]()()
    assert store.paths("schedule_runs") == ["schedule_runs/figures-check"]


def test_each_schedule_that_cloud_monitoring_cannot_watch_is_watched_here() -> None:
    gaps = {name: longest_gap(schedule.cron) for name, schedule in manifest.load().schedules.items()}
    rare = {name: gap for name, gap in gaps.items() if gap > timedelta(hours=22)}
    assert set(rare) == set(LONGEST_GAPS)
    for name, gap in rare.items():
        assert timedelta(hours=1) < LONGEST_GAPS[name] - gap <= timedelta(hours=6), name
