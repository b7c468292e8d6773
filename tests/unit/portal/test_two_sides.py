"""After any faults between our system and the portal, both have the same data, and no petition exists twice.

The same scenario runs for 50 petitions in `make test`, and for 2,000 in `make test-faults`, which draws a seed. The
variable `PORTAL_SEED` repeats a run.
"""

from __future__ import annotations

import contextlib
import os
import random
from collections import Counter
from datetime import timedelta

import pytest

from petitions.domain.petition.petition import Petition
from petitions.domain.petition.petition_file import FileRef
from petitions.errors import Retryable
from petitions.usecases.shared.relay import RelayUnpublished
from tests.unit.portal.model import unit_code
from tests.unit.portal.random_life import RandomLife
from tests.unit.portal.two_sides import NAMES, TwoSides


def seed(usual: int = 1) -> int:
    return int(os.environ.get("PORTAL_SEED") or usual)


def run_of_trouble(world: TwoSides, life: RandomLife, petitions: int) -> None:
    chance, filed, step = world.chance, 0, 0
    world.wire.trouble, world.numbered.probability = 0.4, 0.015
    outage = petitions // 2
    while filed < petitions or step % 60:
        step += 1
        for _ in range(chance.randrange(3)):
            if filed < petitions and chance.random() < 0.35:
                chance.choice((life.file_here, life.file_there))()
                filed += 1
            else:
                chance.choice((life.act_here, life.act_here, life.act_there))()
        machinery(world, step)
        if filed >= outage and not world.wire.down and outage:
            outage, world.wire.down, down_since = 0, True, world.at()
        if world.wire.down:
            world.clock.advance(minutes=chance.choice((5, 30)))
            world.wire.down = world.at() - down_since < timedelta(days=1)
        world.clock.advance(seconds=chance.choice((20, 60, 200)))


def machinery(world: TwoSides, step: int) -> None:
    world.collect_nudges()
    world.chance.shuffle(world.nudges)
    for _ in range(min(len(world.nudges), world.chance.randrange(6))):
        code = world.nudges.pop()
        if not world.attempt(lambda code=code: world.parts.push(code)):  # type: ignore[misc]
            world.nudges.append(code)  # not acknowledged: it is delivered again
    world.attempt(world.parts.sweep)
    if step % 3 == 0:
        world.attempt(lambda: retried(world))
    if step % 7 == 0:
        world.attempt(RelayUnpublished(world.store, world.publisher, world.clock))


def retried(world: TwoSides) -> None:
    with contextlib.suppress(Retryable):
        world.parts.pull()


def quiet(world: TwoSides) -> None:
    """Stop all faults, and run all schedules hour by hour until nothing is pending."""
    world.wire.trouble, world.numbered.probability, world.wire.down = 0.0, 0.0, False
    for _ in range(12):
        world.clock.advance(hours=1, minutes=1)
        RelayUnpublished(world.store, world.publisher, world.clock)()
        world.parts.pull()
        world.collect_nudges()
        while world.nudges:
            world.parts.push(world.nudges.pop())
        while world.parts.sweep():
            world.clock.advance(minutes=3)


def assert_equal(world: TwoSides) -> None:
    records = world.portal.records()
    petitions = [Petition.model_validate(world.store.documents[path]) for path in world.store.paths("petitions")]
    codes = Counter(petition.sync.national_code for petition in petitions)
    assert not [code for code, times in codes.items() if times > 1], "a record has two petitions here"
    ours = Counter(record["our_code"] for record in records)
    assert not [code for code, times in ours.items() if times > 1], "a petition has two records there"
    assert not world.wire.repeated, "a call was made twice"
    assert set(codes) == {record["code"] for record in records}
    board = [world.store.documents[path] for path in world.store.paths("portal_differences")]
    for_a_person = {(item["code"], item["there"]) for item in board if item["kind"] == "conflict"}
    by_code = {petition.sync.national_code: petition for petition in petitions}
    for record in records:
        petition = by_code[record["code"]]
        about = (petition.code, petition.state, record["state"], petition.sync)
        assert record["our_code"] == petition.code, about
        assert record["state"] == NAMES.states[petition.state], about
        assert record["unit_code"] == unit_code(petition.unit), about
        answer, rating = record["answer"], record["rating"]
        there = [(item["belongs"], item["id"]) for item in record["files"]]
        own = [("PHAN_ANH", file.id) for file in petition.files]
        assert set(there) >= {("PHAN_ANH", file) for file in petition.sync.files}, about
        if petition.reply and petition.reply.approved_at:
            assert answer, about
            assert answer["NOIDUNGTRALOI"] == petition.reply.text, about
            assert set(there) == {*own, *(("TRA_LOI", attachment) for attachment in petition.reply.attachments)}, about
        if (petition.code, "rated") not in for_a_person:
            assert (int(rating["MUCDO"]) if rating else 0) == (petition.rating.level if petition.rating else 0), about
    stored = [world.store.documents[path] for path in world.store.paths("portal_inbound")]
    assert {item["state"] for item in stored} <= {"applied", "conflict"}, Counter(item["state"] for item in stored)
    conflicts = sum(item["state"] == "conflict" for item in stored)
    on_board = sum(item["kind"] == "conflict" for item in board)
    assert on_board == conflicts, "each conflict is a difference that a person sees"


def scenario(petitions: int, seed: int, skew: timedelta | None = None) -> TwoSides:
    print(f"PORTAL_SEED={seed}")  # noqa: T201 - it repeats the run
    world = TwoSides(seed)
    world.wire.skew = timedelta(seconds=world.chance.choice((-240, -5, 0, 5, 240))) if skew is None else skew
    life = RandomLife(world)
    run_of_trouble(world, life, petitions)
    quiet(world)
    figures = world.parts.reconcile()
    assert figures["complete"]
    quiet(world)
    assert_equal(world)
    again = world.parts.reconcile()
    assert again["differences"] == {}
    assert again["equal"] == again["there"] == again["here"]
    print(  # noqa: T201 - the figures
        f"{again['here']} petitions, {world.numbered.number} port calls, {world.numbered.crashes} crashes, "
        f"{world.wire.calls} calls to the portal, found by the reconciliation: {figures['differences']}"
    )
    return world


def test_both_sides_are_equal_in_the_end() -> None:
    assert scenario(50, seed()).numbered.crashes


def test_rating_of_a_withdrawn_petition_is_one_difference_for_a_person() -> None:
    """The portal answered a petition that was withdrawn here, and then its filer rated the answer there."""
    scenario(15, 13, timedelta(minutes=-8))


@pytest.mark.parametrize("minutes", [-8, 8])
def test_so_they_are_when_the_portals_clock_is_wrong(minutes: int) -> None:
    scenario(15, seed(), timedelta(minutes=minutes))


@pytest.mark.faults
@pytest.mark.timeout(3000)
def test_both_sides_are_equal_in_the_end_with_2000_petitions() -> None:
    assert scenario(2000, seed(random.SystemRandom().randrange(2**32))).numbered.crashes > 100


def short_life(world: TwoSides) -> None:
    code = world.new_code()
    world.own(lambda: world.parts.file(code, unit="SXD", files=[FileRef(id="anh", type="file")]))
    world.own(lambda: world.parts.keep_file(code, "anh"))
    world.own(lambda: world.parts.keep_file(code, "tep", "answer"))
    pushed(world, code)
    world.own(lambda: world.parts.approve(code, attachments=["tep"]))
    pushed(world, code)
    record = next(iter(world.portal.records()), None)
    world.officer.file({"TIEUDE": "Ngập", "NOIDUNG": "Ngập nước", "MADONVI": unit_code("SNV")}, world.at())
    if record and record["answer"]:
        world.officer.give_back(record["code"], "Chưa đủ", world.at())
    world.clock.advance(minutes=5)
    world.attempt(lambda: retried(world))
    world.attempt(world.parts.reconcile)


def pushed(world: TwoSides, code: str) -> None:
    if not world.attempt(lambda: world.parts.push(code)):
        world.nudges.append(code)


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_crash_at_each_numbered_call_changes_nothing_in_the_end(where: str) -> None:
    whole = TwoSides(1)
    short_life(whole)
    assert whole.numbered.number > 30
    for number in range(1, whole.numbered.number + 1):
        world = TwoSides(1)
        world.numbered.crash_at = (number, where)
        short_life(world)
        assert world.numbered.crashes == 1, number
        quiet(world)
        world.parts.reconcile()
        quiet(world)
        assert_equal(world)
