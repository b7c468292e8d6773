"""Every action of officers leaves a line of history and one of audit, with the right words in them."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.lifecycle.lifecycle import TRANSITIONS, Action
from petitions.domain.officers.audit import AuditEntry
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.errors import Forbidden, NotFound, Rejected
from petitions.usecases.lifecycle.commands import COMMANDS, command
from petitions.usecases.petition.draft_answer import MAX_TEXT
from petitions.usecases.petition.tell_citizen import QUOTED
from tests.unit.lifecycle.deeds import BEFORE, WORDS, actor, options, ready_for
from tests.unit.petition.handling import ANSWER, COORDINATOR, act, officer
from tests.unit.world import World

A = Action
KEPT_ELSEWHERE = {A.SUBMIT_ANSWER, A.PUBLISH}
"""The actions whose text is kept with the petition, and not in the history."""
CLASSIFYING = {A.ACCEPT, A.CLASSIFY, A.TRANSFER_OUT}
"""The actions that classify a petition which nobody has classified. The history has the classification in words."""
WORDLESS = {row.action for row in TRANSITIONS} - {row.action for row in TRANSITIONS if row.text}


def line_of(world: World, petition: Petition) -> dict[str, Any]:
    return dict(world.store.documents[f"petitions/{petition.code}/history/{petition.version}"])


def test_every_command_is_tried() -> None:
    assert set(BEFORE) == set(COMMANDS)


@pytest.mark.parametrize("action", [*BEFORE])
def test_an_action_leaves_one_line_of_the_history_and_one_of_the_audit(action: Action) -> None:
    world = World()
    petition = ready_for(world, action)
    who, given, before = actor(petition, action), options(world, action), {*world.store.paths("audit")}
    text = given.pop("text")
    after = act(world, who, petition, action, text=f"  {text}\n", asked="their-1", **given)
    now = world.clock.now()
    expected: dict[str, Any] = {
        "action": action,
        "actor": who.id,
        "role": who.role,
        "actor_unit": who.unit,
        "asked": "their-1",
    }
    expected |= {"from_state": petition.state, "to_state": after.state, "at": now, "seq": petition.version + 1}
    line = line_of(world, after)
    assert {name: line[name] for name in expected} == expected
    (entry,) = {*world.store.paths("audit")} - before
    assert AuditEntry.model_validate(world.store.documents[entry]) == AuditEntry(
        officer=who.id, role=who.role, unit=who.unit, what="change", action=action, code=after.code,
        seq=after.version, at=now,
    )  # fmt: skip
    assert line.get("reason", "").endswith(text) != (action in KEPT_ELSEWHERE)
    assert ("\n" in line.get("reason", "")) == (action in CLASSIFYING)
    assert action not in QUOTED or line["filer_text"].endswith(text)
    assert world.desk.was_done(who, command(after.code, action, petition.version, asked="their-1"))


@pytest.mark.parametrize("action", sorted(WORDLESS - KEPT_ELSEWHERE))
def test_an_action_without_words_leaves_no_empty_words(action: Action) -> None:
    world = World()
    petition = ready_for(world, action)
    line = line_of(world, act(world, actor(petition, action), petition, action, text=" \n"))
    assert bool(line.get("reason")) == ("reason" in line) == (action in CLASSIFYING)


@pytest.mark.parametrize("action", [*BEFORE])
def test_words_that_are_missing_too_long_or_masked_are_refused(action: Action) -> None:
    """A mask is refused where the filer reads the words."""
    world = World()
    petition = ready_for(world, action)
    who, given = actor(petition, action), options(world, action)
    wrong = {"text_too_long": "x" * (MAX_TEXT + 1)}
    wrong |= {} if action in WORDLESS else {"text_missing": " \n"}
    wrong |= {"masked": f"{ANSWER} [đã ẩn]"} if action in QUOTED | {A.SUBMIT_ANSWER} else {}
    before = dict(world.store.documents)
    for reason, text in wrong.items():
        with pytest.raises(Rejected) as refused:
            act(world, who, petition, action, **{**given, "text": text})
        assert refused.value.reason == reason
    assert world.store.documents == before


@pytest.mark.parametrize("text", [WORDS.ljust(MAX_TEXT, "x"), f"{WORDS} [đã ẩn]"])
def test_officers_may_write_the_longest_words_and_masks_to_each_other(text: str) -> None:
    world = World()
    petition = ready_for(world, A.TAKE_BACK)
    assert line_of(world, act(world, COORDINATOR, petition, A.TAKE_BACK, text=f" {text} "))["reason"] == text


def test_only_who_asked_the_same_of_the_same_version_has_done_it() -> None:
    world = World()
    petition = ready_for(world, A.ACCEPT)
    who, seen = actor(petition, A.ACCEPT), petition.version
    code = act(world, who, petition, A.ACCEPT, asked="their-1").code

    def was_done(by: Officer, code: str, kind: Action, version: int, asked: str | None) -> bool:
        return world.desk.was_done(by, command(code, kind, version, asked=asked))

    assert was_done(who, code, A.ACCEPT, seen, "their-1")
    for wrong in (
        (officer(petition.unit, name="binh"), code, A.ACCEPT, seen, "their-1"),
        (who, code.lower(), A.ACCEPT, seen, "their-1"),
        (who, code, A.ASSIGN, seen, "their-1"),
        (who, code, A.ACCEPT, seen - 1, "their-1"),
        (who, code, A.ACCEPT, seen + 1, "their-1"),
        (who, code, A.ACCEPT, seen, None),
    ):
        assert not was_done(*wrong), wrong


def test_nothing_is_done_if_one_of_the_following_actions_would_be_refused() -> None:
    world = World()
    petition = ready_for(world, A.ACCEPT)
    who, before = officer(petition.unit), dict(world.store.documents)
    accept, start = (command(petition.code, kind, petition.version) for kind in (A.ACCEPT, A.START))
    with pytest.raises(Forbidden):
        world.desk(who, accept, [start])
    assert world.store.documents == before
    give_back = command(petition.code, A.GIVE_BACK, petition.version, WORDS)
    assert world.desk(who, give_back, [start]).unit == "VPUB", "of what is given away nothing more is asked"


def test_of_an_unknown_code_nothing_is_done() -> None:
    with pytest.raises(NotFound):
        World().desk(COORDINATOR, command("HN-261123-0000-000K", A.ACCEPT, 1))
