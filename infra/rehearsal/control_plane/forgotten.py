"""What Google does not tell as it was given: zeros and empties left out, defaults filled in, another order or casing.

`forgotten.json` has rows for each collection, with their sources. `forgets`: this value of the field is not told,
wherever it lies. `beside`: what is told beside the field when it was not given. `order`: a list is turned round;
`casing`: a name is told in capitals.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROWS: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_name("forgotten.json").read_text())


def told(collection: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a body as Google keeps and tells it."""
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
    """Compare; `false` is not zero."""
    return type(value) is type(forgotten) and value == forgotten
