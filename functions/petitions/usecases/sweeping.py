"""Reads what is due, oldest first, in pages: what cannot be done at the head starves nothing behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from petitions.ports import Document, Query, Store

PAGE = 100
MOST_PAGES = 5
"""Bounds one run; the next one goes on from the oldest that is still there."""


def due(store: Store, collection: str, field: str, until: datetime) -> Iterator[Document]:
    """The documents whose sparse instant `field` is at `until` or before: at most PAGE x MOST_PAGES of them."""
    after: tuple[object, ...] = ()
    for _ in range(MOST_PAGES):
        page = store.find(
            Query(collection, where=((field, "<=", until),), order_by=(field,), limit=PAGE, start_after=after)
        )
        yield from page
        if len(page) < PAGE:
            return
        after = (page[-1].data[field],)
