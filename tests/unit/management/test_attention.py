"""A unit is listed as needing attention by one rule, which is reference data."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from petitions.adapters.reference import parsed
from petitions.domain.figures.figures_row import FiguresRow
from petitions.domain.management.attention import ManagementRules, needing
from petitions.domain.management.sentences import rule_in_words, signs
from petitions.domain.shared.reference_data import ReferenceFaults
from tests.unit.management.sheets import NAMES, ROWS, RULES, row

RAW: dict[str, Any] = parsed("management_rules.json")


def changed(**more: Any) -> ManagementRules:
    return ManagementRules.load(copy.deepcopy(RAW) | more)


def test_the_points_are_those_of_the_rule_and_the_reasons_add_up_to_them() -> None:
    (found,) = needing(RULES, [row("SXD", 4, 3, 2, 1)], {"SXD": "Sở Xây dựng"})
    assert found.points == 4 * 3 + 3 * 2 + 2 * 2 + 1 * 1 == sum(sign.points for sign in found.signs)
    assert signs(found) == "4 đang quá hạn, 3 trả lời trễ, 2 chưa hài lòng, 1 mở lại"


def test_five_are_named_the_most_points_first_and_nobody_without_any() -> None:
    found = needing(RULES, [*ROWS, row("SNV", 0, 0, 0, 0)], NAMES | {"SNV": "Sở Nội vụ"})
    assert len(found) == 5 < len(ROWS)
    assert [attention.points for attention in found] == sorted((attention.points for attention in found), reverse=True)
    assert needing(RULES, [row("SNV", 0, 0, 0, 0)], {"SNV": "Sở Nội vụ"}) == []


def test_what_has_no_name_is_no_field() -> None:
    assert needing(RULES, [row("-", 9, 9, 9, 9)], NAMES) == []


def test_equals_are_named_in_the_order_of_their_keys_whatever_the_rows_order() -> None:
    rows = [row(key, 1, 0, 0, 0) for key in NAMES]
    assert needing(RULES, rows, NAMES) == needing(RULES, reversed(rows), NAMES)


def test_another_rule_names_others() -> None:
    rows = [row("SXD", 5, 0, 0, 0), row("SYT", 0, 0, 0, 9)]
    assert [attention.key for attention in needing(RULES, rows, NAMES)] == ["SXD", "SYT"]
    again = changed(named=1, signals=[{"number": "reopened", "points": 1, "label": "mở lại"}])
    assert [attention.key for attention in needing(again, rows, NAMES)] == ["SYT"]
    assert rule_in_words(again) == "Cần chú ý là nơi có nhiều điểm nhất: mỗi hồ sơ mở lại 1 điểm."
    still_open = changed(signals=[{"number": "open", "points": 2, "label": "đang mở"}])
    assert needing(still_open, [FiguresRow("SXD", {}, 7, 0)], NAMES)[0].points == 14


@pytest.mark.parametrize(
    "signal",
    [
        {"number": "sadness", "points": 1, "label": "buồn"},
        {"number": "late", "points": 0, "label": "trễ"},
        {"number": "overdue", "points": 1, "label": "hai lần"},
        {"number": "late", "points": 1, "label": ""},
    ],
)
def test_a_rule_that_cannot_be_is_refused(signal: dict[str, Any]) -> None:
    with pytest.raises(ReferenceFaults):
        changed(signals=[RAW["signals"][0], signal])
