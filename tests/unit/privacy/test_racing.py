"""Events and schedules during the erasure of a citizen, and late events after it."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from petitions.domain.understanding.commands import Unclear
from tests.unit.privacy.erased import HMAC, SENTENCE, everything, sweep, tells
from tests.unit.world import USER, World


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_order_the_old_is_gone_and_the_new_stays(seed: int) -> None:
    world, chance = World(), random.Random(seed)
    world.files(f"{SENTENCE}, vếtcũ0")
    late = [world.event("user_send_text", {"text": f"vếtcũ{number}"}) for number in range(1, 6)]
    world.meant.update({f"vếtcũ{number}": (Unclear(),) for number in range(1, 6)})  # an addition is kept by law
    request = world.event("user_withdraw", user_id=USER)
    new = [world.event("user_send_text", {"text": f"vếtmới{number}"}) for number in range(4)]
    world.clock.advance(seconds=5)
    before = chance.randrange(len(late) + 1)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(world.intake, [*late[:before], request]))
        doings = [*((world.intake, body) for body in (*late[before:], *late, *new, *new, request)), *[(None, b"")] * 4]
        chance.shuffle(doings)
        list(pool.map(lambda doing: doing[0](doing[1]) if doing[0] else world.erase(), doings))
    sweep(world, 2)
    tells(world)
    sweep(world, 2)
    left = everything(world)
    assert [mark for mark in (f"vếtcũ{number}" for number in range(1, 6)) if mark in left] == [], seed
    inputs = [world.store.documents[path] for path in world.store.paths(f"citizens/{HMAC}/inputs")]
    assert sorted(part["text"] for item in inputs for part in item["parts"]) == [f"vếtmới{n}" for n in range(4)], seed
    citizen = world.citizen()
    assert (citizen["zalo_id"], "consent" in citizen) == (USER, False), seed
    assert [item["code"] for item in citizen["petitions"]] == [world.petitions()[0].code], seed
    assert world.store.documents[f"erasures/{HMAC}"]["stage"] == "done", seed
