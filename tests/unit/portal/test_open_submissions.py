"""Submissions to the portal without a known result: steps that must wait until the result is known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.portal.portal_items import PortalChange, PortalReply
from petitions.domain.shared.outcome import Outcome
from petitions.usecases.portal.apply_change import PATIENCE
from petitions.usecases.portal.portal_breaker import FAILURES
from tests.unit.portal.foreign import FOREIGN, created_here, filed
from tests.unit.portal.model import CODE, CODE_2, DOWN, NATIONAL, SILENT, PortalWorld, refused_but_looked_up, unit_code


@pytest.fixture
def world() -> PortalWorld:
    return PortalWorld()


def moved(world: PortalWorld, unit: str = "SNV", national: str = FOREIGN) -> PortalChange:
    world.clock.advance(seconds=1)
    fields = {"id": f"M{unit}", "kind": "moved", "code": "", "national_code": national, "text": "Đúng thẩm quyền"}
    return PortalChange(**fields, at=world.clock.now(), raw={"m": unit}, unit=unit_code(unit))  # type: ignore[arg-type]


def alike(world: PortalWorld, petition: Petition) -> PortalChange:
    return filed(world, NATIONAL, "ECHO", content=petition.content, phone=petition.contact.phone)


def test_a_call_that_was_not_made_leaves_nothing_open(world: PortalWorld) -> None:
    world.portal.before = lambda _: DOWN
    for _ in range(FAILURES):
        world.breaker.note(down=True)
    world.file()
    world.push(CODE)
    assert world.portal.asked == [], "the breaker is open"
    assert world.petition().sync.submitting_since is None
    world.file(CODE_2)
    world.clock.advance(minutes=1)
    world.push(CODE_2)
    assert world.petition(CODE_2).sync.submitting_since is None, "there was no connection"
    world.portal.feed = [filed(world)]
    world.portal.before = lambda _: None
    world.clock.advance(minutes=10)
    world.pull()
    assert len(created_here(world)) == 1, "so that what others file need not wait for it"


def test_silence_leaves_it_open_until_a_look_up_and_a_clear_no(world: PortalWorld) -> None:
    world.file()
    world.portal.before = lambda _: SILENT
    world.push(CODE)
    since = world.petition().sync.submitting_since
    assert since is not None
    world.clock.advance(minutes=5)
    world.sweep()
    assert world.petition().sync.submitting_since == since, "the look-up was not answered"
    world.portal.before = refused_but_looked_up
    world.clock.advance(minutes=10)
    world.sweep()
    assert world.petition().sync.submitting_since is None, "it is not there, and it was refused"


def test_one_that_was_accepted_without_a_national_code_still_counts(world: PortalWorld) -> None:
    world.portal.after = lambda _: PortalReply(Outcome.OK, found=True)
    world.file()
    world.push(CODE)
    sync = world.petition().sync
    assert (sync.handled_seq, sync.national_code, sync.next_at) == (1, None, None)
    world.portal.feed = [alike(world, world.petition())]
    world.pull()
    world.clock.at += timedelta(hours=5)
    world.pull()
    assert created_here(world) == [], "it would be a twin"
    marked = filed(world, NATIONAL, "MARKED", code=CODE)
    world.portal.feed.append(marked)
    world.pull()
    world.pull()
    assert created_here(world) == []
    assert (world.petition().sync.national_code, world.petition().sync.submitting_since) == (NATIONAL, None)
    states = {world.store.documents[path]["state"] for path in world.store.paths("portal_inbound")}
    assert states == {"applied"}


def test_later_changes_wait_with_the_petition_that_waits(world: PortalWorld) -> None:
    world.file()
    world.portal.before = lambda _: SILENT
    world.push(CODE)
    world.portal.feed = [filed(world), moved(world, "SNV"), moved(world, "SXD")]
    world.pull()
    assert world.store.paths("portal_differences") == []
    world.portal.before = lambda _: None
    world.clock.advance(minutes=5)
    world.sweep()
    world.pull()
    [petition] = created_here(world)
    assert (petition.unit, petition.held_by) == ("SXD", ["SNV", "SXD"])


def test_a_change_that_comes_before_its_petition_waits_for_it(world: PortalWorld) -> None:
    late, early = filed(world), moved(world)
    world.portal.feed = [early]
    world.pull()
    assert world.store.paths("portal_differences") == []
    world.clock.advance(minutes=30)
    world.portal.feed = [late, early]
    world.pull()
    assert [petition.unit for petition in created_here(world)] == ["SNV"]


def test_it_does_not_wait_for_ever(world: PortalWorld, capsys: pytest.CaptureFixture[str]) -> None:
    world.portal.feed = [moved(world)]
    world.pull()
    assert "portal_change_conflict" not in capsys.readouterr().out
    world.clock.at += PATIENCE
    world.pull()
    [path] = world.store.paths("portal_differences")
    assert world.store.documents[path]["reason"] == "petition_unknown"
    assert "portal_change_conflict" in capsys.readouterr().out


def test_a_move_of_ours_before_its_national_code_is_known(world: PortalWorld) -> None:
    world.file()
    world.portal.after = lambda _: SILENT
    world.push(CODE)
    world.portal.feed = [moved(world, national=NATIONAL)]
    world.pull()
    world.portal.after = lambda _: None
    world.clock.advance(minutes=5)
    world.sweep()
    world.pull()
    assert (world.petition().unit, world.petition().state) == ("SNV", State.NEW)
    assert petition_path(CODE) in world.store.documents


def test_an_open_submission_stays_open_while_the_breaker_lets_nothing_through(world: PortalWorld) -> None:
    world.file()
    world.portal.before = lambda _: SILENT
    world.push(CODE)
    since = world.petition().sync.submitting_since
    assert since is not None
    world.clock.advance(minutes=2)
    for _ in range(FAILURES):
        world.breaker.note(down=True)
    asked = len(world.portal.asked)
    world.push(CODE)
    assert len(world.portal.asked) == asked, "the breaker is open"
    assert world.petition().sync.submitting_since == since


def test_a_push_forgets_nothing_of_the_portals_decisions(world: PortalWorld) -> None:
    world.file()
    world.push(CODE)
    at = world.clock.now()
    kept = world.petition().sync.model_copy(update={"portal_at": at, "files": ["f1"]})
    world.store.update(petition_path(CODE), {"sync": kept.stored()})
    world.approve()
    world.push(CODE)
    sync = world.petition().sync
    assert sync.handled_seq > kept.handled_seq
    assert (sync.portal_at, sync.files, sync.national_code) == (at, ["f1"], NATIONAL)
