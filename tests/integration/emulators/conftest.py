"""Fixtures: emulators as real processes on free ports."""

from __future__ import annotations

from tests.integration.emulators.firestore_server import db, firestore_indexes, firestore_server

__all__ = ["db", "firestore_indexes", "firestore_server"]
