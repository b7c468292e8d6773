"""Small learned heads for tests, in the form in which they are stored."""

from __future__ import annotations

from array import array
from base64 import b64encode
from typing import Any

from petitions.domain.understanding.packed import key_of


def packed(rows: dict[str, dict[int, int]], classes: tuple[str, ...], bias: tuple[int, ...] = ()) -> dict[str, Any]:
    """Return the JSON of a head with these steps by feature and number of class."""
    ordered = sorted(rows, key=key_of)
    columns = [column for name in ordered for column in rows[name]]
    weights = [weight for name in ordered for weight in rows[name].values()]
    numbers = {
        "keys": array("I", map(key_of, ordered)).tobytes(),
        "lengths": bytes(len(rows[name]) for name in ordered),
        "columns": bytes(columns),
        "weights": array("h", weights).tobytes(),
    }
    shown = {name: b64encode(raw).decode() for name, raw in numbers.items()}
    return {"classes": list(classes), "bias": list(bias or (0,) * len(classes)), **shown}
