"""The tables of requirements and findings in tests/README.md name existing modules and tests."""

from __future__ import annotations

import ast
import re

import pytest

from tests.demands import DEPLOYMENT, FINDINGS, ROWS, TESTS, VIOLATIONS

FUNCTIONS = TESTS.parent / "functions"


@pytest.mark.parametrize(
    "named",
    sorted({test for row in ROWS + FINDINGS + VIOLATIONS + DEPLOYMENT for test in re.findall(r"`([^`]+)`", row[2])}),
)
def test_a_named_test_is_there(named: str) -> None:
    path, _, name = named.partition("::")
    tree = ast.parse((TESTS / path).read_text())
    assert name in {stmt.name for stmt in tree.body if isinstance(stmt, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_a_demand_is_kept_somewhere_and_tested(row: list[str]) -> None:
    _, kept, tests = row
    assert "::test_" in tests
    for path in re.findall(r"`([\w/]+\.(?:py|md))`", kept):
        places = (FUNCTIONS / "petitions" / path, FUNCTIONS / path, TESTS.parent / path)
        assert any(place.is_file() for place in places), path


def test_every_finding_is_answered_by_a_test_or_a_sentence() -> None:
    numbered = [row[0].split()[0] for row in FINDINGS]
    assert numbered == [*(str(number) for number in range(1, 31)), "polish:"]
    assert all(len(row[1]) > len("words") for row in FINDINGS)
    unproven = [row[0] for row in FINDINGS if "::test_" not in row[2]]
    assert all(row[2] == "–" for row in FINDINGS if row[0] in unproven)


def test_every_violation_is_answered_by_a_test() -> None:
    assert len(VIOLATIONS) == 11
    assert all("::test_" in row[2] for row in VIOLATIONS)
