"""Sample petitions that citizens filed at the national portal."""

from __future__ import annotations

from typing import Any

from petitions.domain.portal.portal_items import PortalChange, PortalSubmission
from tests.unit.portal.model import PortalWorld

FOREIGN = "PAKN.20261123.0777"


def filed(world: PortalWorld, national: str = FOREIGN, change_id: str = "N1", **more: Any) -> PortalChange:
    now = world.clock.now()
    stated: dict[str, Any] = {"unit": "", "content": "Đường ngập sau mưa.", "phone": "0987654321"}
    stated |= {name: more.pop(name) for name in [*stated] if name in more}
    petition = PortalSubmission(
        code="",
        title="Đường ngập",
        name="Trần Văn Minh",
        address="9 Ba Đình",
        unit_name="",
        ward="",
        kind="pakn",
        at=now,
        **stated,
    )
    fields: dict[str, Any] = {"id": change_id, "kind": "new", "code": "", "national_code": national, "text": ""}
    fields |= {"at": now, "raw": {"n": change_id}, "petition": petition}
    return PortalChange(**(fields | more))


def created_here(world: PortalWorld) -> list[Any]:
    codes = [path.partition("/")[2] for path in world.store.paths("petitions")]
    return [petition for petition in map(world.petition, codes) if petition.source == "portal"]
