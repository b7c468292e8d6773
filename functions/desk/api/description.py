"""`GET /api/v1/openapi.json`: the description of the interface, made from what its routes declare."""

from __future__ import annotations

import inspect
import re
from http import HTTPStatus
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from desk.api.problems import KIND, TITLES, Problem

_REF = "#/components/schemas/{model}"
_CODE = "HN-261123-0000-0025"
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
"""A body of each route that takes one; a test sends them in this order."""


def document(app: Flask, statuses: set[HTTPStatus]) -> dict[str, Any]:
    """Return the description in OpenAPI 3.1."""
    rules = [rule for rule in app.url_map.iter_rules() if hasattr(app.view_functions[rule.endpoint], "declared")]
    declared = [vars(app.view_functions[rule.endpoint])["declared"] for rule in rules]
    models = {model for each in declared for model in (each.takes, each.gives) if model} | {Problem}
    modes = [(model, "validation") for model in sorted(models, key=lambda model: model.__name__)]
    _, schemas = models_json_schema(modes, ref_template=_REF)  # type: ignore[arg-type]
    paths: dict[str, dict[str, Any]] = {}
    for rule in rules:
        verb = "post" if "POST" in (rule.methods or ()) else "get"
        paths.setdefault(re.sub(r"<(\w+)>", r"{\1}", rule.rule), {})[verb] = _operation(app, rule, statuses)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Phản ánh, kiến nghị Hà Nội: giao diện cho hệ thống khác", "version": "1"},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def _operation(app: Flask, rule: Rule, statuses: set[HTTPStatus]) -> dict[str, Any]:
    view, name = app.view_functions[rule.endpoint], rule.endpoint.split(".")[1]
    declared = vars(view)["declared"]
    given = [_parameter(argument, "path") for argument in sorted(rule.arguments)]
    given += [_parameter(argument, "query") for argument in declared.query]
    given += [_parameter(argument, "header") for argument in declared.headers]
    done: dict[str, Any] = {"description": "Xong"}
    done |= _content(declared.gives) if declared.gives else {"content": {"*/*": {"schema": {"type": "string"}}}}
    refused = {
        str(status.value): {"description": TITLES[status], **_content(Problem, KIND)} for status in sorted(statuses)
    }
    body = {"required": True, **_content(declared.takes, example=EXAMPLES[name])} if declared.takes else None
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": inspect.getdoc(view),
        "parameters": given,
        "responses": {"200": done} | refused,
    }
    return operation | ({"requestBody": body} if body else {})


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place != "query", "schema": {"type": "string"}}


def _content(model: type[BaseModel], kind: str = "application/json", example: Any = None) -> dict[str, Any]:
    shape: dict[str, Any] = {"schema": {"$ref": _REF.format(model=model.__name__)}}
    return {"content": {kind: shape | ({"example": example} if example else {})}}
