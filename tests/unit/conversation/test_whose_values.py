"""Other people's names and numbers never become the filer's, and the filer's own can be corrected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.conversation.ways import draft, talk
from tests.unit.world import World

ROWS = [json.loads(line) for line in Path(__file__).with_name("whose_values.jsonl").read_text().splitlines()]
"""Messages, each with the filer's values that it sets, and words that the petition then has (`story`)
or not (`gone`).
"""
STORY = (
    "Cán bộ Hoàng Văn Bá, số 0912333444, ở 88 Tô Hiệu, đòi 300 nghìn, mẹ tôi là Trần Thị Xuyến đi lại 4 lần mà chưa "
    "được khai tử cho vợ tôi"
)
CONTACT = "Lê Thị Mai, 5 Lê Lợi, phường Hà Đông, 0987654321"
TO = {
    "consent": (STORY,),
    "address": ("Cán bộ đòi tiền khi làm giấy khai sinh", "đồng ý"),
    "name": (STORY, "đồng ý", "Phường Yên Hòa"),
    "confirm": (STORY, "đồng ý", "Phường Yên Hòa", CONTACT),
    "filed": (STORY, "đồng ý", "Phường Yên Hòa", CONTACT, "1"),
}
WAS = {"name": "Lê Thị Mai", "residence": "5 Lê Lợi, phường Hà Đông", "phone": "0987654321", "email": None}
GIVEN = ("confirm", "filed")
"""The steps at which the filer has already given name, address and telephone."""


def values(world: World) -> dict[str, Any]:
    if talk(world).get("draft"):
        found = {name: draft(world).get(name) for name in WAS}
    else:
        contact = world.petitions()[0].contact
        found = {"name": contact.name, "residence": contact.address, "phone": contact.phone, "email": contact.email}
    phone = found["phone"]
    return found | {"phone": f"0{phone.removeprefix('84')}" if phone else None}


def draft_story(world: World) -> str:
    return "\n".join(part["text"] for part in (talk(world).get("draft") or {}).get("parts", []) if part.get("text"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['at']}: {row['says'][-1][:50]}")
def test_a_value_is_the_filers_only_where_it_is_theirs(row: dict[str, Any]) -> None:
    world = World().has_a_coordinator()
    world.types(*TO[row["at"]])
    world.clock.advance(seconds=30)
    world.types(*row["says"])
    assert values(world) == (WAS if row["at"] in GIVEN else dict.fromkeys(WAS)) | row["takes"]
    waiting = "\n".join(part.get("text") or "" for part in (talk(world).get("question") or {}).get("parts", []))
    if row["at"] == "filed":
        kept = json.dumps(list(world.store.documents.values()), default=str, ensure_ascii=False)
        assert row.get("story", "") in kept
    else:
        assert row.get("story", "") in f"{draft_story(world)}\n{waiting}"
        assert row.get("gone", "?") not in draft_story(world)
    assert row.get("reply", "") in world.last_reply()
    if "address" in row:
        assert draft(world)["address"] == row["address"]
