"""Simulated citizens reach their aims with the bot: forty in `make test`, two thousand in `make test-faults`."""

from __future__ import annotations

import statistics
import sys
from collections import Counter

import pytest

from infra.conversation.citizens import Goal, SimulatedCitizen
from petitions.domain.lifecycle.lifecycle import Action, Role
from tests.unit.petition.handling import ANSWER, WHY_NONE, act, officer
from tests.unit.world import World


def answered(world: World) -> None:
    petition = world.petitions()[0]
    world.routing(petition.code)
    petition = world.petitions()[0]
    head = officer(petition.unit, Role.HEAD)
    for action in (Action.ACCEPT, Action.ASSIGN, Action.START):
        petition = act(world, head, petition, action)
    petition = act(world, head, petition, Action.SUBMIT_ANSWER, text=ANSWER, no_evidence=WHY_NONE)
    act(world, officer(petition.unit, Role.HEAD, "truong"), petition, Action.APPROVE)
    world.deliver()


def reached(citizen: SimulatedCitizen, world: World) -> bool:
    """Return whether the data in the system fulfil the citizen's aim, such as one petition with the right name."""
    document, petitions = world.citizen(), world.petitions()
    if citizen.goal is Goal.GIVE_UP:
        return not petitions and "draft" not in world.talk()
    if citizen.goal is Goal.ERASE:
        return not petitions and "erased_at" in document
    filed = [petition for petition in petitions if petition.contact.name == citizen.wanted["name"]]
    filed = [petition for petition in filed if petition.contact.phone == citizen.wanted["phone"]]
    if citizen.goal is Goal.CONTEST:
        requests = [world.store.documents[path] for path in world.store.paths("contact_requests")]
        return len(petitions) == len(filed) == 1 and any(request["why"] == "contested" for request in requests)
    return len(petitions) == len(filed) == 1


def live(seed: int) -> tuple[SimulatedCitizen, World]:
    citizen, world = SimulatedCitizen(seed), World()
    world.has_a_coordinator()
    reply: str = ""
    while (words := citizen.says(reply)) is not None:
        before = len(world.replies())
        world.types(words)
        reply = "\n".join(world.replies()[before:])
        if "đã được ghi nhận" in reply and citizen.goal is Goal.CONTEST:
            answered(world)
            world.clock.advance(minutes=5)
    citizen.reached = reached(citizen, world)
    return citizen, world


def measure(seeds: range) -> tuple[float, dict[bool, float], list[tuple[int, str]]]:
    """Return the share of aims reached, the median number of messages until filing, and the failures.

    The median is given for texts with a place and for texts without one.
    """
    turns: dict[bool, list[int]] = {True: [], False: []}
    failed = []
    goals: Counter[Goal] = Counter()
    for seed in seeds:
        citizen, _ = live(seed)
        goals[citizen.goal] += 1
        if not citizen.reached:
            failed.append((seed, citizen.goal.value))
        elif citizen.goal is Goal.FILE:
            turns[citizen.names_place].append(citizen.turns - 1)
    return (
        1 - len(failed) / len(seeds),
        {named: statistics.median(some) for named, some in turns.items() if some},
        failed,
    )


def test_forty_citizens() -> None:
    share, turns, failed = measure(range(40))
    sys.stdout.write(f"goals reached {share:.3f}, median turns {turns}, failed {failed}\n")
    assert share >= 0.9


@pytest.mark.faults
def test_two_thousand_citizens() -> None:
    share, turns, failed = measure(range(2000))
    sys.stdout.write(f"goals reached {share:.3f}, median turns {turns}, failed {failed[:40]}\n")
    assert share >= 0.97
    assert turns[True] <= 4
    assert turns[False] <= 5
