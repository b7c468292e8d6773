"""Resource names of databases, documents and collections: parsing and validation as in Firestore."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from infra.emulators.firestore.wire.errors import invalid

MAX_ID_BYTES = 1500
MAX_NAME_BYTES = 6 * 1024
MAX_DEPTH = 100

_ROOT = re.compile(r"projects/([^/]+)/databases/([^/]+)(?:/documents(?:/(.*))?)?", re.DOTALL)
_RESERVED = re.compile(r"__.*__", re.DOTALL)


class DatabaseName(NamedTuple):
    project: str
    database: str

    @property
    def documents(self) -> str:
        """The common prefix of all document names: `projects/P/databases/D/documents`."""
        return f"projects/{self.project}/databases/{self.database}/documents"

    def document(self, path: str) -> str:
        """Return the resource name of the document with this path, such as `rooms/7/messages/3`."""
        return f"{self.documents}/{path}"


def split(name: str) -> tuple[DatabaseName, str]:
    """Split a resource name into its database and the path below `documents`, which is "" for the root."""
    match = _ROOT.fullmatch(name)
    if match is None:
        raise invalid(f'Invalid resource name "{name}": expected projects/P/databases/D[/documents/...].')
    return DatabaseName(match[1], match[2]), match[3] or ""


def document_name(name: str) -> tuple[DatabaseName, str]:
    database, path = split(name)
    check_document_path(path)
    return database, path


def parent_name(name: str) -> tuple[DatabaseName, str]:
    """Split the name of a document or of the root into database and path. The root has the path ""."""
    database, path = split(name)
    if path:
        check_document_path(path)
    return database, path


@lru_cache(maxsize=8192)
def check_document_path(path: str) -> None:
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
    if not one or one in {".", ".."} or "/" in one or _RESERVED.fullmatch(one):
        raise invalid(f'"{one}" cannot be the id of a collection or document.')
    if len(one.encode()) > MAX_ID_BYTES:
        raise invalid(f"An id of a collection or document may be at most {MAX_ID_BYTES} bytes long.")


def collection_of(path: str) -> str:
    """Return the path of a document's collection: `rooms/7/messages/3` -> `rooms/7/messages`."""
    return path.rpartition("/")[0]


def collection_id(collection: str) -> str:
    """Return the last segment of a collection's path, which is its collection group."""
    return collection.rpartition("/")[2]


@lru_cache(maxsize=4096)
def ancestry(collection: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of parent path and collection id for every collection from the root down to `collection`."""
    ids = collection.split("/")
    return tuple(("/".join(ids[:depth]), ids[depth]) for depth in range(0, len(ids), 2))


def join(parent: str, *ids: str) -> str:
    """Return a path below a parent: `join("rooms/7", "messages")` -> `"rooms/7/messages"`.

    The root is "".
    """
    return "/".join((parent, *ids)) if parent else "/".join(ids)
