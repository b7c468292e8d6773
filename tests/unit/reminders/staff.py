from __future__ import annotations

from typing import Any

from petitions.domain.lifecycle.lifecycle import Role
from tests.unit.petition.handling import officer
from tests.unit.world import World


def staffed(world: World, unit: str) -> None:
    people = [officer(unit), officer(unit, Role.HEAD, "truong"), officer("VPUB", Role.COORDINATOR, "dieu-phoi")]
    for person in people:
        world.store.create(f"officers/{person.id}", person.stored())


def mails(world: World, kind: str) -> list[dict[str, Any]]:
    return [
        item for path, item in world.store.documents.items() if path.startswith("notices/") and item["kind"] == kind
    ]
