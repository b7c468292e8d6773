"""Evaluate the public site's search: `python -m infra.search.evaluate RESULTS QUERIES`, with PYTHONPATH=functions.

Both files hold a JSON object per line. A result has `id`, `summary` and `answer`, and may have `unit_name`,
`field_name`, `ward_name` and `published_at`, as in `/data/results.json` of the public site. A query has `query` and
`wanted`, the id of the result to be found or a list of such ids. The command prints the queries that do not find a
wanted result among the first three, and the number of successful ones.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from petitions.adapters.understanding import vocabulary
from petitions.domain.language.likeness import IndexedText, Likeness
from petitions.domain.publishing.search_index import searchable_text

FIRST = 3


@dataclass(frozen=True)
class Search:
    query: str
    wanted: frozenset[str]
    """The ids of wanted results. One of them among the first results is enough."""


class Results:
    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        newest = sorted(rows, key=lambda row: row.get("published_at") or "", reverse=True)
        self._ids = {f"{number:09}": str(row["id"]) for number, row in enumerate(newest)}
        texts = {name: _told(row) for name, row in zip(self._ids, newest, strict=True)}
        self._likeness = Likeness(vocabulary.search_words(), texts)

    def found(self, query: str) -> list[str]:
        return [self._ids[name] for name in self._likeness.nearest(query)]


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def searches(rows: Iterable[Mapping[str, Any]]) -> list[Search]:
    return [
        Search(row["query"], frozenset([row["wanted"]] if isinstance(row["wanted"], str) else row["wanted"]))
        for row in rows
    ]


def missed(results: Results, asked: Iterable[Search]) -> list[tuple[Search, list[str]]]:
    """Return the queries that find no wanted result among the first ones, with the ids that they find instead."""
    found = [(search, results.found(search.query)[:FIRST]) for search in asked]
    return [(search, first) for search, first in found if search.wanted.isdisjoint(first)]


def _told(row: Mapping[str, Any]) -> IndexedText:
    labels = (row.get(name) or "" for name in ("unit_name", "field_name", "ward_name"))
    return searchable_text(row["summary"], row.get("answer") or "", *labels)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the queries that fail and the number of those that succeed, for the files named in `argv`."""
    parser = argparse.ArgumentParser(description="hits among the first three")
    parser.add_argument("results", type=Path, help="published results, JSON objects, one a line")
    parser.add_argument("queries", type=Path, help="queries with the wanted ids, JSON objects, one a line")
    given = parser.parse_args(argv)
    asked = searches(read(given.queries))
    lost = missed(Results(read(given.results)), asked)
    for search, first in lost:
        sys.stdout.write(
            f"{search.query}: wanted {', '.join(sorted(search.wanted))}, found {', '.join(first) or '-'}\n"
        )
    sys.stdout.write(f"{len(asked) - len(lost)} of {len(asked)} among the first {FIRST}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
