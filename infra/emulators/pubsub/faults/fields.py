"""Checks of the fields in the JSON that describes a fault."""

from __future__ import annotations

from typing import Any


def names_resource(wanted: str, resource: str) -> bool:
    """Return whether the name in a fault means this resource. It may be short, full, or empty for any resource."""
    return wanted in ("", resource, resource.rsplit("/", 1)[-1])


def only_fields(body: dict[str, Any], known: set[str]) -> None:
    """Raise ValueError if the JSON of a fault has a field that is not in `known`."""
    unknown = body.keys() - known
    if unknown:
        raise ValueError(f"a fault has no field {', '.join(sorted(unknown))}")


def positive(body: dict[str, Any], field: str) -> int:
    """Return a field that holds a whole number above 0. Raises ValueError otherwise."""
    value = body[field]
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{field} is a whole number above 0")
    return value
