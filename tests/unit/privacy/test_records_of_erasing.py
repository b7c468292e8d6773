"""What an erasure writes about itself, whole: its document, its line in the audit, its lines in the log."""

from __future__ import annotations

import json
from typing import Any

import pytest

from petitions.adapters import reference
from petitions.domain.citizen.citizen import Citizen
from petitions.domain.lifecycle.states import State
from petitions.domain.officers.officer import StandsIn
from petitions.domain.petition.petition import Petition
from petitions.domain.privacy.erasure import ErasureOrigin, erasure_path
from petitions.domain.shared.records import replace
from petitions.ports.store import Transaction
from petitions.usecases.privacy.begin_erasure import (
    ErasureRequest,
    begin_erasure,
    begin_restricting,
    forget_unconsented,
)
from petitions.usecases.privacy.restrict_petition import RestrictPetition
from tests.unit.petition.handling import COORDINATOR
from tests.unit.privacy.erased import CODE, HMAC, asks, plant, sweep, tells
from tests.unit.world import World

DEED = erasure_path(HMAC)


@pytest.fixture
def world() -> World:
    return World()


def logged(capsys: pytest.CaptureFixture[str], metric: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line for line in lines if line.get("metric") == metric]


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("citizen", {"role": "citizen"}),
        ("zalo", {"role": "citizen"}),
        ("officer", {"role": "coordinator", "officer": COORDINATOR.id, "unit": "VPUB", "instead_of": "chi"}),
    ],
)
def test_what_a_request_is_stored_as(
    world: World, capsys: pytest.CaptureFixture[str], by: ErasureOrigin, who: dict[str, str]
) -> None:
    now = world.clock.now()
    officer = replace(COORDINATOR, stands_in=StandsIn(officer="chi")) if by == "officer" else None
    reason = "Bà gọi yêu cầu xóa" if officer else None
    request = ErasureRequest(by, now, "k", now, officer, reason, CODE if officer else None)
    citizen = Citizen(zalo_id="7", last_interaction_at=now)
    world.store.transact(lambda tx: begin_erasure(tx, HMAC, citizen, request, reference.texts()))
    assert world.store.documents[DEED] == {
        "by": by, "asked_at": now, "until": now, "stage": "erasing", "known": [], "kept": [],
        "notice": "erased-k", "profile": "profile-k", "next_attempt_at": now, "schema_version": 1,
    }  # fmt: skip
    about = {"what": "erasure", "citizen": HMAC, "at": now, "schema_version": 1}
    more = {"code": CODE, "reason": reason} if officer else {}
    assert world.store.documents["audit/erasure-k"] == who | about | more
    line = {"severity": "INFO", "message": "count", "metric": "erasure_asked", "by": by}
    assert logged(capsys, "erasure_asked") == [line]


def test_what_a_filer_without_zalo_and_one_without_consent_are_stored_as(world: World) -> None:
    now = world.clock.now()
    request = ErasureRequest("officer", now, "k", now, COORDINATOR, "Bà gọi", CODE)
    earlier = replace(Citizen(zalo_id="7", last_interaction_at=now), changes=3)
    world.clock.advance(days=8)
    later = world.clock.now()

    def begin(tx: Transaction) -> Citizen:
        begin_restricting(tx, "filer", request)
        return forget_unconsented(tx, HMAC, earlier, "s", later)

    forgotten = world.store.transact(begin)
    assert forgotten == Citizen(zalo_id="7", last_interaction_at=now, erased_at=now, changes=4)
    common = {"stage": "erasing", "known": [], "kept": [], "until": now, "schema_version": 1}
    assert world.store.documents[erasure_path("filer")] == common | {
        "by": "officer", "asked_at": now, "next_attempt_at": now, "petition": CODE,
    }  # fmt: skip
    assert world.store.documents[DEED] == common | {"by": "silence", "asked_at": later, "next_attempt_at": later}
    assert world.store.documents["audit/erasure-s"] == {
        "what": "erasure", "role": "system", "citizen": HMAC, "at": later, "schema_version": 1,
    }  # fmt: skip


def test_what_is_left_of_an_erasure_at_its_end(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    plant(world, State.CLOSED)
    asks(world)
    began = dict(world.store.documents[DEED])
    sweep(world)
    kept = dict(world.store.documents[DEED])
    assert kept == began | {"stage": "telling", "known": [], "next_attempt_at": kept["next_attempt_at"]}
    tells(world)
    sweep(world)
    now = world.clock.now()
    petition = Petition.model_validate(world.store.documents[f"petitions/{CODE}"])
    ends = RestrictPetition.ends(petition, world.erase.years, now)
    assert world.store.documents[DEED] == kept | {
        "stage": "done", "done_at": now, "kept": [CODE], "next_attempt_at": ends,
    }  # fmt: skip
    line = {"severity": "INFO", "message": "a citizen is erased", "metric": "erasure_done"}
    assert logged(capsys, "erasure_done") == [line | {"erasure": HMAC, "by": began["by"], "kept": 1}]
