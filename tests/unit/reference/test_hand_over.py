"""After a merger of units, the successor has the open petitions and officers, with history and deadlines kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.adapters.reference import parsed
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, State
from petitions.domain.petition.history_entry import HistoryEntry
from petitions.domain.petition.petition import Petition
from petitions.domain.portal.national_units import NationalUnits
from petitions.domain.portal.portal_items import PortalStatus
from petitions.domain.shared.records import HANOI, replace
from petitions.domain.units.directory import Directory
from petitions.domain.units.mergers import Merger, merged
from petitions.errors import Retryable
from petitions.usecases.pages.keep_copy import KeepCopy
from petitions.usecases.portal.portal_calls import PortalSpeaker
from petitions.usecases.publishing.project_public import ProjectPublic
from petitions.usecases.publishing.seal_view import SealView
from petitions.usecases.reference.hand_over_unit import PAGE, HandOverUnit
from tests.unit.petition.handling import act, officer, routed
from tests.unit.world import ID_KEY, World

WARD = "PX-00175"
MERGER = Merger(
    day="2026-11-23", parts=[WARD, "PX-00166"], into="PX-99001", name="Phường Cầu Giấy - Yên Hòa", source="a decision"
)
AFTER = Directory.load(merged(parsed("directory.json"), MERGER))


@pytest.fixture
def world() -> World:
    return World()


def handing(world: World) -> HandOverUnit:
    return HandOverUnit(world.store, world.publisher, world.clock, AFTER)


def at_ward(world: World, **changes: Any) -> Petition:
    petition = routed(world)
    document = world.store.documents[f"petitions/{petition.code}"]
    document.update({"unit": WARD, **changes})
    return Petition.model_validate(document)


def stored(world: World, code: str) -> Petition:
    return Petition.model_validate(world.store.documents[f"petitions/{code}"])


def test_an_open_petition_moves_with_a_line_of_history_and_its_clocks_stay(world: World) -> None:
    petition = at_ward(world, handler="ward-officer")
    before = [path for path in world.store.documents if "/history/" in path]
    kept = {path: dict(world.store.documents[path]) for path in before}
    assert handing(world)() == 1
    after = stored(world, petition.code)
    assert after.unit == "PX-99001"
    assert (after.clocks, after.due_at, after.next_attempt_at) == (
        petition.clocks,
        petition.due_at,
        petition.next_attempt_at,
    )
    assert (after.state, after.handler, after.routed) == (petition.state, petition.handler, petition.routed)
    entry = world.store.documents[f"petitions/{petition.code}/history/{after.version}"]
    assert (entry["action"], entry["role"], entry["unit"]) == ("unit_merged", "system", "PX-99001")
    assert WARD in entry["reason"]
    assert AFTER.version in entry["reason"]
    assert {path: world.store.documents[path] for path in before} == kept
    assert world.publisher.of("petition-events")[-1].data["seq"] == after.version


@pytest.mark.parametrize(
    ("at", "moved"),
    [
        (datetime(2026, 11, 22, 0, tzinfo=HANOI), 0),
        (datetime(2026, 11, 22, 23, 59, 59, 999_999, tzinfo=HANOI), 0),
        (datetime(2026, 11, 23, tzinfo=HANOI), 1),
    ],
)
def test_a_unit_keeps_its_petitions_until_its_last_day_in_hanoi_is_over(world: World, at: datetime, moved: int) -> None:
    petition = at_ward(world)
    world.clock.at = at
    assert handing(world)() == moved
    assert stored(world, petition.code).unit == ("PX-99001" if moved else WARD)


def test_it_remembers_the_directory_that_routed_it(world: World) -> None:
    petition = at_ward(world)
    handing(world)()
    known = stored(world, petition.code).routed
    assert known
    assert known.directory_version == reference.directory().version != AFTER.version


@pytest.mark.parametrize("state", sorted(State))
def test_open_ones_move_and_finished_ones_stay(world: World, state: State) -> None:
    petition = at_ward(world, state=str(state))
    moved = handing(world)()
    assert moved == (state in OPEN_STATES)
    assert stored(world, petition.code).unit == ("PX-99001" if state in OPEN_STATES else WARD)


def test_officers_of_the_parts_are_the_heirs_and_can_go_on_where_they_were(world: World) -> None:
    petition = at_ward(world)
    handler = officer(WARD)
    world.store.create(f"officers/{handler.id}", handler.stored())
    world.store.create("officers/other", officer("SXD", name="other").stored())
    assert handing(world)() == 2
    assert world.store.documents[f"officers/{handler.id}"]["unit"] == "PX-99001"
    assert world.store.documents["officers/other"]["unit"] == "SXD"
    now = replace(handler, unit="PX-99001")
    assert act(world, now, stored(world, petition.code), Action.ACCEPT).state is State.ACCEPTED


def test_twice_is_once(world: World) -> None:
    at_ward(world)
    handing(world)()
    documents = {path: dict(fields) for path, fields in world.store.documents.items()}
    assert handing(world)() == 0
    assert world.store.documents == documents


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_crash_loses_and_doubles_nothing(world: World, where: str) -> None:
    first, second = at_ward(world), at_ward(world)
    world.store.crash = where
    handing(world)()
    handing(world)()
    for petition in (first, second):
        assert stored(world, petition.code).unit == "PX-99001"
        history = world.store.paths(f"petitions/{petition.code}/history")
        assert len(history) == stored(world, petition.code).version == petition.version + 1
    assert [held.petitions for held in handing(world).held()] == [0, 0]


def test_a_failed_publish_is_left_to_the_relay(world: World) -> None:
    petition = at_ward(world)
    world.publisher.failing = True
    assert handing(world)() == 1
    assert stored(world, petition.code).unit == "PX-99001"
    left = [fields for fields in world.store.documents.values() if "unpublished_since" in fields]
    assert [message["data"]["code"] for message in left[-1]["messages"]] == [petition.code]


def test_more_than_a_page_moves_and_one_that_fails_stops_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    petition = at_ward(world)
    document = world.store.documents[f"petitions/{petition.code}"]
    codes = [f"HN-261123-{number:04d}-0000" for number in range(2 * PAGE + 5)]
    for code in codes:
        world.store.create(f"petitions/{code}", {**document, "code": code})
    transact, bad = world.store.transact, codes[PAGE]

    def failing(action: Any) -> Any:
        def wrapped(tx: Any) -> Any:
            result = action(tx)
            if any(path == f"petitions/{bad}" for _, path, _ in tx.writes):
                raise Retryable("this one conflicts", reason="contention")
            return result

        return transact(wrapped)

    monkeypatch.setattr(world.store, "transact", failing)
    assert handing(world)() == len(codes)
    assert [stored(world, code).unit for code in codes].count(WARD) == 1
    assert handing(world).held()[0].petitions + handing(world).held()[1].petitions == 1
    monkeypatch.setattr(world.store, "transact", transact)
    assert handing(world)() == 1


def test_before_the_day_nothing_moves(world: World) -> None:
    at_ward(world)
    later = Directory.load(merged(parsed("directory.json"), replace(MERGER, day="2026-11-25")))
    waiting = HandOverUnit(world.store, world.publisher, world.clock, later)
    assert waiting() == 0
    assert [(held.unit, held.petitions) for held in waiting.held() if held.petitions] == [(WARD, 1)]
    world.clock.advance(days=2)
    assert waiting() == 1


def test_one_that_is_reopened_later_moves_then(world: World) -> None:
    petition = at_ward(world, state="answered")
    assert handing(world)() == 0
    world.store.documents[f"petitions/{petition.code}"]["state"] = "reopened"
    assert handing(world)() == 1


def test_portal_is_updated_with_the_new_unit(world: World) -> None:
    petition = at_ward(world)
    handing(world)()
    after = stored(world, petition.code)
    entry = HistoryEntry.model_validate(world.store.documents[f"petitions/{petition.code}/history/{after.version}"])
    [call] = PortalSpeaker(NationalUnits(reference.national_units().codes, AFTER), after).calls(entry)
    assert isinstance(call.item, PortalStatus)
    assert (call.item.unit, call.item.unit_name) == ("99001", "UBND phường Cầu Giấy - Yên Hòa")


def test_instance_with_an_old_directory_waits_instead_of_sending_a_code(world: World) -> None:
    petition = at_ward(world)
    handing(world)()
    public = world.public
    copies = KeepCopy(world.store, public, world.kept, world.seals, AFTER, world.index)
    seal = SealView(world.store, public, world.seals, copies)
    with pytest.raises(Retryable, match="PX-99001"):
        ProjectPublic(world.store, public, reference.directory(), reference.fields(), seal, ID_KEY)(petition.code)
    assert ProjectPublic(world.store, public, AFTER, reference.fields(), seal, ID_KEY)(petition.code)
    assert public.documents[f"statuses/{petition.code}"]["unit_name"] == "UBND phường Cầu Giấy - Yên Hòa"
