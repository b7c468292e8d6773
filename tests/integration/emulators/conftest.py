"""Fixtures: emulators as real processes on free ports, or those that the environment names."""

from __future__ import annotations

import os

import pytest

from tests.integration.emulators import google_differences
from tests.integration.emulators.firestore_server import db, firestore_indexes, firestore_server

__all__ = ["db", "firestore_indexes", "firestore_server"]
_EXTERNAL = {
    "test_pubsub": ("EMULATOR_PUBSUB_HOST", google_differences.PUBSUB),
    "test_firestore": ("EMULATOR_FIRESTORE_HOST", google_differences.FIRESTORE),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Against an emulator from elsewhere skip what it does otherwise, each with its reason."""
    for item in items:
        for prefix, (variable, differences) in _EXTERNAL.items():
            if item.path.name.startswith(prefix) and os.environ.get(variable):
                why = google_differences.reason(differences, item.name)
                if why:
                    item.add_marker(pytest.mark.skip(reason=why))
