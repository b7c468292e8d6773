"""Words that identify other people are removed from a published text, and everything else stays.

The sentences (`published_others.jsonl`) were written before the code. `gone` lists the words that must not be shown.
Sentences without `gone` stay unchanged.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from petitions.adapters.reference import directory
from petitions.domain.publishing.publication import without_others

PLACES = directory().place_names
SENTENCES = [json.loads(line) for line in (Path(__file__).parent / "published_others.jsonl").read_text().splitlines()]


def hidden(text: str) -> str:
    return without_others(text, PLACES)


@pytest.mark.parametrize("sentence", [one for one in SENTENCES if one["gone"]], ids=lambda one: one["text"])
def test_what_identifies_others_is_hidden(sentence: dict[str, Any]) -> None:
    shown = hidden(sentence["text"])
    assert [words for words in sentence["gone"] if words in shown] == []
    assert hidden(shown) == shown


@pytest.mark.parametrize("sentence", [one for one in SENTENCES if not one["gone"]], ids=lambda one: one["text"])
def test_what_identifies_nobody_stays(sentence: dict[str, Any]) -> None:
    assert hidden(sentence["text"]) == sentence["text"]
