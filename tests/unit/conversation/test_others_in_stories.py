"""Petitions that name other people: only the writer becomes the filer, and the text stays unchanged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.conversation.ways import at, draft, story, talk
from tests.unit.world import World

STORIES = [json.loads(line) for line in Path(__file__).with_name("others_in_stories.jsonl").read_text().splitlines()]
"""Texts with the values in them that belong to the filer."""
FIELDS = ("name", "phone", "residence", "email")


@pytest.mark.parametrize("sample", STORIES, ids=lambda row: row["text"][:40])
def test_only_the_writers_own_values_are_taken(sample: dict[str, Any]) -> None:
    world = World().has_a_coordinator()
    world.types(sample["text"], "đồng ý")
    found = {name: value for name in FIELDS if (value := draft(world).get(name))}
    if "phone" in found:
        found["phone"] = f"0{found['phone'].removeprefix('84')}"
    assert found == sample["own"]
    assert draft(world)["type"] == "individual"


def test_stories_of_others_are_kept_whole() -> None:
    cut = []
    others = [row["text"] for row in STORIES if not row["own"]]
    for text in others:
        world = World().has_a_coordinator()
        world.types(text, "đồng ý")
        if story(world) != text:
            cut.append((story(world), text))
    assert len(others) >= 60
    assert len(cut) <= 2, cut  # one clause in both sounds like a question


def test_a_whole_contact_in_answer_is_the_senders() -> None:
    world = World().has_a_coordinator()
    world.types(STORIES[4]["text"], "đồng ý", "phường Láng", "Bùi Văn Cường, 40 phố Trung Kính, 0977001122")
    found = draft(world)
    assert (found["name"], found["residence"], found["phone"]) == ("Bùi Văn Cường", "40 phố Trung Kính", "84977001122")


def test_a_whole_contact_replaces_what_was_taken_from_a_story() -> None:
    world = World().has_a_coordinator()
    story = "Tôi là Đỗ Thị Hòe, ở 27 ngõ 43 Chùa Bộc. Phường Yên Hòa chậm trả giấy khai sinh"
    world.types(story, "đồng ý", "Bùi Văn Cường, 40 phố Trung Kính, 0977001122")
    found = draft(world)
    assert (found["name"], found["residence"], found["phone"]) == ("Bùi Văn Cường", "40 phố Trung Kính", "84977001122")


@pytest.mark.parametrize(("step", "most"), [("content", 0), ("address", 12), ("name", 19), ("confirm", 12)])
def test_few_stories_told_late_change_the_sender(step: str, most: int) -> None:
    taken = []
    for text in (row["text"] for row in STORIES if not row["own"]):
        world = at(World().has_a_coordinator(), step)
        before = draft(world)
        world.types(text)
        after = talk(world).get("draft") or {}
        if any(after.get(name) != before.get(name) for name in FIELDS if after.get(name)):
            taken.append(text)
    assert len(taken) <= most, taken
