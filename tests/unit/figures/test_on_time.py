"""The share of petitions on time has the same value wherever it is shown.

Open petitions that are not overdue count as on time. If the number of overdue petitions is unknown, so is the share.
"""

from __future__ import annotations

import pytest

from petitions.domain.figures.disclosure import FEWEST
from petitions.domain.figures.figures_row import FiguresRow, percent
from petitions.domain.figures.published_figures import CITY_NUMBERS, published_row
from petitions.domain.management.management_sheet import MonthRow


@pytest.mark.parametrize(
    ("counts", "overdue", "share"),
    [
        ({"on_time": 9, "late": 1}, 0, 90),
        ({"on_time": 9, "late": 1}, 10, 45),
        ({}, 21, 0),
        ({}, 0, None),
        ({"on_time": 9, "late": 1}, None, None),
    ],
)
def test_what_is_open_and_overdue_counts_against_the_share(
    counts: dict[str, int], overdue: int | None, share: int | None
) -> None:
    row = FiguresRow("", counts, open=30, overdue=overdue)
    assert percent(*row.on_time) == share
    assert MonthRow.of(row).on_time == share
    published = published_row(row, CITY_NUMBERS, standing=True)
    assert published.on_time_percent == (share if row.on_time[1] >= FEWEST else None)
