"""The table of bounds in functions/README.md lists everything that waits, and all its names exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.manifest import load
from infra.paths import FUNCTIONS, ROOT

PETITIONS, TESTS = FUNCTIONS / "petitions", ROOT / "tests"
TABLE = re.compile(r"<!-- bounds -->\n(.*?)<!-- /bounds -->", re.DOTALL)
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in TABLE.findall((FUNCTIONS / "README.md").read_text(encoding="utf-8"))[0].splitlines()[2:]
]
WAITING = {"next_attempt_at", "next_at", "lease_until", "unfolded_at", "unpublished_since"}
"""The names of stored fields that say when something that waits goes on."""
PLANS = {"ReminderPlan.next_at"}
"""Fields of this name that are not stored."""
SWEEPS = {"due", "drain"}
"""The functions of `usecases/shared/sweeping.py` that read what is due."""


def _trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    yield from ((path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(folder.rglob("*.py")))


def waiting_fields() -> Iterator[str]:
    """Yield the fields of records that hold the time of a next action, as "Class.field"."""
    for _, tree in _trees(PETITIONS / "domain"):
        for record in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            fields = (item.target for item in record.body if isinstance(item, ast.AnnAssign))
            names = (field.id for field in fields if isinstance(field, ast.Name))
            yield from (f"{record.name}.{name}" for name in names if name in WAITING)


def sweeps() -> Iterator[str]:
    """Yield the use case modules that read due documents, or write a lease into a document without a record."""
    for path, tree in _trees(PETITIONS / "usecases"):
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "petitions.usecases.shared.sweeping"
            for alias in node.names
        }
        if imported & SWEEPS:
            yield path.relative_to(PETITIONS).as_posix()


def kept_by() -> Iterator[str]:
    yield from (name for row in ROWS for name in re.findall(r"`([^`]+)`", row[3]))


def test_each_row_has_a_bound() -> None:
    assert ROWS
    assert [row for row in ROWS if len(row) != 4 or not re.search(r"\d+ min", row[2])] == []


def test_everything_that_waits_has_a_row_and_each_row_is_of_something() -> None:
    named = {name for row in ROWS for name in re.findall(r"`([^`]+)`", row[1])} - {"manifest.json"}
    without_record = {"usecases/portal/pull_changes.py", "usecases/channels/follow_changes.py"}
    assert named == {*waiting_fields()} - PLANS | {*sweeps()} | without_record


@pytest.mark.parametrize("named", sorted({*kept_by()}))
def test_what_keeps_a_bound_exists(named: str) -> None:
    path, colons, name = named.partition("::")
    files = [TESTS / path] if colons else sorted((TESTS / "simulation" / "promises").glob("*.py"))
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    assert (name or path) in {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def test_every_subscription_repeats_within_ten_minutes() -> None:
    subscriptions = load().subscriptions
    assert {name for name, item in subscriptions.items() if item.maximum_backoff_seconds > 600} == set()
