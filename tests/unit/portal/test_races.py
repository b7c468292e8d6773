"""Simultaneous workers, slow calls and expired leases: no call is made twice, and nothing waits for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.portal.portal_differences import Difference, DifferenceKind, DifferenceRepair, difference_path
from petitions.domain.portal.portal_items import PortalPage, PortalReply
from petitions.domain.shared.outcome import Outcome
from petitions.errors import Retryable
from petitions.ports.store import Document, Query
from petitions.usecases.portal.portal_breaker import FAILURES
from petitions.usecases.portal.pull_changes import APPLYING, MOST_FAULTS
from petitions.usecases.portal.push_petition import CALL_TIME, GIVE_UP, LEASE
from tests.unit.portal.foreign import FOREIGN, created_here, filed
from tests.unit.portal.model import CODE, CODE_2, NATIONAL, SILENT, PortalWorld

NO = PortalReply(Outcome.REFUSED, "400")
LATE = LEASE - CALL_TIME + timedelta(seconds=1)


@pytest.fixture
def world() -> PortalWorld:
    return PortalWorld()


def test_a_call_is_not_begun_when_the_lease_may_lapse_in_it(world: PortalWorld) -> None:
    """A slow look-up finds no record, but another worker may have created it before the call would arrive."""
    world.file()
    world.portal.before = lambda _: SILENT
    world.push(CODE)
    world.clock.advance(minutes=2)

    def slow(what: str) -> PortalReply | None:
        if what.startswith("look up"):
            world.clock.at += LATE
        return None

    world.portal.before = slow
    world.sweep()
    assert world.portal.effect_keys() == []
    sync = world.petition().sync
    assert (sync.lease_until, sync.attempt, sync.submitting_since is not None) == (None, 1, True)
    world.portal.before = lambda _: None
    world.clock.advance(minutes=1)
    world.sweep()
    assert world.portal.effect_keys() == [f"{CODE}:1"]


def test_call_cut_by_the_time_limit_is_looked_up_next_time(world: PortalWorld) -> None:
    world.file()
    world.push(CODE)
    world.approve()

    def slow(_: str) -> PortalReply | None:
        world.clock.at += LATE
        return None

    world.portal.after = slow
    world.push(CODE)
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:2"]
    world.portal.after = lambda _: None
    world.clock.advance(minutes=1)
    world.sweep()
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:2", f"{CODE}:2:answer"]


def test_while_the_breaker_is_open_the_sweep_reads_nothing(world: PortalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(FAILURES):
        world.breaker.note(down=True)

    def unwanted(_: Query) -> list[Document]:
        raise AssertionError("nothing is asked for")

    monkeypatch.setattr(world.store, "find", unwanted)
    assert world.sweep() == 0


def refused_submission(world: PortalWorld) -> None:
    world.file()
    world.line("accept", State.ACCEPTED)
    world.portal.before = lambda what: NO if what == f"{CODE}:1" else None
    world.push(CODE)
    for _ in range(GIVE_UP - 1):
        world.clock.advance(hours=1)
        world.sweep()


def difference(world: PortalWorld) -> Difference:
    return Difference.model_validate(world.store.documents[difference_path(f"{CODE}-refused")])


def test_refused_submission_is_a_difference_until_it_is_pushed(world: PortalWorld) -> None:
    refused_submission(world)
    assert (difference(world).here, difference(world).reason, difference(world).state) == ("1", "400", "open")
    world.portal.before = lambda _: None
    world.clock.advance(hours=1)
    world.sweep()
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:2"]
    assert (difference(world).state, difference(world).by) == ("repaired", "system")


def test_its_repair_tries_again_at_once(world: PortalWorld) -> None:
    refused_submission(world)
    version = world.petition().version
    world.parts.repair(f"{CODE}-refused", "lan")
    world.portal.before = lambda _: None
    assert world.sweep() == 1
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:2"]
    assert world.petition().version == version, "no line of history is needed for it"


def test_a_repair_while_it_is_being_tried_changes_nothing(world: PortalWorld) -> None:
    refused_submission(world)

    def meanwhile(what: str) -> PortalReply | None:
        if what == f"{CODE}:1":
            world.portal.before = lambda _: None
            world.parts.repair(f"{CODE}-refused", "lan")
            world.sweep()
        return None

    world.portal.before = meanwhile
    world.clock.advance(hours=1)
    world.sweep()
    assert world.portal.effect_keys() == [f"{CODE}:1", f"{CODE}:2"], "the sweep within found it leased"


def wish(world: PortalWorld, code: str, **more: Any) -> None:
    found = Difference(
        id=f"{code}-state",
        kind=DifferenceKind.STATE,
        code=code,
        reason="tell_now",
        repair=DifferenceRepair.TELL_NOW,
        found_at=world.clock.now(),
        seen_at=world.clock.now(),
        state="wanted",
        **more,
    )
    world.store.create(difference_path(found.id), found.stored())


def state_of(world: PortalWorld, code: str) -> str:
    return str(world.store.documents[difference_path(f"{code}-state")]["state"])


def test_a_repair_that_fails_stops_neither_the_others_nor_the_pull(
    world: PortalWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.file()
    world.file(CODE_2)
    world.store.documents[f"petitions/{CODE}"]["state"] = "nonsense"
    wish(world, CODE)
    wish(world, CODE_2)
    world.portal.feed = [filed(world)]
    assert world.pull() == 1
    assert (state_of(world, CODE), state_of(world, CODE_2)) == ("open", "repaired")
    assert "portal_repair_failed" in capsys.readouterr().out
    assert "lease_until" not in world.store.documents["portal_state/cursor"]


def test_a_wish_waits_while_the_portal_is_silent(world: PortalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.file()
    wish(world, CODE, national_code=NATIONAL)
    world.portal.feed_outcome = Outcome.UNKNOWN
    world.pull()
    assert state_of(world, CODE) == "wanted", "a feed that is not answered says enough"
    world.portal.feed_outcome = Outcome.OK
    monkeypatch.setattr(world.portal, "fetch", lambda _: PortalPage(Outcome.UNKNOWN, "no_answer", down=True))
    world.pull()
    assert state_of(world, CODE) == "wanted"


def test_slow_feed_does_not_delay_stored_changes(world: PortalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = world.portal.changes_since

    def slow(*asked: Any) -> Any:
        world.clock.at += APPLYING + timedelta(seconds=1)
        return listed(*asked)

    monkeypatch.setattr(world.portal, "changes_since", slow)
    world.portal.feed = [filed(world)]
    world.pull()
    assert len(created_here(world)) == 1


def test_a_fault_at_one_change_holds_up_its_own_petition_only(
    world: PortalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.portal.feed = [filed(world, FOREIGN, "N1"), filed(world, "PAKN.20261123.0778", "N2")]
    apply, failing = world.parts.apply.births.create, [True]

    def bear(tx: Any, inbound: Any, *more: Any) -> Any:
        if inbound.national_code == FOREIGN and failing:
            raise Retryable("not now", reason="directory_behind")
        return apply(tx, inbound, *more)

    monkeypatch.setattr(type(world.parts.apply.births), "create", lambda _, *more: bear(*more))
    world.pull()
    assert [item.sync.national_code for item in created_here(world)] == ["PAKN.20261123.0778"]
    failing.clear()
    world.pull()
    assert len(created_here(world)) == 2


def test_a_database_that_is_down_ends_the_run(world: PortalWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.portal.feed = [filed(world, f"PAKN.20261123.{number:04d}", f"N{number}") for number in range(MOST_FAULTS + 2)]
    tried: list[str] = []

    def down(_: object, inbound: Any) -> bool:
        tried.append(inbound.id)
        raise Retryable("down", reason="firestore")

    monkeypatch.setattr(type(world.parts.apply), "__call__", down)
    with pytest.raises(Retryable):
        world.pull()
    assert len(tried) == MOST_FAULTS
