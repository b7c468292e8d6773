from __future__ import annotations

import pytest

from petitions.domain.clock.punctuality import in_time, on_time


@pytest.mark.parametrize(
    ("verdict", "expected"), [("on_time", True), ("late", False), ("overdue", False), ("open", None), ("", None)]
)
def test_how_a_verdict_counts(verdict: str, expected: bool | None) -> None:  # noqa: FBT001 - a column of the table
    assert in_time(verdict) is expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"on_time": 3, "late": 2, "overdue": 1}, (3, 6)),
        ({"on_time": 3, "late": 2, "overdue": 1, "open": 50}, (3, 6)),
        ({"on_time": 3, "open": None}, (3, 3)),
        ({"on_time": 3, "late": None, "overdue": 1}, (0, 0)),
        ({}, (0, 0)),
    ],
)
def test_open_petitions_in_time_count_neither_way_and_a_hidden_number_hides_both(
    numbers: dict[str, int | None], expected: tuple[int, int]
) -> None:
    assert on_time(numbers) == expected
