from __future__ import annotations

from typing import Any

from tests.unit.world import World


def planned_together(world: World, words: str) -> list[dict[str, Any]]:
    found = []
    for record in [item for path, item in world.store.documents.items() if path.startswith("inbox/")]:
        paths = [f"notices/{message['data'].get('id')}" for message in record.get("messages", [])]
        notices = [world.store.documents[path] for path in paths if path in world.store.documents]
        if any(words in notice["text"] for notice in notices):
            found.append(notices)
    assert len(found) == 1
    return found[0]


def officers_told(world: World, words: str) -> list[str]:
    return [item["officer"] for item in planned_together(world, words) if item.get("officer")]
