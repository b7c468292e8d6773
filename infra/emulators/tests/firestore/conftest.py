"""Fixtures: one emulator for the session, or the one at EMULATOR_FIRESTORE_HOST, and an empty project per test."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.cloud import firestore

from infra.emulators.testing.firestore_server import ExternalFirestore, FirestoreServer


@pytest.fixture(scope="session")
def firestore_indexes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that declares the indexes of CHECKED_PROJECT. Tests may rewrite it."""
    path = tmp_path_factory.mktemp("firestore") / "firestore.indexes.json"
    path.write_text(json.dumps({"indexes": [], "fieldOverrides": []}))
    return path


@pytest.fixture(scope="session")
def firestore_server(tmp_path_factory: pytest.TempPathFactory, firestore_indexes: Path) -> Iterator[FirestoreServer]:
    host = os.environ.get("EMULATOR_FIRESTORE_HOST")
    if host:
        yield ExternalFirestore(Path(), port=int(host.rpartition(":")[2]))
        return
    data = tmp_path_factory.mktemp("firestore") / "data.sqlite"
    with FirestoreServer(data, firestore_indexes) as server:
        yield server
        server.stop()


@pytest.fixture
def db(firestore_server: FirestoreServer) -> Iterator[firestore.Client]:
    client = firestore_server.client(f"test-{uuid.uuid4().hex[:12]}")
    yield client
    client.close()
