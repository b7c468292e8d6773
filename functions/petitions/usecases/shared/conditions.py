"""The conditions of a query, evaluated on documents in memory instead of by the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import eq
from typing import Any

from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Interval
from petitions.ports.store import Condition, Query


def belongs(petition: Petition, query: Query) -> bool:
    """Return whether the petition, as stored, meets the conditions of the query. Order and limit are ignored."""
    return meets(petition.stored(), query.where)


def meets(fields: Mapping[str, Any], conditions: Iterable[Condition]) -> bool:
    """Return whether the stored fields of a document meet all conditions. Names can be nested: "routed.auto"."""
    return all(_MEETS[operator](_found(fields, name), value) for name, operator, value in conditions)


def during(field: str, period: Interval[datetime]) -> tuple[Condition, Condition]:
    """Return the two query conditions that bound the field by the period, whose end is exclusive."""
    return (field, ">=", period.since), (field, "<", period.until)


def _found(fields: Any, name: str) -> Any:
    for part in name.split("."):
        fields = fields.get(part) if fields is not None else None
    return fields


_MEETS: dict[str, Callable[[Any, Any], bool]] = {
    "==": eq,
    "in": lambda found, values: found in values,
    "array_contains": lambda found, value: value in (found or ()),
    "<": lambda found, value: found is not None and found < value,
    "<=": lambda found, value: found is not None and found <= value,
    ">=": lambda found, value: found is not None and found >= value,
}
