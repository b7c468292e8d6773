"""`make -s route FILE=petitions.jsonl`: print the routing decision for every petition of a file.

Input, one JSON object per line: `{"id", "text", "address"?, "location"?: {"latitude", "longitude"}}`, with coordinates
as numbers or strings. Output, one JSON object per line on standard output: `{"id", "units", "kind", "auto", "closed",
"accused", "why"}`. `auto` means that no person must decide, `closed` that only coordinators may read the petition, and
`accused` names the unit whose conduct is at issue. A bad line is reported on standard error, the other lines are
processed, and the exit code is 1. The router is built by the same wiring as in
`petitions.usecases.routing.route_petition`, so the decisions are the same.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from infra import json_lines
from infra.json_lines import BadLineError, text_of
from petitions.domain.petition.petition import Location
from petitions.domain.routing.proposed_class import likely_accused
from petitions.domain.routing.routing import Router
from petitions.wiring import routing

MOST_UNITS = 5


def _number(value: Any, limit: float, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise BadLineError(f'"{name}" must be a number of degrees')
    try:
        degrees = float(value)
    except (ValueError, OverflowError) as error:
        raise BadLineError(f'"{name}" must be a number of degrees') from error
    if not (math.isfinite(degrees) and abs(degrees) <= limit):
        raise BadLineError(f'"{name}" must be within {limit:g} degrees')
    return degrees


def _location(row: dict[str, Any]) -> Location | None:
    value = row.get("location")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise BadLineError('"location" must be an object')
    return Location(
        latitude=_number(value.get("latitude"), 90, "latitude"),
        longitude=_number(value.get("longitude"), 180, "longitude"),
    )


def predict(row: dict[str, Any], router: Router) -> dict[str, Any]:
    """Return the routing decision on a row as a JSON object. Raise BadLineError if the row is not a petition."""
    decision = router.route(text_of(row, "text"), text_of(row, "address"), _location(row))
    return {
        "id": row["id"],
        "units": [unit.code for unit in decision.units[:MOST_UNITS]],
        "kind": decision.kind.value,
        "auto": decision.auto,
        "closed": decision.closed,
        "accused": likely_accused(decision),
        "why": list(decision.why),
    }


def predictions(lines: Iterable[bytes], router: Router, errors: TextIO) -> Iterator[dict[str, Any] | None]:
    """Yield the decision on every line that is not blank. A bad line yields None and is reported in `errors`."""
    return json_lines.answers(lines, lambda row: predict(row, router), errors)


def main(argv: list[str] | None = None) -> int:
    """Print the decisions. Return 1 if a line was bad, 2 if the file cannot be read."""
    router = routing.router()
    return json_lines.run((__doc__ or "").splitlines()[0], lambda row: predict(row, router), argv)


if __name__ == "__main__":
    sys.exit(main())
