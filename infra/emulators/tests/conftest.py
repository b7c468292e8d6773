"""Skip tests that fail against Google's own emulators for a known reason."""

from __future__ import annotations

import os

import pytest

from infra.emulators.tests import google_differences

_EXTERNAL = {
    "firestore": ("EMULATOR_FIRESTORE_HOST", google_differences.FIRESTORE),
    "pubsub": ("EMULATOR_PUBSUB_HOST", google_differences.PUBSUB),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for folder, (variable, differences) in _EXTERNAL.items():
            if item.path.parent.name == folder and os.environ.get(variable):
                why = google_differences.reason(differences, item.name)
                if why:
                    item.add_marker(pytest.mark.skip(reason=why))
