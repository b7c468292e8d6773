"""A fixture with one running webhook for a test module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.webhook.door import Door, FakePubsub, settings


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Door, FakePubsub]]:
    pubsub = FakePubsub()
    log: Path = tmp_path_factory.mktemp("webhook") / "log"
    door = Door(settings(pubsub.url), log)
    yield door, pubsub
    door.close()
    pubsub.close()


@pytest.fixture
def door(running: tuple[Door, FakePubsub]) -> Door:
    return running[0]


@pytest.fixture
def pubsub(running: tuple[Door, FakePubsub]) -> FakePubsub:
    running[1].published.clear()
    running[1].status = 200
    return running[1]
