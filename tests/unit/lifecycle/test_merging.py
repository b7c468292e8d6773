"""Merging: the fields and history of the main petition and of those merged into it, and the notices to filers."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import Action, State
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import Petition, petition_path
from tests.unit.lifecycle.deeds import WORDS, actor, options
from tests.unit.petition.handling import COORDINATOR, act
from tests.unit.world import USER, World

A = Action
LAMP = "Đèn đường ở phố Huế hỏng đã lâu"
OTHERS = ("11", "11", "12", USER)
"""The filers of the merged petitions: one has two, and one is the filer of the main petition."""


def now_of(world: World, petition: Petition) -> Petition:
    return Petition.model_validate(world.store.documents[petition_path(petition.code)])


def last_line(world: World, petition: Petition) -> dict[str, Any]:
    return dict(world.store.documents[history_path(petition.code, now_of(world, petition).version)])


def taken(world: World, petition: Petition, *actions: Action) -> Petition:
    for action in actions:
        petition = act(world, actor(petition, action), petition, action, **options(world, action))
    return petition


@pytest.fixture
def world() -> World:
    return World()


def merged(world: World, *users: str, source: str = "zalo") -> tuple[Petition, list[Petition]]:
    main = world.files()
    world.routing(main.code)
    others = [world.files(LAMP, user) for user in users]
    for other in others:
        world.store.update(petition_path(other.code), {"source": source})
        act(world, COORDINATOR, now_of(world, other), A.MERGE, text=main.code)
    return now_of(world, main), [now_of(world, other) for other in others]


def notices(world: World, since: set[str]) -> list[dict[str, Any]]:
    return [world.store.documents[path] for path in world.store.paths("notices") if path not in since]


@pytest.mark.parametrize("undone", [False, True])
def test_the_main_petition_notes_who_merged_which_petition_and_who_took_it_out(world: World, *, undone: bool) -> None:
    main, others = merged(world, "11", "12")
    assert main.absorbed == [other.code for other in others]
    if undone:
        act(world, COORDINATOR, others[0], A.UNMERGE, text=WORDS)
        assert now_of(world, main).absorbed == [others[1].code]
    line, code = last_line(world, main), others[0 if undone else 1].code
    assert (line["action"], line["reason"]) == ("released" if undone else "absorbed", code)
    assert (line["actor"], line["role"], line["actor_unit"]) == (COORDINATOR.id, COORDINATOR.role, COORDINATOR.unit)
    assert line["to_state"] == main.state, "its own state stays"


def test_a_filer_is_told_of_the_merging_once_for_each_petition(world: World) -> None:
    main, others = merged(world, *OTHERS)
    sent = [one for one in notices(world, set()) if one["kind"] == "merged"]
    assert {one["about"]["code"] for one in sent} == {other.code for other in others}
    assert all(one["about"]["code"] in one["text"] and main.code not in one["text"] for one in sent)


@pytest.mark.parametrize("action", [A.APPROVE, A.REOPEN])
def test_every_other_filer_hears_once_of_the_main_petitions_answer_and_reopening(world: World, action: Action) -> None:
    main, others = merged(world, *OTHERS)
    ready = taken(
        world, main, A.ACCEPT, A.ASSIGN, A.START, A.SUBMIT_ANSWER, *([A.APPROVE] if action is A.REOPEN else [])
    )
    before = {*world.store.paths("notices")}
    taken(world, ready, action)
    citizens = [one["citizen"] for one in notices(world, before) if one.get("citizen")]
    assert sorted(citizens) == sorted({main.citizen, *(other.citizen for other in others)})
    assert {now_of(world, other).state for other in others} == {State.MERGED}


def test_a_merged_petition_that_is_gone_stops_nobody(world: World) -> None:
    main, (gone, left) = merged(world, "11", "12")
    del world.store.documents[petition_path(gone.code)]
    before = {*world.store.paths("notices")}
    taken(world, main, A.ACCEPT, A.ASSIGN, A.START, A.SUBMIT_ANSWER, A.APPROVE)
    assert left.citizen in {one.get("citizen") for one in notices(world, before)}


def test_petitions_of_the_portal_note_the_main_petitions_answer_and_reopening_for_it(world: World) -> None:
    main, others = merged(world, "11", "12", source="portal")
    world.store.update(petition_path(others[1].code), {"source": "zalo"})
    versions = [other.version for other in others]
    for action, noted in ((A.APPROVE, "main_answered"), (A.REOPEN, "main_reopened")):
        path = (A.ACCEPT, A.ASSIGN, A.START, A.SUBMIT_ANSWER, A.APPROVE) if action is A.APPROVE else (A.REOPEN,)
        main = taken(world, main, *path)
        line = last_line(world, others[0])
        assert (line["action"], line["role"], line["reason"]) == (noted, "system", main.code)
        assert "actor" not in line
        assert ("filer_text" in line) == (action is A.REOPEN), "the answer itself goes to the portal"
        assert last_line(world, others[1])["action"] == "merge"
    assert [now_of(world, other).version for other in others] == [versions[0] + 2, versions[1]]
