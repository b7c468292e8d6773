"""Checks of the JSON fields that describe a fault."""

from __future__ import annotations

from typing import Any


def names_resource(wanted: str, resource: str) -> bool:
    """Return whether the name in a fault means this resource. It may be short, full, or empty for any resource."""
    return wanted in ("", resource, resource.rsplit("/", 1)[-1])


def only_fields(body: dict[str, Any], known: set[str]) -> None:
    """Raise ValueError if the JSON of a fault has an unknown field."""
    unknown = body.keys() - known
    if unknown:
        raise ValueError(f"a fault has no field {', '.join(sorted(unknown))}")


def positive(body: dict[str, Any], field: str) -> int:
    value = body[field]
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{field} is a whole number above 0")
    return value
