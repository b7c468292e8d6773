"""The shipped criteria of the yearly scoring, a proposal to the city (Decision 771/QĐ-UBND, LAW 6.1)."""

from __future__ import annotations

import pytest

from petitions.domain.clock.punctuality import ON_TIME_WORDS
from petitions.domain.scoring.criteria import ALL_WEIGHT
from tests import law

RULES = law.packaged().scoring
CRITERIA = {
    "on_time": (40, 5000, 9500),
    "satisfied": (15, 5000, 9000),
    "no_backlog": (15, 8000, 10000),
    "published": (10, 0, 6000),
    "lasting": (10, 8000, 9800),
    "heard": (10, 5000, 10000),
}
"""By criterion: its weight, the share that gives no points, and the share that gives all, in ten-thousandths."""


@pytest.mark.parametrize("key", CRITERIA)
def test_weight_and_thresholds_of_a_criterion(key: str) -> None:
    found = RULES.criterion(key)
    assert found
    assert (found.weight, found.floor, found.full) == CRITERIA[key]


def test_numbers_of_the_scoring() -> None:
    assert [criterion.key for criterion in RULES.criteria] == [*CRITERIA]
    assert (RULES.period, RULES.least, RULES.z, RULES.contested_days) == ("calendar_year", 30, 196, 14)


def test_who_is_not_scored_exists_and_has_a_reason() -> None:
    assert [(left.unit, bool(left.why)) for left in RULES.left_out] == [("VPUB", True), ("OOS", True)]
    assert all(law.packaged().directory.unit(left.unit) for left in RULES.left_out)


def test_the_rules_name_their_owner_source_and_definition() -> None:
    assert sum(criterion.weight for criterion in RULES.criteria) == ALL_WEIGHT
    assert "chờ xác nhận" in (RULES.owner or "")
    assert "771" in RULES.source
    share = RULES.criterion("on_time")
    assert share
    assert ON_TIME_WORDS in share.definition
