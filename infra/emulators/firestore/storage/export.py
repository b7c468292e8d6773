"""Export all documents of all databases as JSON lines, and parse such lines with their times.

A line is one document: {"project", "database", "path", "create_time", "update_time" (microseconds since 1970), "fields"
(as in Firestore's REST interface)}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from google.protobuf import json_format

from infra.emulators.firestore.documents.limits import check_document
from infra.emulators.firestore.storage.sqlite_file import Row
from infra.emulators.firestore.storage.store import Store
from infra.emulators.firestore.wire.errors import FirestoreError
from infra.emulators.firestore.wire.messages import Document, Value
from infra.emulators.firestore.wire.names import DatabaseName, document_name

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?Z")


def lines(store: Store, database: str | None = None, under: str | None = None) -> Iterator[bytes]:
    """Yield the current documents, one per line. No commit may happen meanwhile.

    `database` selects the databases with this id. `under` selects the documents below this document or collection.
    """
    for name, path, version in store.everything():
        if (database and name.database != database) or (under and not path.startswith(f"{under}/")):
            continue
        fields = json_format.MessageToDict(Document.FromString(version.data)).get("fields", {})
        one = {
            "project": name.project,
            "database": name.database,
            "path": path,
            "create_time": version.created,
            "update_time": version.time,
            "fields": fields,
        }
        yield json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def parse(content: Iterable[bytes]) -> list[tuple[DatabaseName, Row]]:
    """Parse exported lines. Raise ValueError with the number of the first line that is not a document."""
    found: dict[tuple[DatabaseName, str], Row] = {}
    for number, line in enumerate(content, 1):
        try:
            one = json.loads(line)
            given = DatabaseName(one["project"], one["database"])
            name, path = document_name(given.document(one["path"]))
            document = Document()
            for field, value in one["fields"].items():
                _decode(value, document.fields[field])
            check_document(path, document.fields)
            row = Row(
                path, int(one["create_time"]), int(one["update_time"]), document.SerializeToString(deterministic=True)
            )
        except (ValueError, TypeError, KeyError, AttributeError, FirestoreError, json_format.ParseError) as error:
            raise ValueError(f"line {number} is no exported document: {error}") from error
        if name != given or (name, path) in found:
            raise ValueError(f"line {number} names no document, or one that an earlier line names")
        found[name, path] = row
    return [(name, row) for (name, _), row in found.items()]


def _decode(given: dict[str, Any], value: Value) -> None:
    """Set a value from its JSON form in the REST interface.

    Common types are converted here, because protobuf's own parser takes ten times as long.
    """
    ((kind, content),) = given.items()
    match kind, content:
        case "stringValue", str():
            value.string_value = content
        case "booleanValue", bool():
            value.boolean_value = content
        case "nullValue", None:
            value.null_value = 0
        case "integerValue", str() if content.removeprefix("-").isdecimal():
            value.integer_value = int(content)
        case "timestampValue", str() if _INSTANT.fullmatch(content):
            value.timestamp_value.FromDatetime(datetime.fromisoformat(content))
        case "mapValue", {"fields": dict() as fields} if len(content) == 1:
            value.map_value.SetInParent()
            for name, field in fields.items():
                _decode(field, value.map_value.fields[name])
        case "arrayValue", {"values": list() as members} if len(content) == 1:
            value.array_value.SetInParent()
            for member in members:
                _decode(member, value.array_value.values.add())
        case _:
            json_format.ParseDict(given, value)
