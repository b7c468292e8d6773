"""Resource names, collection and document ids, field paths: reading them and refusing what Firestore refuses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from infra.emulators.firestore.wire.errors import invalid

FieldPath = tuple[str, ...]
NAME: FieldPath = ("__name__",)
"""The document's own name, in filters, orders and projections."""

MAX_ID_BYTES = 1500
MAX_NAME_BYTES = 6 * 1024
MAX_DEPTH = 100

_ROOT = re.compile(r"projects/([^/]+)/databases/([^/]+)(?:/documents(?:/(.*))?)?", re.DOTALL)
_RESERVED = re.compile(r"__.*__", re.DOTALL)
_SIMPLE_SEGMENT = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_QUOTED_SEGMENT = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL)


class DatabaseName(NamedTuple):
    """One database of one project."""

    project: str
    database: str

    @property
    def documents(self) -> str:
        """The resource name above every document."""
        return f"projects/{self.project}/databases/{self.database}/documents"

    def document(self, path: str) -> str:
        """The resource name of the document with this path (`petitions/HN-1/history/3`)."""
        return f"{self.documents}/{path}"


def split(name: str) -> tuple[DatabaseName, str]:
    """A resource name as database and path below it ("" for the root)."""
    match = _ROOT.fullmatch(name)
    if match is None:
        raise invalid(f'Invalid resource name "{name}": expected projects/P/databases/D[/documents/...].')
    return DatabaseName(match[1], match[2]), match[3] or ""


def document_name(name: str) -> tuple[DatabaseName, str]:
    """Database and path of a document's resource name."""
    database, path = split(name)
    check_document_path(path)
    return database, path


def parent_name(name: str) -> tuple[DatabaseName, str]:
    """Database and path of a parent: the root ("") or a document."""
    database, path = split(name)
    if path:
        check_document_path(path)
    return database, path


@lru_cache(maxsize=8192)
def check_document_path(path: str) -> None:
    """Refuse what cannot be a document's path."""
    ids = path.split("/")
    if len(ids) % 2:
        raise invalid(f'Document name "{path}" has invalid trailing slash or names a collection.')
    if len(path.encode()) > MAX_NAME_BYTES:
        raise invalid(f"The document name is longer than {MAX_NAME_BYTES} bytes.")
    if len(ids) > 2 * MAX_DEPTH:
        raise invalid(f"Subcollections may be at most {MAX_DEPTH} deep.")
    for one in ids:
        check_id(one)


def check_id(one: str) -> None:
    """Refuse what cannot be the id of a collection or document."""
    if not one or one in {".", ".."} or "/" in one or _RESERVED.fullmatch(one):
        raise invalid(f'"{one}" cannot be the id of a collection or document.')
    if len(one.encode()) > MAX_ID_BYTES:
        raise invalid(f"An id of a collection or document may be at most {MAX_ID_BYTES} bytes long.")


def collection_of(path: str) -> str:
    """The path of the collection that holds a document."""
    return path.rpartition("/")[0]


def collection_id(collection: str) -> str:
    """The last segment of a collection's path: the id its collection group shares."""
    return collection.rpartition("/")[2]


@lru_cache(maxsize=4096)
def ancestry(collection: str) -> tuple[tuple[str, str], ...]:
    """Each (parent path, collection id) on the way from the root to the documents of a collection."""
    ids = collection.split("/")
    return tuple(("/".join(ids[:depth]), ids[depth]) for depth in range(0, len(ids), 2))


def join(parent: str, *ids: str) -> str:
    """A path below a parent; the root is ""."""
    return "/".join((parent, *ids)) if parent else "/".join(ids)


@lru_cache(maxsize=8192)
def field_path(text: str) -> FieldPath:
    """A dotted field path with `quoted` segments, as a tuple of names."""
    segments: list[str] = []
    position = 0
    while True:
        match = _SIMPLE_SEGMENT.match(text, position)
        if match:
            segments.append(match[0])
        else:
            match = _QUOTED_SEGMENT.match(text, position)
            if match is None or not match[1]:
                raise invalid(f'Invalid property path "{text}".')
            segments.append(re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL))
        position = match.end()
        if position == len(text):
            break
        if text[position] != ".":
            raise invalid(f'Invalid property path "{text}".')
        position += 1
    path = tuple(segments)
    if path != NAME:
        for segment in path:
            check_field_name(segment)
    return path


def check_field_name(name: str) -> None:
    """Refuse what cannot be a field's name."""
    if not name:
        raise invalid("A field name must not be empty.")
    if _RESERVED.fullmatch(name):
        raise invalid(f'The field name "{name}" is reserved.')
    if len(name.encode()) > MAX_ID_BYTES:
        raise invalid(f"A field name may be at most {MAX_ID_BYTES} bytes long.")


def field_text(path: FieldPath) -> str:
    """A field path as text, quoted where it must be."""
    return ".".join(
        one if _SIMPLE_SEGMENT.fullmatch(one) else "`" + one.replace("\\", "\\\\").replace("`", "\\`") + "`"
        for one in path
    )
