"""Temporary data expires: exactly the collections with expiring documents are declared."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from petitions.domain.shared.retention import HANDLED_EVENTS_KEPT_FOR, RECORDS_KEPT_FOR
from tests.unit.clock.seeds import at
from tests.unit.petition.clockwork import Clockwork, calendar_with

INDEXES = Path(__file__).resolve().parents[3] / "infra" / "gcp" / "firestore.indexes.json"
BEGAN = at("2026-11-23 09:00")
KEPT = {
    "inbox": HANDLED_EVENTS_KEPT_FOR,
    "digests": HANDLED_EVENTS_KEPT_FOR,
    "reminders": RECORDS_KEPT_FOR,
    "deadline_moves": RECORDS_KEPT_FOR,
    "notices": RECORDS_KEPT_FOR,
    "contact_requests": RECORDS_KEPT_FOR,
}


@pytest.fixture
def world() -> Clockwork:
    """Return a world after two weeks with a petition, reminders, digests and a holiday announced late."""
    world = Clockwork()
    world.clock.at = BEGAN
    world.accepted(1)
    world.reminders()
    for day in ("2026-12-04", "2026-12-07", "2026-12-08"):
        world.clock.at = at(f"{day} 08:00")
        world.digests()
        world.reminders()
    world.types("gặp cán bộ")
    world.in_force(calendar_with("later", "2026-12-08"))
    world.minutes(4)
    return world


def test_expiring_collections_are_declared_and_have_the_field(world: Clockwork) -> None:
    overrides = json.loads(INDEXES.read_text())["fieldOverrides"]
    declared = {override["collectionGroup"] for override in overrides if override.get("ttl")}
    assert all(
        override["fieldPath"] == "expires_at" and not override["indexes"]
        for override in overrides
        if override.get("ttl")
    )
    assert declared == {*KEPT, "zalo_consents", "dead_letters", "tries", "audit", "jobs"}
    for collection, kept in KEPT.items():
        documents = [world.store.documents[path] for path in world.store.paths(collection)]
        expiring = [document for document in documents if "expires_at" in document]
        assert expiring, collection
        for item in expiring:
            assert BEGAN <= item["expires_at"] - kept <= world.clock.at, collection
    elsewhere = {path.split("/")[0] for path, item in world.store.documents.items() if "expires_at" in item}
    assert elsewhere == set(KEPT)


def test_an_event_is_remembered_longer_than_it_can_come_again() -> None:
    """An event may be seven days old at the webhook, then wait seven days in Pub/Sub, then as a dead letter."""
    assert timedelta(days=14) < HANDLED_EVENTS_KEPT_FOR


def test_notices_to_a_citizen_do_not_expire(world: Clockwork) -> None:
    notices = [world.store.documents[path] for path in world.store.paths("notices")]
    assert {("officer" in notice, "expires_at" in notice) for notice in notices} == {(True, True), (False, False)}
