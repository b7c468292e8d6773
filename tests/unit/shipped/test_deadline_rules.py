"""The shipped deadline rules: all numbers with their sources, and the rules by class and level."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.domain.clock.clocks import TermUnit
from petitions.domain.lifecycle.states import ClockName, Level
from tests import law
from tests.unit.clock.seeds import at

RULES = law.packaged().rules
RAW: dict[str, Any] = law.packaged_data("deadline_rules.json")
MONDAY = at("2026-11-23 16:00")
NUMBERS = {
    "reception": (8, "working_hours", 0, 2, 120, "1207/QĐ-UBND", "analogy"),  # LAW 3.2
    "transfer": (2, "working_days", 0, 2, 15, "89/CĐ-TTg", "analogy"),  # LAW 3.3
    "answer": (15, "calendar_days", 15, 2, 15, "13/2023/QĐ-UBND", "unknown"),  # LAW 3.1
    "answer-complex": (20, "calendar_days", 20, 3, 20, "574/QĐ-TTg", "historic"),  # LAW 3.4
    "answer-urgent": (4, "working_hours", 4, 1, 16, "1207/QĐ-UBND", "analogy"),  # LAW 3.2
    "answer-vbqppl": (15, "calendar_days", 15, 2, 15, "89/CĐ-TTg", "verified"),  # LAW 3.3
    "supplement": (10, "working_days", 10, 0, 0, "Lựa chọn thiết kế", "design"),  # LAW 7.9
    "transfer-urgent": (4, "working_hours", 0, 1, 16, "1207/QĐ-UBND", "analogy"),  # LAW 3.2
}
"""By rule: amount, unit, longest extension, most pauses, longest pause, a part of the source, and its certainty.

No text has the limits of extensions (LAW 7.1) and of pauses (LAW 7.9). They are the project's.
"""


@pytest.mark.parametrize("rule", NUMBERS)
def test_the_numbers_of_a_rule(rule: str) -> None:
    (found,) = [row for row in RAW["rules"] if row["id"] == rule]
    *numbers, source, confidence = NUMBERS[rule]
    names = ("amount", "unit", "max_extension", "max_pauses", "max_pause")
    assert [found[name] for name in names] == numbers
    assert source in found["source"]
    assert found["confidence"] == confidence
    assert (found["effective_from"], found["effective_to"]) == ("2023-01-01", None)


def test_there_is_no_other_rule_and_only_complex_answers_count_from_the_filing() -> None:
    assert [row["id"] for row in RAW["rules"]] == [*NUMBERS]
    assert [row["id"] for row in RAW["rules"] if "counts_from" in row] == ["answer-complex"]  # LAW 3.4


def test_a_short_pause_moves_nothing_and_days_move_by_working_days() -> None:
    """This is the project's choice, because no law regulates it (LAW 7.9)."""
    pauses = RAW["pauses"]
    assert (pauses["least_minutes"], pauses["calendar_days"], pauses["confidence"]) == (60, "working_days", "unknown")
    assert "thành phố phải quyết định" in pauses["source"]


@pytest.mark.parametrize(
    ("name", "petition_class", "level", "rule", "amount", "unit"),
    [
        ("reception", "pakn", "normal", "reception", 8, TermUnit.WORKING_HOURS),
        ("reception", "vbqppl", "urgent", "reception", 8, TermUnit.WORKING_HOURS),
        ("transfer", "pakn", "normal", "transfer", 2, TermUnit.WORKING_DAYS),
        ("transfer", "pakn", "complex", "transfer", 2, TermUnit.WORKING_DAYS),
        ("transfer", "pakn", "urgent", "transfer-urgent", 4, TermUnit.WORKING_HOURS),
        ("transfer", "vbqppl", "urgent", "transfer-urgent", 4, TermUnit.WORKING_HOURS),
        ("answer", "pakn", "normal", "answer", 15, TermUnit.CALENDAR_DAYS),
        ("answer", "pakn", "complex", "answer-complex", 20, TermUnit.CALENDAR_DAYS),
        ("answer", "pakn", "urgent", "answer-urgent", 4, TermUnit.WORKING_HOURS),
        ("answer", "vbqppl", "normal", "answer-vbqppl", 15, TermUnit.CALENDAR_DAYS),
        ("answer", "vbqppl", "complex", "answer-vbqppl", 15, TermUnit.CALENDAR_DAYS),
        ("answer", "vbqppl", "urgent", "answer-urgent", 4, TermUnit.WORKING_HOURS),
        ("supplement", "pakn", "normal", "supplement", 10, TermUnit.WORKING_DAYS),
    ],
)
def test_the_rule_of_each_class_and_level(
    name: str, petition_class: str, level: str, rule: str, amount: int, unit: TermUnit
) -> None:
    found = RULES.find(ClockName(name), petition_class, Level(level), MONDAY)
    assert (found.id, found.amount, found.unit) == (rule, amount, unit)
    assert found.source
