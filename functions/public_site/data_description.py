"""The OpenAPI 3.1 description of the open data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from petitions.domain.publishing.published import FILTERS

_LIST = {"q": "words, with or without marks", **dict.fromkeys(FILTERS, "a value that the page of results offers")}
_PAGED = {**_LIST, "after": "the place that the header Link names"}
_FIGURES = {
    "unit": "code of a unit; the city without one",
    "period": "a week (2026-11-w1: days 1-7; then 8-14, 15-21, 22 to the end), month (2026-11), quarter (2026-Q4)"
    " or year (2026) that has ended; the answer lists those that are published",
}
_REQUESTS = {"service_code": "code of a field", "status": "open or closed; all are closed", "page_size": "1 to 200"}
PATHS: Mapping[str, tuple[str, tuple[str, ...], Mapping[str, str]]] = {
    "/data/results.json": (
        "Published results, 200 at most; the header Link has the rest",
        ("application/json",),
        _PAGED,
    ),
    "/data/results.csv": ("The same", ("text/csv",), _PAGED),
    "/data/figures.json": (
        "Figures of a period, published once, the night after it ended; null is not known",
        ("application/json",),
        _FIGURES,
    ),
    "/data/figures.csv": ("The same; an empty cell is not known", ("text/csv",), _FIGURES),
    "/results.atom": ("The newest results", ("application/atom+xml",), _LIST),
    "/open311/discovery.{form}": ("Where Open311 is", ("text/xml", "application/json"), {}),
    "/open311/v2/services.{form}": ("Fields as services", ("text/xml", "application/json"), {}),
    "/open311/v2/requests.{form}": ("Results as requests", ("text/xml", "application/json"), _REQUESTS),
    "/open311/v2/requests/{id}.{form}": ("One result as a request", ("text/xml", "application/json"), {}),
}
"""For every path: a summary, the media types, and the parameters of the query with their meanings."""


def openapi(url: str, results: Mapping[str, str], figures: Mapping[str, str]) -> dict[str, Any]:
    """Return the OpenAPI document. `results` and `figures` map the columns of each data set to descriptions."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dữ liệu mở: phản ánh, kiến nghị thành phố Hà Nội", "version": "1",
                 "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"}},
        "servers": [{"url": url}],
        "paths": {path: {"get": _operation(path, *item)} for path, item in PATHS.items()},
        "components": {"schemas": {"Result": _described(results), "Figures": _described(figures)}},
    }  # fmt: skip


def _described(columns: Mapping[str, str]) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"description": words} for name, words in columns.items()}}


def _operation(path: str, summary: str, forms: Iterable[str], query: Mapping[str, str]) -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    if path == "/data/results.json":
        items = {"type": "array", "items": {"$ref": "#/components/schemas/Result"}}
        schemas = {"schema": {"type": "object", "properties": {"results": items}}}
    if path == "/data/figures.json":
        figures = {"$ref": "#/components/schemas/Figures"}
        lists = {name: {"type": "array", "items": figures} for name in ("months", "fields", "units", "wards")}
        schemas = {"schema": {"type": "object", "properties": {"total": figures, **lists}}}
    asked = [_parameter(name, "query", words) for name, words in query.items()]
    asked += [_parameter("form", "path", "xml or json")] if "{form}" in path else []
    asked += [_parameter("id", "path", "KQ-XXXX-XXXX-XXXX")] if "{id}" in path else []
    content = dict.fromkeys(forms, schemas)
    return {"summary": summary, "parameters": asked, "responses": {"200": {"description": summary, "content": content}}}


def _parameter(name: str, place: str, words: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "description": words, "schema": {"type": "string"}}
