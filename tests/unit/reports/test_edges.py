"""The instants at which a line begins and ends to count: of a period, of what was known at the cut, of a receipt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from petitions.domain.reports.histories import History, Line, micros, since_receipt
from petitions.domain.reports.report import facts_in

TICK = timedelta(microseconds=1)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=90)
ENTERED = SINCE + timedelta(days=10)


def filed(at: datetime) -> History:
    return History("HN-1", (Line(1, micros(at), "filed", "SXD", "", "new", 0, "-", "-"),))


@pytest.mark.parametrize(
    ("at", "cut", "counts"),
    [
        (SINCE, UNTIL, True),
        (UNTIL - TICK, UNTIL, True),
        (UNTIL, UNTIL, False),
        (UNTIL, UNTIL + TICK, False),
        (ENTERED, ENTERED, True),
        (ENTERED + TICK, ENTERED, False),
    ],
)
def test_what_is_received_in_a_period_as_it_was_known_at_the_cut(at: datetime, cut: datetime, *, counts: bool) -> None:
    found = [fact.what for fact in facts_in(SINCE, UNTIL, cut, [filed(at)])]
    assert ("received" in found) == counts


def test_what_came_before_the_period_is_not_received_in_it() -> None:
    assert "received" not in [fact.what for fact in facts_in(SINCE, UNTIL, UNTIL, [filed(SINCE - TICK)])]


@pytest.mark.parametrize(
    ("received", "fixed", "moves"),
    [
        (ENTERED - TICK, [], True),
        (ENTERED, [], False),
        (ENTERED + TICK, [], False),
        (ENTERED - TICK, [(ENTERED, ENTERED - TICK)], False),
        (ENTERED - TICK, [(ENTERED - TICK, ENTERED - TICK)], True),
        (ENTERED - 2 * TICK, [(ENTERED - TICK, ENTERED - TICK)], False),
        (ENTERED - 2 * TICK, [(ENTERED - TICK, ENTERED)], True),
        (ENTERED - TICK, [(SINCE, SINCE), (ENTERED, ENTERED - TICK)], False),
    ],
)
def test_a_paper_counts_from_its_receipt_unless_a_frozen_period_would_change(
    received: datetime, fixed: list[tuple[datetime, datetime]], *, moves: bool
) -> None:
    """A frozen period is its end, which is no part of it, and its cut, at which a petition entered was known."""
    after = since_receipt(filed(ENTERED), received, fixed)
    assert after == (filed(received) if moves else filed(ENTERED))
