"""`make -s route FILE=petitions.jsonl`: prints where the routing function would send each petition of a file.

Input, one JSON object a line: `{"id", "text", "address"?, "location"?: {"latitude", "longitude"}}`, numbers or strings.
Output on standard output, one JSON object a line: `{"id", "units", "kind", "auto", "why"}`; messages go to standard
error. A line that cannot be read is named there, the others go on, and the exit code is 1. The decision is the one of
`petitions.usecases.routing.route_petition`: the same router, built by the same wiring.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from petitions.domain.petition.petition import Location
from petitions.domain.routing.routing import Router
from petitions.wiring import routing

MOST_UNITS = 5


class BadLineError(Exception):
    """A line that is JSON but not a petition; the message says why."""


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadLineError(f'"{name}" must be a string')
    return value


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


def predict(line: str, router: Router) -> dict[str, Any]:
    """Return the prediction for one line. Raise BadLineError or ValueError, with a message, if it is not a petition."""
    try:
        row = json.loads(line)
    except RecursionError as error:
        raise BadLineError("nested too deeply") from error
    if not isinstance(row, dict):
        raise BadLineError("not a JSON object")
    if not isinstance(row.get("id"), (str, int)) or isinstance(row.get("id"), bool):
        raise BadLineError('"id" is missing or no string')
    if "text" not in row:
        raise BadLineError('"text" is missing')
    decision = router.route(_text(row, "text"), _text(row, "address"), _location(row))
    return {
        "id": row["id"],
        "units": [unit.code for unit in decision.units[:MOST_UNITS]],
        "kind": decision.kind.value,
        "auto": decision.auto,
        "why": list(decision.why),
    }


def predictions(lines: Iterable[bytes], router: Router, errors: TextIO) -> Iterator[dict[str, Any] | None]:
    """Yield the prediction for each line that is not blank; None for a bad one, with its number in `errors`."""
    for number, raw in enumerate(lines, 1):
        if not raw.strip(b"\xef\xbb\xbf \t\r\n"):
            continue
        try:
            yield predict(raw.decode("utf-8-sig"), router)
        except (BadLineError, ValueError) as error:
            print(f"line {number}: {error}", file=errors)
            yield None


def main(argv: list[str] | None = None) -> int:
    """Print the predictions; return 1 if a line was bad, 2 if the file cannot be read."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, help="petitions, one JSON object a line")
    arguments = parser.parse_args(argv)
    try:
        lines = arguments.file.read_bytes().split(b"\n")
    except OSError as error:
        print(f"{arguments.file}: {error.strerror}", file=sys.stderr)
        return 2
    bad = 0
    for prediction in predictions(lines, routing.router(), sys.stderr):
        if prediction is None:
            bad += 1
        else:
            sys.stdout.write(json.dumps(prediction, ensure_ascii=False) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
