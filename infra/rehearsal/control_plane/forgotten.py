"""Properties that Google returns in another form than given: zeros left out, defaults added, other order or casing.

`forgotten.json` lists them by collection, with sources. The columns of a row:

* `forgets`: this value of the field is left out, at any depth
* `beside`: defaults that are returned beside the field
* `order`: the list is reversed
* `casing`: the name is returned in capitals
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROWS: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_name("forgotten.json").read_text())


def as_google_returns(collection: str, body: dict[str, Any]) -> dict[str, Any]:
    for row in ROWS.get(collection, ()):
        body = _by(row, body)
    return body


def _by(row: dict[str, Any], value: Any) -> Any:
    if isinstance(value, list):
        return [_by(row, item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: _by(row, item) for name, item in value.items()}
    field = row["field"]
    if field not in found:
        return found
    if "forgets" in row and _same(found[field], row["forgets"]):
        del found[field]
    elif "order" in row:
        found[field] = found[field][::-1]
    elif "casing" in row:
        found[field] = found[field].upper()
    return row.get("beside", {}) | found


def _same(value: Any, forgotten: Any) -> bool:
    """Return whether two values are equal and of the same type. `False` and 0 differ."""
    return type(value) is type(forgotten) and value == forgotten
