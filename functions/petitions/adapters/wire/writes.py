"""Builds Firestore's messages for writes: creation of a document, update of fields, deletion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.field_path import FieldPath

from petitions.adapters.wire.values import encode, encode_value, put_instant
from petitions.ports.store import DELETE, Fields

_Write = types.Write.pb()


def document_name(root: str, path: str) -> str:
    """Return the full resource name of a document. Raise ValueError for the path of a collection."""
    if not path or path.count("/") % 2 == 0:
        raise ValueError(f"{path} is not the path of a document")
    return f"{root}/{path}"


def creation(name: str, fields: Fields) -> Any:
    """Return the write that creates a document. It fails if the document exists."""
    write = _Write()
    write.update.name = name
    encode(write.update.fields, fields)
    write.current_document.exists = False
    return write


def update(name: str, fields: Fields, unchanged_since: datetime | None = None) -> Any:
    """Return the write that changes fields of a document. It fails if the document does not exist.

    With `unchanged_since`, it fails unless the document was last written at that instant. A field may be inside a map:
    `a.b`. Raise ValueError without any field, or if one field is inside another.
    """
    if not fields:
        raise ValueError("an update changes something")
    write = _Write()
    write.update.name = name
    paths = {key: _path(key) for key in fields}
    _check_apart([parts for parts, _ in paths.values()])
    for key, (parts, shown) in sorted(paths.items(), key=_by_parts):
        write.update_mask.field_paths.append(shown)
        if fields[key] is not DELETE:
            encode_value(_field(write.update.fields, parts), fields[key])
    if unchanged_since is None:
        write.current_document.exists = True
    else:
        put_instant(write.current_document.update_time, unchanged_since)
    return write


def deletion(name: str) -> Any:
    """Return the write that deletes a document. It succeeds if there is none."""
    return _Write(delete=name)


@lru_cache(maxsize=4096)
def _path(key: str) -> tuple[tuple[str, ...], str]:
    """Return a field's path as its names, and as a message writes it: "a.b" -> (("a", "b"), "a.b")."""
    path = FieldPath.from_string(key)
    return tuple(path.parts), path.to_api_repr()


def _by_parts(path: tuple[str, tuple[tuple[str, ...], str]]) -> tuple[str, ...]:
    return path[1][0]


def _check_apart(paths: list[tuple[str, ...]]) -> None:
    if any(len(parts) > 1 for parts in paths):
        known = set(paths)
        if any(parts[:length] in known for parts in paths for length in range(1, len(parts))):
            raise ValueError("one field of an update is inside another")


def _field(fields: Mapping[str, Any], parts: tuple[str, ...]) -> Any:
    for part in parts[:-1]:
        fields = fields[part].map_value.fields
    return fields[parts[-1]]
