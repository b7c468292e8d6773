"""Fixtures: emulators as real processes on free ports, or those that the environment names."""

from __future__ import annotations

import os

import pytest

from infra.emulators.testing.firestore_server import db, firestore_indexes, firestore_server
from infra.emulators.tests import google_differences

__all__ = ["db", "firestore_indexes", "firestore_server"]
_EXTERNAL = {
    "pubsub": ("EMULATOR_PUBSUB_HOST", google_differences.PUBSUB),
    "firestore": ("EMULATOR_FIRESTORE_HOST", google_differences.FIRESTORE),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Against an emulator from elsewhere skip what it does otherwise, each with its reason."""
    for item in items:
        for prefix, (variable, differences) in _EXTERNAL.items():
            if item.path.parent.name == prefix and os.environ.get(variable):
                why = google_differences.reason(differences, item.name)
                if why:
                    item.add_marker(pytest.mark.skip(reason=why))
