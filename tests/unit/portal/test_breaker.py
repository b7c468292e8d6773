"""The circuit breaker for the portal stops calls after failures, and tries a single one after a pause."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.portal.portal_items import PortalReply
from petitions.domain.shared.outcome import Outcome
from petitions.usecases.portal.portal_breaker import BREAKER_PATH, FAILURES, PortalBreaker
from petitions.usecases.portal.push_petition import GIVE_UP
from tests.fakes import FakeClock, FakeStore
from tests.unit.portal.model import CODE, CODE_2, PortalWorld


class CountingStore(FakeStore):
    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    def get(self, path: str) -> Any:
        self.reads += 1
        return super().get(path)


@pytest.fixture
def two() -> tuple[CountingStore, FakeClock, PortalBreaker, PortalBreaker]:
    store, clock = CountingStore(), FakeClock()
    return store, clock, PortalBreaker(store, clock), PortalBreaker(store, clock)


def trip(breaker: PortalBreaker) -> None:
    for _ in range(FAILURES):
        assert breaker.admits()
        breaker.note(down=True)


def test_it_opens_after_failures_in_a_row_for_all_instances(two: Any) -> None:
    _, clock, one, other = two
    assert other.admits()
    for down in [True] * (FAILURES - 1) + [False]:
        one.note(down=down)
    assert one.admits(), "not in a row"
    trip(one)
    assert not one.admits()
    assert other.admits(), "it reads at most every 10 s"
    clock.advance(seconds=10)
    assert not other.admits()
    assert other.blocks()


def test_half_open_lets_one_through_and_success_closes(two: Any) -> None:
    store, clock, one, other = two
    trip(one)
    clock.advance(seconds=31)
    assert not other.blocks(), "a trial is due"
    assert one.admits()
    assert not other.admits()
    assert other.blocks()
    one.note(down=False)
    assert store.documents[BREAKER_PATH]["open"] is False
    clock.advance(seconds=10)
    assert other.admits()
    assert one.admits()


def test_a_trial_that_fails_opens_it_for_longer_and_one_that_dies_frees_the_next(two: Any) -> None:
    store, clock, one, other = two
    trip(one)
    pauses = []
    for _ in range(7):
        clock.at = store.documents[BREAKER_PATH]["until"]
        assert one.admits()
        one.note(down=True)
        pauses.append((store.documents[BREAKER_PATH]["until"] - clock.at).total_seconds())
    assert pauses == [60, 120, 240, 480, 600, 600, 600]
    clock.at = store.documents[BREAKER_PATH]["until"]
    assert one.admits(), "and now its process dies"
    clock.advance(seconds=30)
    assert not other.admits()
    clock.advance(seconds=30)
    assert other.admits()


def test_it_is_read_at_most_every_ten_seconds_and_written_on_change(two: Any) -> None:
    store, clock, one, _ = two
    for _ in range(100):
        assert one.admits()
        one.note(down=False)
        clock.advance(milliseconds=200)
    assert store.reads <= 3
    assert store.commits == 0


def test_unreachable_portal_costs_few_calls_and_waiting_pushes_follow() -> None:
    world = PortalWorld()
    codes = [CODE, CODE_2]
    for code in codes:
        world.file(code)
    world.portal.before = lambda _: PortalReply(Outcome.REFUSED, "connect", down=True)
    for code in codes:
        world.push(code)
    for _ in range(24 * 60):
        world.clock.advance(minutes=1)
        world.sweep()
    asked = len(world.portal.asked)
    assert asked < 24 * 6 + 30, "about one trial in ten minutes"
    world.portal.before = lambda _: None
    for _ in range(15):
        world.clock.advance(minutes=1)
        world.sweep()
    assert sorted(world.portal.effect_keys()) == sorted(f"{code}:1" for code in codes)


def test_a_call_that_is_refused_for_good_does_not_block_the_later_ones(capsys: pytest.CaptureFixture[str]) -> None:
    world = PortalWorld()
    world.file()
    world.line("accept", State.ACCEPTED)
    world.line("assign", State.ASSIGNED)
    refused = f"{CODE}:2"
    world.portal.before = lambda what: PortalReply(Outcome.REFUSED, "400") if what == refused else None
    world.push(CODE)
    for _ in range(GIVE_UP + 2):
        world.clock.advance(hours=1)
        world.sweep()
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:3"]
    difference = world.store.documents[f"portal_differences/{CODE}-refused"]
    assert (difference["reason"], difference["repair"], difference["state"]) == ("400", "tell_now", "open")
    assert "portal_difference" in capsys.readouterr().out


def test_a_submission_that_is_refused_is_tried_on_and_on() -> None:
    world = PortalWorld()
    world.file()
    world.line("accept", State.ACCEPTED)
    world.portal.before = lambda what: PortalReply(Outcome.REFUSED, "400") if what == f"{CODE}:1" else None
    world.push(CODE)
    for _ in range(12):
        world.clock.advance(hours=1)
        world.sweep()
    assert world.portal.effect_keys() == []
    world.portal.before = lambda _: None
    world.clock.advance(hours=1)
    world.sweep()
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:2"]
