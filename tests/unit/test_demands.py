"""What tests/README.md says of Zalo's demands: each module and each test that it names is there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.demands import ROWS, TESTS

FUNCTIONS = TESTS.parent / "functions"


@pytest.mark.parametrize("named", sorted({test for row in ROWS for test in re.findall(r"`([^`]+)`", row[2])}))
def test_a_named_test_is_there(named: str) -> None:
    path, _, name = named.partition("::")
    tree = ast.parse((TESTS / path).read_text())
    assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_a_demand_is_kept_somewhere_and_tested(row: list[str]) -> None:
    _, kept, tests = row
    assert "::test_" in tests
    for path in re.findall(r"`([\w/]+\.(?:py|md))`", kept):
        places = (FUNCTIONS / "petitions" / path, FUNCTIONS / path, TESTS.parent / path)
        assert any(place.is_file() for place in places), path
