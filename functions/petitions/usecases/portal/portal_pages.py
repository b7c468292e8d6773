"""Reading of the portal's paged lists, which may change between two pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from petitions.domain.shared.edges import UpTo


def next_page(since: datetime, page: int, times: Sequence[datetime | None]) -> tuple[datetime, int]:
    """Return the time and the page number to read next. `times` are those of the items on the last page read.

    If the list is in order, read from the last item's time on, so that no item is lost when pages shift. If all items
    are of one second, or the order is wrong, read the next page number.
    """
    known = [time for time in times if time is not None]
    if known and len(known) == len(times) and known == sorted(known) and UpTo(since).is_over(known[-1]):
        return known[-1], 1
    return since, page + 1
