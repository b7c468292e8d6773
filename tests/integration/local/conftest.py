"""Stacks of tiny functions; each is stopped and deleted at the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.local.tiny import Tiny


def _tiny(sources: Path, name: str) -> Iterator[Tiny]:
    tiny = Tiny(sources, name)
    tiny.write()
    try:
        yield tiny
    finally:
        tiny.command("down")
        shutil.rmtree(tiny.folder.path, ignore_errors=True)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tiny]:
    """A stack that is up, shared by all tests of this folder."""
    for tiny in _tiny(tmp_path_factory.mktemp("functions"), f"t{os.getpid()}"):
        done = tiny.up()
        assert done.returncode == 0, done.stderr
        yield tiny


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Tiny]:
    """A stack of its own, not started."""
    yield from _tiny(tmp_path / "functions", f"u{os.getpid()}")
