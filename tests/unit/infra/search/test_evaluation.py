"""The quality of the search over published results, measured with realistic queries."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.search.evaluate import Results, main, missed, read, searches

HERE = Path(__file__).parent
RESULTS, QUERIES = HERE / "results.jsonl", HERE / "queries.jsonl"
FOREIGN = HERE / "foreign_queries.jsonl"
"""Forty queries by a person that knew only the results. Never use them for tuning."""
FLOOR = 0.97
"""The minimum share of queries that have a right result among the first three."""


def test_nearly_every_search_has_the_wanted_result_among_the_first_three() -> None:
    asked = searches(read(QUERIES))
    assert len(asked) > 150
    lost = missed(Results(read(RESULTS)), asked)
    assert len(lost) <= (1 - FLOOR) * len(asked), [(search.query, first) for search, first in lost]


def test_independent_forty_searches_find_the_wanted_results() -> None:
    asked = searches(read(FOREIGN))
    assert len(asked) == 40
    assert len(missed(Results(read(RESULTS)), asked)) <= 4


def test_command_names_missed_results_and_counts_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queries = tmp_path / "queries.jsonl"
    rows = [{"query": "khai sih", "wanted": ["r01", "r02"]}, {"query": "BHYT", "wanted": "r01"}]
    queries.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", encoding="utf-8")
    assert main([str(RESULTS), str(queries)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "1 of 2 among the first 3"
    assert lines[0].startswith("BHYT: wanted r01, found ")
