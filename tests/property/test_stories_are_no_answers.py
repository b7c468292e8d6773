"""Texts of petitions sent as answers to a question: hardly one agrees to, sends, erases or withdraws anything.

The language model easily reads the first syllables of a text as a "yes" ("Có người rào bãi sông").
"""

from __future__ import annotations

import json
import sys
from functools import cache

import pytest

from infra.paths import ROOT
from petitions.domain.conversation.flow import fold
from petitions.domain.conversation.turn import (
    CitizenInput,
    EraseCitizenData,
    FilePetition,
    RateAnswer,
    Turn,
    WithdrawPetition,
)
from petitions.domain.understanding.text import Text
from petitions.wiring import understanding
from tests.property.standings import NOW, STANDINGS, FakeGuide, part, situation

FILES = ("independent", "held_out", "evaluation")
SHORTEST, LONGEST = 4, 60
"""The shortest and the longest text, in words."""
ASKED = ("consent", "contact", "phone", "confirm", "duplicate", "erase?", "withdraw, surely?", "answered", "supplement")
IN_A_THOUSAND = 5
HURTING = (EraseCitizenData, FilePetition, RateAnswer, WithdrawPetition)


@cache
def stories() -> list[str]:
    lines = [
        line
        for name in FILES
        for line in (ROOT / "infra" / "routing" / "texts" / f"{name}.jsonl").read_text().splitlines()
    ]
    texts = dict.fromkeys(json.loads(line)["text"] for line in lines)
    return [text for text in texts if SHORTEST <= len(text.split()) <= LONGEST]


def taken_for(name: str, text: str) -> list[str]:
    before = STANDINGS[name]
    entry = CitizenInput(key="n", at=NOW, parts=(part("n-0", text, at=NOW),))
    turn = Turn(before, entry, FakeGuide(), understanding.reader().read(Text.of(text), situation(name)))
    fold(turn)
    result = turn.result()
    found = [type(effect).__name__ for effect in result.effects if isinstance(effect, HURTING)]
    if result.citizen.consent != before.consent:
        found.append("consent")
    draft, now = before.conversation.draft, result.citizen.conversation.draft
    if draft and now is None and name != "duplicate":
        found.append("the end of the draft")
    if draft and now and now.phone == "" != draft.phone:
        found.append("no telephone")
    return found


@pytest.mark.release
@pytest.mark.parametrize("name", ASKED)
def test_hardly_any_story_is_taken_for_an_answer(name: str) -> None:
    wrong = [(found, text) for text in stories() if (found := taken_for(name, text))]
    sys.stdout.write(f"{name}: {len(wrong)} of {len(stories())}\n")
    assert len(stories()) > 1000
    assert len(wrong) <= len(stories()) * IN_A_THOUSAND / 1000, wrong
