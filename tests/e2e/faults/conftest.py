"""Collects the results of all cases and prints them as one table at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.faults.harness import HEAD, Row
from tests.e2e.stack import ROOT

TABLE = ROOT / ".build" / "faults.txt"
_ROWS: list[Row] = []


@pytest.fixture(scope="session")
def rows() -> Iterator[list[Row]]:
    yield _ROWS
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text("\n".join([HEAD, *(row.line() for row in _ROWS), ""]), encoding="utf-8")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _ROWS:
        terminalreporter.section("the running stack under faults")
        for line in [HEAD, *(row.line() for row in _ROWS)]:
            terminalreporter.write_line(line)
