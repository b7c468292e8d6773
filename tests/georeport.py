"""JSON schemas for the responses of Open311 GeoReport v2, from its published description (wiki.open311.org).

The XML form of a response has the same data as the JSON form, in elements of the same names.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

_TEXT, _NAME = {"type": ["string", "null"]}, {"type": "string", "minLength": 1}
_WHEN = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
SERVICES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"],
        "properties": {
            "service_code": _NAME, "service_name": _NAME, "description": _TEXT, "metadata": {"type": "boolean"},
            "type": {"enum": ["realtime", "batch", "blackbox"]}, "keywords": _TEXT, "group": _TEXT,
        },
        "additionalProperties": False,
    },
}  # fmt: skip
REQUESTS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["service_request_id", "status", "service_name", "service_code", "requested_datetime"],
        "properties": {
            "service_request_id": _NAME, "status": {"enum": ["open", "closed"]}, "status_notes": _TEXT,
            "service_name": _NAME, "service_code": _NAME, "description": _TEXT, "agency_responsible": _TEXT,
            "service_notice": _TEXT, "requested_datetime": _WHEN, "updated_datetime": _WHEN, "expected_datetime": _WHEN,
            "address": _TEXT, "address_id": _TEXT, "zipcode": _TEXT, "lat": {"type": ["number", "null"]},
            "long": {"type": ["number", "null"]}, "media_url": _TEXT,
        },
        "additionalProperties": False,
    },
}  # fmt: skip
ERRORS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["code", "description"],
        "properties": {"code": {"type": "integer"}, "description": _NAME},
    },
}
SCHEMAS: dict[str, Any] = {"services": SERVICES, "service_requests": REQUESTS, "errors": ERRORS}


def read_xml(text: str) -> tuple[str, list[dict[str, str | None]]]:
    """Return the root element's name of an XML response, and its items. Empty elements become None."""
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    root = ET.fromstring(text.encode())  # noqa: S314 - our own
    item = {"services": "service", "service_requests": "request", "errors": "error"}[root.tag]
    assert {element.tag for element in root} <= {item}
    return root.tag, [{part.tag: part.text for part in element} for element in root]


def as_xml_says(items: list[dict[str, Any]]) -> list[dict[str, str | None]]:
    """Return the items of a JSON response with all values as text, as the XML form has them."""
    return [{name: _written(value) for name, value in item.items()} for item in items]


def _written(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value in {None, ""} else str(value)
