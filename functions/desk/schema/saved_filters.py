"""Saved filters as the JSON API answers them."""

from __future__ import annotations

from schema.base import Answer


class FilterAnswer(Answer):
    """A saved filter. `number` of petitions is "100+" where more must be looked at, "" if it cannot be opened."""

    id: str
    name: str
    query: str
    text: str
    owner: str
    owner_name: str
    shared: bool
    number: str


class FiltersAnswer(Answer):
    """One's own filters, then those that others share with the unit."""

    filters: list[FilterAnswer]
