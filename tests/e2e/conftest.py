"""Fixtures for tests on one running copy of the system, called the stack. Every test has its own citizens."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import doors
from tests.collector import Collector, collecting
from tests.e2e.stack import ROOT, LocalStack

_USERS = itertools.count(1)


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    with collecting(doors.note_span) as running:
        yield running


@pytest.fixture(scope="session")
def stack(collector: Collector) -> Iterator[LocalStack]:
    running = LocalStack(f"e2e-{os.getpid()}", TRACES=collector.url)
    running.up()
    yield running
    running.down()
    shutil.rmtree(ROOT / ".local" / running.name, ignore_errors=True)


@pytest.fixture
def user() -> str:
    return f"45729476939697{next(_USERS):05d}"


@pytest.fixture(scope="session")
def pictures() -> Path:
    folder = Path(os.environ.get("SCREENSHOTS", ROOT / ".build" / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
