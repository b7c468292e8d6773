"""Each run of the outside judge on the running stack: nothing lost, nothing doubled, nobody blamed, soon at rest."""

from __future__ import annotations

import pytest

from tests.e2e.faults.cases import CASES
from tests.e2e.faults.harness import HEAD, Harness, Row

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("name", CASES)
def test_the_promises_hold_on_the_running_stack(name: str, rows: list[Row]) -> None:
    row = Harness(name, CASES[name])()
    rows.append(row)
    assert (row.broken, row.incomplete, row.lost) == ([], 0, 0), f"{HEAD}\n{row.line()}"
