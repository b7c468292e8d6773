"""Open311 responses as XML, which GeoReport v2 requires, or as JSON with the same content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from flask import Response, jsonify

ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
"""The name of the XML element for the items of a list, by the name of the list."""
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_form(form: str, name: str, value: Any, status: int = 200) -> Response:
    """Return a response with `value` as JSON, or as XML in an element `name`. `form` is `json` or `xml`."""
    if form == "json":
        answer = jsonify(value)
    else:
        text = "".join(_element(name, value))
        answer = Response(f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n', mimetype="text/xml")
    answer.status_code = status
    return answer


def fit_for_xml(text: str) -> str:
    """Return a text without the characters that XML 1.0 forbids."""
    return _NOT_IN_XML.sub("", text)


def _element(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        inner = "".join(part for key, item in value.items() for part in _element(key, item))
    elif isinstance(value, list):
        inner = "".join(part for item in value for part in _element(ITEMS[name], item))
    elif isinstance(value, bool):
        inner = str(value).lower()
    else:
        inner = "" if value is None else escape(fit_for_xml(str(value)))
    yield f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"
