"""An erasure covers data up to the instant of the request. Later data and other people's data stay."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest

from petitions.domain.privacy.erasure import Erasure
from tests.unit.privacy.erased import HMAC, asks, plant, sweep
from tests.unit.privacy.planting import WHO
from tests.unit.world import World

TICK = timedelta(microseconds=1)


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize(
    ("collection", "name"), [("guidance", "at"), ("contact_requests", "at"), ("dead_letters", "kept_at")]
)
def test_the_instant_of_the_request_divides_what_is_erased_from_what_stays(
    world: World, collection: str, name: str
) -> None:
    plant(world)
    asks(world)
    deed = Erasure.model_validate(world.store.documents[f"erasures/{HMAC}"])
    planted = next(fields for path, fields in world.store.documents.items() if path.startswith(f"{collection}/"))
    for identity, at in (("before", -TICK), ("at", timedelta(0)), ("after", TICK)):
        fields = {**copy.deepcopy(dict(planted)), name: deed.asked_at + at}
        world.store.create(f"{collection}/{identity}", fields)
    sweep(world)
    left = {identity for identity in ("before", "at", "after") if f"{collection}/{identity}" in world.store.documents}
    assert left == {"after"}


def test_lines_of_the_audit_about_others_stay_as_they_are(world: World) -> None:
    plant(world)
    planted = next(world.store.documents[path] for path in world.store.paths("audit"))
    for who in (HMAC, "another"):
        entry = {**copy.deepcopy(dict(planted)), "citizen": who, "code": None, "reason": f"gọi lại {WHO['phone']}"}
        world.store.create(f"audit/of-{who}", entry)
    asks(world)
    sweep(world)
    assert WHO["phone"] not in world.store.documents[f"audit/of-{HMAC}"]["reason"]
    assert world.store.documents["audit/of-another"]["reason"] == f"gọi lại {WHO['phone']}"
