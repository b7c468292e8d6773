"""Fixtures: local systems with two small functions. They are stopped and deleted at the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.small_stack import SmallStack


def _stack(sources: Path, name: str) -> Iterator[SmallStack]:
    made = SmallStack(sources, name)
    made.write()
    try:
        yield made
    finally:
        made.command("down")
        shutil.rmtree(made.folder.path, ignore_errors=True)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallStack]:
    for small_stack in _stack(tmp_path_factory.mktemp("functions"), f"t{os.getpid()}"):
        done = small_stack.up()
        assert done.returncode == 0, done.stderr
        yield small_stack


@pytest.fixture
def small_stack(tmp_path: Path) -> Iterator[SmallStack]:
    """A local system for one test. The test must start it."""
    yield from _stack(tmp_path / "functions", f"u{os.getpid()}")
