"""Differences between two versions of reference data, as English lines with counts and names for the operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NAMED = 8
_KEYS = (("code",), ("id",), ("year",), ("district", "name"), ("name",), ("words",))


def describe(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return one line per part that differs, with the rows added, removed and changed. Empty if nothing differs."""
    lines = []
    for part in [*new, *(part for part in old if part not in new)]:
        before, after = old.get(part), new.get(part)
        if before != after:
            lines.append(f"{part}: {_change(before, after)}")
    return lines


def _change(before: Any, after: Any) -> str:
    if isinstance(before, list | dict) and isinstance(after, list | dict):
        old, new = _by_name(before), _by_name(after)
        added = [name for name in new if name not in old]
        gone = [name for name in old if name not in new]
        changed = [name for name in new if name in old and new[name] != old[name]]
        changes = [
            f"{len(names)} {verb} ({_listed(names)})"
            for verb, names in (("added", added), ("gone", gone), ("changed", changed))
            if names
        ]
        return ", ".join(changes) or "another order"
    return f"{_short(before)} -> {_short(after)}"


def _by_name(part: list[Any] | dict[str, Any]) -> dict[str, Any]:
    """Return the rows by their display names. Rows with equal names get a number."""
    if isinstance(part, dict):
        return dict(part)
    found: dict[str, Any] = {}
    for row in part:
        name, again = _name(row), 1
        while name in found:
            again += 1
            name = f"{_name(row)} #{again}"
        found[name] = row
    return found


def _name(row: Any) -> str:
    if isinstance(row, dict):
        for key in _KEYS:
            if all(part in row for part in key):
                name = ", ".join(str(row[part]) for part in key)
                return f"{name} {row['name']}" if key == ("code",) and "name" in row else name
    return str(row)


def _listed(names: list[str]) -> str:
    shown = "; ".join(_short(name) for name in names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown}; and {len(names) - _NAMED} more"


def _short(value: Any) -> str:
    longest = 70
    text = "nothing" if value is None else str(value)
    return text if len(text) <= longest else f"{text[:longest]}…"
