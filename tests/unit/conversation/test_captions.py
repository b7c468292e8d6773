"""A picture with a caption belongs to the draft or to a filed petition. If that is unclear, the bot asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.unit.conversation.answers import IMAGE
from tests.unit.conversation.ways import answered, at, refused, requested, talk
from tests.unit.world import World

CAPTIONS = Path(__file__).with_name("captions.jsonl")
MOST_APART = 0.05
"""The largest share of pictures that may go to a petition instead of the draft, or the other way round."""
REACHED: Mapping[str, Callable[[World], object]] = {
    "consent": lambda world: at(world, "consent"),
    "content": lambda world: at(world, "content"),
    "place": lambda world: at(world, "address"),
    "contact": lambda world: at(world, "name"),
    "confirm": lambda world: at(world, "confirm"),
    "idle_new": lambda world: world,
    "idle_filed": lambda world: world.files(),
    "answered": answered,
    "refused": refused,
    "supplement": requested,
}


def _cases() -> list[tuple[str, str, str]]:
    rows = map(json.loads, CAPTIONS.read_text(encoding="utf-8").splitlines())
    return [(row["situation"], row["caption"], row["owner"]) for row in rows]


def owner(world: World) -> str:
    question = talk(world).get("question") or {}
    drafts = (talk(world).get("draft") or {}, question.get("draft") or {})
    if any(part["type"] == "image" for draft in drafts for part in draft.get("parts", ())):
        return "draft"
    if any(addition.type == "image" for petition in world.petitions() for addition in petition.additions):
        return "petition"
    if any(file.type == "image" for petition in world.petitions() for file in petition.files):
        return "draft"  # which was sent with it
    return "ask" if any(part["type"] == "image" for part in question.get("parts", ())) else "nobody"


def placed(situation: str, caption: str) -> str:
    world = World().has_a_coordinator()
    REACHED[situation](world)
    if "HN-" in caption and world.petitions():
        head, _, tail = caption.partition("HN-")
        caption = f"{head}{world.petitions()[0].code}{tail[tail.find(' ') :] if ' ' in tail else ''}"
    world.intake(world.event("user_send_image", {**IMAGE, "text": caption}))
    return owner(world)


@pytest.mark.parametrize("situation", REACHED)
def test_every_picture_has_an_owner_or_is_asked_about(situation: str) -> None:
    for _, caption, _ in _cases()[::3]:
        assert placed(situation, caption) != "nobody", caption


def test_most_pictures_belong_to_what_their_words_say() -> None:
    found = [(placed(situation, caption), meant) for situation, caption, meant in _cases()]
    apart = [(one, meant) for one, meant in found if {one, meant} == {"draft", "petition"}]
    assert len(apart) <= MOST_APART * len(found), apart
