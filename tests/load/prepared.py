"""Writes documents to the emulator's file before its start. A hundred thousand documents take seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from google.cloud.firestore_v1 import _helpers
from google.cloud.firestore_v1.types import Document

from infra.emulators.firestore.storage.sqlite_file import Row, SqliteFile
from infra.emulators.firestore.wire.names import DatabaseName
from infra.emulators.testing.firestore_server import CHECKED_PROJECT


def encoded(fields: dict[str, Any]) -> bytes:
    """Return the fields of a document in the form in which the emulator stores them."""
    document = Document(fields=_helpers.encode_dict(fields))
    return bytes(Document.pb(document).SerializeToString(deterministic=True))


def prepare(file: Path, database: str, documents: Iterable[tuple[str, bytes]]) -> Path:
    """Write the emulator's file with only the given documents, given as (path, `encoded` fields). Return its path."""
    name = DatabaseName(CHECKED_PROJECT, database)

    def rows() -> Iterator[tuple[DatabaseName, Row]]:
        for path, data in documents:
            yield name, Row(path, 1, 1, data)

    disk = SqliteFile(file)
    disk.replace(rows())
    disk.close()
    return file
