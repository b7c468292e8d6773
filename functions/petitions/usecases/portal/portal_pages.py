"""Reading what the portal lists page by page, although it changes meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


def next_page(since: datetime, page: int, times: Sequence[datetime | None]) -> tuple[datetime, int]:
    """Where to read on after a page with these times.

    By the time of the last item while the list is in order: what shifts between pages is not lost. By the page's
    number within one second, or when the order does not hold.
    """
    known = [each for each in times if each is not None]
    if known and len(known) == len(times) and known == sorted(known) and known[-1] > since:
        return known[-1], 1
    return since, page + 1
