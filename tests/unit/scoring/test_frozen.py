"""Scores made by older rules can be computed again with the same shares, points and hash."""

from __future__ import annotations

from pathlib import Path

from petitions.domain.scoring.scoring import counted_again, exported, imported, result_of

LINES = (Path(__file__).parent / "frozen_2025.jsonl").read_bytes().splitlines()
HASH = "3e3c68758b7146b43cba9affe08231d978d914c4d211d57a1271ec251b744939"
"""The expected hash, under rules in which ratings were not scored yet."""


def test_frozen_scores_are_counted_again_as_they_were() -> None:
    result = counted_again(LINES)
    assert result.hash == HASH
    counts = {
        unit.unit: (unit.score, [(part.criterion, part.good, part.cases) for part in unit.parts])
        for unit in result.units
    }
    assert counts == {
        "SXD": (6215, [("on_time", 14, 19), ("no_backlog", 2, 2), ("published", 6, 20), ("lasting", 18, 20)]),
        "PX-00004": (3514, [("on_time", 14, 20), ("no_backlog", 0, 3), ("published", 7, 20), ("lasting", 17, 20)]),
    }


def test_a_draft_by_former_rules_is_frozen_by_them() -> None:
    rules, label, aside, facts = imported(LINES)
    assert list(exported(rules, label, facts, aside)) == [line + b"\n" for line in LINES]
    assert result_of(rules, label, facts, aside).hash == HASH
