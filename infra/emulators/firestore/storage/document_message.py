"""Build Document messages from stored versions, reduced to the fields of a mask."""

from __future__ import annotations

from infra.emulators.firestore.documents.fields import set_value, value_at
from infra.emulators.firestore.storage.database import Database, Version
from infra.emulators.firestore.wire.field_paths import FieldPath, field_path
from infra.emulators.firestore.wire.messages import Document, Message
from infra.emulators.shared.timestamps import set_micros


def mask_of(request: Message) -> tuple[FieldPath, ...] | None:
    if not request.HasField("mask"):
        return None
    return tuple(field_path(text) for text in request.mask.field_paths)


def document_of(database: Database, path: str, version: Version, mask: tuple[FieldPath, ...] | None) -> Message:
    document = Document.FromString(version.data)
    if mask is not None:
        document = _masked(document.fields, mask)
    document.name = database.name.document(path)
    set_micros(document.create_time, version.created)
    set_micros(document.update_time, version.time)
    return document


def _masked(fields: Message, mask: tuple[FieldPath, ...]) -> Message:
    kept = Document()
    for path in mask:
        value = value_at(fields, path)
        if value is not None:
            set_value(kept.fields, path, value)
    return kept
