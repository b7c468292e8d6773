"""Invisible characters, and those that reverse the direction of text, are removed from all stored texts of citizens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.unit.world import World

TURNS = "\u202a\u202e\u2066\u2067\u2069\u061c\u200e\u200f"
UNSEEN = "\u200b\u200c\u2060\ufeff\u00ad\u180e\U000e0001\U000e0061"
ODD = TURNS + UNSEEN


def test_no_story_name_address_or_file_keeps_them() -> None:
    world = World()
    world.types(
        f"Cán bộ{ODD} một cửa phường gây khó khăn khi làm khai sinh", "đồng ý", "xong",
        f"Số 12 phố{ODD} Trung Kính, phường Yên Hòa", f"Nguyễn{ODD} Thị Lan", "như trên", "0912 345 678", "1",
    )  # fmt: skip
    (petition,) = world.petitions()
    assert petition.contact.name == "Nguyễn Thị Lan"
    file = {"type": "file", "payload": {"url": "https://f1.zdn.vn/a.pdf", "name": f"đơn{ODD}fdp.exe"}}
    world.intake(world.event("user_send_file", {"attachments": [file]}))
    info = {"name": f"Nguyễn{ODD} Thị Lan", "phone": "84912345678", "address": f"12{ODD} phố Huế"}
    world.intake(world.event("user_submit_info", info=info))
    found = [(path, text) for path, document in world.store.documents.items() for text in _strings(document)]
    assert len(found) > 100
    assert [item for item in found if set(ODD) & set(item[1])] == []


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
