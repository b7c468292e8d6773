"""Shared code of commands that read one JSON object per line of a file and print one object per line.

The commands are `make route` and `make understand`. An invalid line is reported on standard error with its number. The
other lines are processed, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO


class BadLineError(Exception):
    """Raised if a line is JSON but not valid input for the command. The message gives the reason."""


def row_of(line: str) -> dict[str, Any]:
    """Return the JSON object in a line. It must have an `id` and a `text`.

    Raise BadLineError or ValueError for any other line.
    """
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
    return row


def text_of(row: dict[str, Any], name: str) -> str:
    """Return an object's string field, or "" if it is missing. Raise BadLineError for another type."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadLineError(f'"{name}" must be a string')
    return value


def answers(
    lines: Iterable[bytes], answer: Callable[[dict[str, Any]], dict[str, Any]], errors: TextIO
) -> Iterator[dict[str, Any] | None]:
    """Yield the result of `answer` for every line that is not blank.

    An invalid line yields None and is reported to `errors`.
    """
    for number, raw in enumerate(lines, 1):
        if not raw.strip(b"\xef\xbb\xbf \t\r\n"):
            continue
        try:
            yield answer(row_of(raw.decode("utf-8-sig")))
        except (BadLineError, ValueError) as error:
            print(f"line {number}: {error}", file=errors)
            yield None


def run(about: str, answer: Callable[[dict[str, Any]], dict[str, Any]], argv: list[str] | None) -> int:
    """Print the results for the file named in `argv`. `about` describes the command in `--help`.

    Return 1 if a line was invalid, 2 if the file cannot be read.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("file", type=Path, help="JSON objects, one a line")
    path: Path = parser.parse_args(argv).file
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        print(f"{path}: {error.strerror}", file=sys.stderr)
        return 2
    bad = 0
    for found in answers(lines, answer, sys.stderr):
        if found is None:
            bad += 1
        else:
            sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return 1 if bad else 0
