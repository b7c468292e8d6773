"""Reading of the portal's paged lists although they change meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


def next_page(since: datetime, page: int, times: Sequence[datetime | None]) -> tuple[datetime, int]:
    """Return the time and the page number to read next, after a page of items with these times.

    While the list is in order, reading goes on from the last item's time, so that nothing is lost when pages shift.
    Within one second, or without order, it goes on by page number.
    """
    known = [time for time in times if time is not None]
    if known and len(known) == len(times) and known == sorted(known) and known[-1] > since:
        return known[-1], 1
    return since, page + 1
