"""Hints at misconduct within other matters: money without a receipt, inspections announced in secret."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from infra.routing.misconduct import JUDGE, Accusation, read_accusations
from petitions.domain.routing.reading import PetitionReader
from petitions.domain.units.directory import COORDINATORS
from tests.unit.routing.test_routing import decide, directory, rules

TEXTS = read_accusations(Path(__file__).with_name("hints.jsonl"))
"""Texts by group: `strangers` did not know the rules, `known` were written before the rules, `unseen` after them."""


@cache
def reader() -> PetitionReader:
    return PetitionReader(directory(), rules())


def written(author: str, kind: str = "subtle") -> list[Accusation]:
    return [item for item in TEXTS if item.author == author and item.kind == kind]


def kept(text: str) -> bool:
    found = decide(text)
    return found.handler == COORDINATORS and (found.doubted or found.closed)


@pytest.mark.parametrize("item", written("strangers"), ids=lambda item: item.text[:30])
def test_what_strangers_hinted_at_waits_for_a_coordinator(item: Accusation) -> None:
    assert kept(item.text)


@pytest.mark.parametrize(("author", "share"), [("known", 0.95), ("unseen", 0.80)])
def test_most_hints_wait_for_a_coordinator(author: str, share: float) -> None:
    texts = written(author)
    assert sum(kept(item.text) for item in texts) >= share * len(texts)
    assert not [item.text for item in texts if decide(item.text).auto]


def test_money_and_raids_alone_are_no_hint() -> None:
    fees = written("known", "innocent")
    assert len(fees) == 60
    assert not [item.text for item in fees if reader().read(item.text).hints]
    innocent = [item for item in read_accusations(JUDGE) if item.kind == "innocent"]
    assert sum(bool(reader().read(item.text).hints) for item in innocent) <= 0.02 * len(innocent)


def test_a_hint_shows_its_words() -> None:
    found = decide("Phường Láng thu 50 nghìn mỗi nhà mà không có biên lai")
    assert (found.doubted, found.auto, found.accused) == (True, False, None)
    assert "không có biên lai" in found.why
