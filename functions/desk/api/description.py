"""The OpenAPI description of `/api/v1`, generated from the declarations of its routes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from desk.api.problems import KIND, TITLES, Problem
from desk.words.labels import RIGHT_LABELS

BYTES = {"type": "string", "format": "binary"}
_REF = "#/components/schemas/{model}"
EXAMPLES: dict[str, dict[str, Any]] = {
    "hand_in": {
        "received_at": "2026-11-23T08:30:00+07:00",
        "number": "1022-26-004711",
        "content": "Bãi xe số 5 phố Trung Kính thu 20.000 đồng một lượt, niêm yết 5.000 đồng",
        "place": "5 phố Trung Kính",
        "name": "Lê Văn Bình",
        "home": "12 phố Trung Kính",
        "phone": "0987 654 321",
        "reply_by": "phone",
    },
    "accept": {"version": 1},
    "assign": {"version": 2},
    "note": {"text": "Người dân gọi lại, hẹn trả lời trước thứ Sáu"},
    "draft": {"text": "Phường đã kiểm tra và nhắc chủ bãi xe thu đúng giá niêm yết."},
    "upload": {"name": "bien-ban.pdf", "content": "JVBERi0xLjcKJSVFT0YK"},
}
"""An example body of every route that takes one. A test sends all of them, in this order."""


def fault_in_words(kind: str, context: Mapping[str, Any]) -> str:
    """Return a Vietnamese message for a pydantic error. `kind` is the error's type, such as `missing`."""
    known = {name: str(value).replace("'", "").replace(" or ", ", ") for name, value in context.items()}
    faults: Mapping[str, str] = _words()["faults"]
    return faults.get(kind, faults["other"]).format_map(known)


def document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of all declared routes of the application."""
    rules = [rule for rule in app.url_map.iter_rules() if hasattr(app.view_functions[rule.endpoint], "declared")]
    declared = [vars(app.view_functions[rule.endpoint])["declared"] for rule in rules]
    models = {model for item in declared for model in (item.takes, item.gives) if model} | {Problem}
    modes = [(model, "validation") for model in sorted(models, key=lambda model: model.__name__)]
    _, schemas = models_json_schema(modes, ref_template=_REF)  # type: ignore[arg-type]
    paths: dict[str, dict[str, Any]] = {}
    for rule in rules:
        verb = "post" if "POST" in (rule.methods or ()) else "get"
        paths.setdefault(re.sub(r"<(\w+)>", r"{\1}", rule.rule), {})[verb] = _operation(app, rule)
    return {
        "openapi": "3.1.0",
        "info": {"title": _words()["title"], "version": "1", "description": "\n\n".join(_words()["about"])},
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {name: _described(name, schema) for name, schema in schemas["$defs"].items()},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def _described(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    own: Mapping[str, str] = _words()["values"].get(name, {})
    if "enum" in schema:
        return schema | {"description": "; ".join(f"{value}: {own[value]}" for value in schema["enum"])}
    descriptions: Mapping[str, str] = {**_words()["fields"], **own}
    fields = {item: shape | {"description": descriptions[item]} for item, shape in schema["properties"].items()}
    return schema | {"properties": fields, "description": _words()["schemas"][name]}


@cache
def _words() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
    return found


def _operation(app: Flask, rule: Rule) -> dict[str, Any]:
    view, name = app.view_functions[rule.endpoint], rule.endpoint.split(".")[1]
    declared = vars(view)["declared"]
    given = [_parameter(argument, "path") for argument in sorted(rule.arguments)]
    given += [_parameter(argument, "query") for argument in declared.query]
    given += [_parameter(argument, "header") for argument in declared.headers]
    done: dict[str, Any] = {"description": "Xong"}
    done |= _content(declared.gives) if declared.gives else {"content": {"*/*": {"schema": BYTES}}}
    refused = {str(status.value): _refused(status) for status in sorted(declared.refuses)}
    body = {"required": True, **_content(declared.takes, example=EXAMPLES[name])} if declared.takes else None
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": _words()["operations"][name],
        "parameters": given,
        "responses": {"200": done} | refused,
    }
    if right := vars(view).get("right"):
        operation["description"] = f"Cần quyền: {RIGHT_LABELS[right]}."
    return operation | ({"requestBody": body} if body else {})


def _refused(status: HTTPStatus) -> dict[str, Any]:
    headers = {
        name: {"schema": {"type": "string"}, "description": meaning} for name, meaning in _headers(status).items()
    }
    kinds: Mapping[str, str] = _words()["types"].get(str(status.value), {})
    meanings = "; ".join(f"{kind}: {meaning}" for kind, meaning in kinds.items())
    described = {"description": ". ".join(filter(None, (TITLES[status], meanings))), **_content(Problem, KIND)}
    return described | ({"headers": headers} if headers else {})


def _headers(status: HTTPStatus) -> Mapping[str, str]:
    found: Mapping[str, str] = _words()["headers"].get(str(status.value), {})
    return found


def _parameter(name: str, place: str) -> dict[str, Any]:
    required = place != "query"
    words = _words()["parameters"][name]
    return {"name": name, "in": place, "required": required, "schema": {"type": "string"}, "description": words}


def _content(model: type[BaseModel], kind: str = "application/json", example: Any = None) -> dict[str, Any]:
    shape: dict[str, Any] = {"schema": {"$ref": _REF.format(model=model.__name__)}}
    return {"content": {kind: shape | ({"example": example} if example else {})}}
