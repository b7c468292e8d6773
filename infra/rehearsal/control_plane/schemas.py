"""Compare JSON with a schema of a discovery document, as strictly as Google does."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from infra.rehearsal.control_plane.discovery import Document

_DURATION = re.compile(r"-?\d+(\.\d{1,9})?s")
_INTEGER = re.compile(r"-?\d+")
_TYPES = {"object": dict, "array": list, "boolean": bool}


def faults(document: Document, schema: dict[str, Any], value: Any, at: str = "") -> Iterator[str]:
    """Yield Google's error message for every violation of a schema. `at` is the path of the value."""
    if "$ref" in schema:
        yield from faults(document, document.schemas[schema["$ref"]], value, at)
    elif value is None or schema.get("type") == "any":
        return
    elif schema.get("type") in _TYPES and not isinstance(value, _TYPES[schema["type"]]):
        yield _invalid(at, value, schema["type"].upper())
    elif schema.get("type") == "object":
        yield from _of_object(document, schema, value, at)
    elif schema.get("type") == "array":
        for index, item in enumerate(value):
            yield from faults(document, schema["items"], item, f"{at}[{index}]")
    else:
        yield from _of_simple(schema, value, at)


def _of_object(document: Document, schema: dict[str, Any], value: dict[str, Any], at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    others = schema.get("additionalProperties")
    for name, item in value.items():
        inner = f"{at}.{name}" if at else name
        if name in known:
            yield from faults(document, known[name], item, inner)
        elif others is None:
            # The provider sends unknown properties without a value: for a proxy's certificates, and a NAT's first
            # addresses. Compute ignores them.
            if item in (None, []) and document.service == "compute":
                continue
            yield f"Invalid JSON payload received. Unknown name \"{name}\" at '{at}': Cannot find field."
        else:
            yield from faults(document, others, item, inner)


def _of_simple(schema: dict[str, Any], value: Any, at: str) -> Iterator[str]:
    kind, form = schema.get("type"), schema.get("format", "")
    whole = kind == "integer" or form.endswith("int64")
    if whole and not (isinstance(value, int) and not isinstance(value, bool)):
        if not (isinstance(value, str) and _INTEGER.fullmatch(value)):
            yield _invalid(at, value, f"TYPE_{form.upper()}")
    elif kind == "number" and not isinstance(value, int | float):
        yield _invalid(at, value, "TYPE_DOUBLE")
    elif kind == "string" and not whole and not isinstance(value, str):
        yield _invalid(at, value, "TYPE_STRING")
    elif "enum" in schema and value != "" and value not in schema["enum"]:
        yield f"Invalid value at '{at}' (TYPE_ENUM), \"{value}\""
    elif form == "google-duration" and not _DURATION.fullmatch(value):
        yield f"Invalid value at '{at}' (type.googleapis.com/google.protobuf.Duration), Illegal duration format"
    elif form == "byte" and not _is_base64(value):
        yield f"Invalid value at '{at}' (TYPE_BYTES), Base64 decoding failed"


def _invalid(at: str, value: Any, kind: str) -> str:
    return f"Invalid value at '{at}' ({kind}), {value!r}"


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def missing(document: Document, schema: dict[str, Any], value: dict[str, Any], method: str) -> Iterator[str]:
    """Yield the names of required top-level properties that a request to create a resource lacks.

    Newer documents mark required properties in the description, older ones in an annotation that lists the methods.
    """
    schema = document.schemas[schema["$ref"]] if "$ref" in schema else schema
    for name, item in schema.get("properties", {}).items():
        description = item.get("description", "").lower()
        needed = description.startswith("required.") or method in item.get("annotations", {}).get("required", ())
        if needed and not is_output(item) and value.get(name) in (None, "", [], {}):
            yield name


def is_output(schema: dict[str, Any]) -> bool:
    """Return whether a property with this schema is set by the service alone."""
    return bool(schema.get("readOnly")) or "output only" in schema.get("description", "").lower()[:60]


def is_fixed(schema: dict[str, Any]) -> bool:
    return "immutable." in schema.get("description", "").lower()


def settable(document: Document, schema: dict[str, Any], value: Any) -> Any:
    """Return `value` without nulls, and without properties that only the service sets."""
    if "$ref" in schema:
        schema = document.schemas[schema["$ref"]]
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties", {})
        return {
            name: settable(document, known.get(name, others), item)
            for name, item in value.items()
            if item is not None and not is_output(known.get(name, {}))
        }
    if isinstance(value, list):
        return [settable(document, schema.get("items", {}), item) for item in value]
    return value
