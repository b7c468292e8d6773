"""After any fault, the portal ends up with every call exactly once and in order, and no petition twice."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from petitions.domain.portal.portal_items import PortalReply
from petitions.domain.shared.outcome import Outcome
from petitions.ports.store import Transaction
from tests.fakes import FakeStore
from tests.unit.portal.model import CODE, CODE_2, CODE_3, Crash, PortalWorld

T = TypeVar("T")

CODES = [CODE, CODE_2, CODE_3]
ROUNDS = 60


class CrashingStore(FakeStore):
    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance
        self.trouble = False

    def transact(self, action: Callable[[Transaction], T]) -> T:
        dice = self.chance.random() if self.trouble else 1.0
        if dice < 0.1:
            raise Crash
        result = super().transact(action)
        if dice < 0.2:
            raise Crash
        return result


def trouble(chance: random.Random) -> Callable[[str], PortalReply | None]:
    def fault(_: str) -> PortalReply | None:
        dice = chance.random()
        if dice < 0.1:
            raise Crash
        if dice < 0.2:
            return PortalReply(Outcome.UNKNOWN, "no_answer")
        return None

    return fault


def refusal_or(chance: random.Random, fault: Callable[[str], PortalReply | None]) -> Any:
    return lambda what: PortalReply(Outcome.REFUSED, "400") if chance.random() < 0.1 else fault(what)


def attempt(step: Callable[[], object]) -> None:
    with contextlib.suppress(Crash):
        step()


@pytest.mark.parametrize("seed", range(40))
def test_each_call_once_and_in_order(seed: int) -> None:
    chance = random.Random(seed)
    store = CrashingStore(chance)
    world = PortalWorld(store=store)
    wanted = {code: world.whole_life(code) for code in CODES}
    nudges = [code for code in CODES for _ in range(9) if chance.random() < 0.7] * 2
    chance.shuffle(nudges)

    store.trouble = True
    world.portal.before = refusal_or(chance, trouble(chance))
    world.portal.after = trouble(chance)
    for _ in range(ROUNDS):
        for _ in range(chance.randrange(3)):
            if nudges:
                code = nudges.pop()
                attempt(lambda code=code: world.push(code))  # type: ignore[misc]
        attempt(world.sweep)
        world.clock.advance(seconds=chance.choice((1, 30, 150, 3600)))

    # A quiet time: remaining nudges are delivered, and the sweep does the rest.
    store.trouble = False
    world.portal.before = world.portal.after = lambda _: None
    for code in CODES:
        world.push(code)
    for _ in range(5):
        world.clock.advance(hours=1)
        world.sweep()

    calls = world.portal.effect_keys()
    assert {code: [key for key in calls if key.startswith(code)] for code in CODES} == wanted
    for code in CODES:
        sync = world.petition(code).sync
        assert (sync.handled_seq, sync.next_at, sync.lease_until) == (9, None, None)
