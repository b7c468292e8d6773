"""`GET /api/openapi.json`: the JSON API described from its routes and its pydantic models."""

from __future__ import annotations

import inspect
import re
from typing import Any

from flask import Blueprint, Flask, current_app
from pydantic.json_schema import models_json_schema
from schema.petition import ErrorAnswer
from shapes import CHANGES, QUERY, SHAPES
from shell.guard import guarded, needs

from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.officers.policy import Permission

Json = dict[str, Any]

REFUSALS = {"400": "Not such a request", "401": "Not signed in", "403": "Not allowed", "404": "There is no such thing"}
REFUSALS |= {"409": "Changed meanwhile", "429": "Too many requests", "503": "Busy"}
_REF = "#/components/schemas/{model}"


description = guarded(Blueprint("description", __name__, url_prefix="/api"))


@description.get("/openapi.json")
@needs(Permission.ENTER)
def openapi() -> Json:
    """This description."""
    return document(current_app)


def document(app: Flask) -> Json:
    """OpenAPI 3.1. Raises KeyError for a route that nobody described."""
    models = {model for pair in SHAPES.values() for model in pair if model} | {ErrorAnswer}
    modes = [(model, "validation") for model in sorted(models, key=lambda each: each.__name__)]
    _, schemas = models_json_schema(modes, ref_template=_REF)  # type: ignore[arg-type]
    paths: dict[str, Json] = {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/") and rule.endpoint != "description.openapi":
            verb = "post" if "POST" in (rule.methods or ()) else "get"
            path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
            paths.setdefault(path, {})[verb] = _operation(app, rule.endpoint, sorted(rule.arguments))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bàn làm việc: phản ánh, kiến nghị Hà Nội", "version": "1"},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas["$defs"]},
    }


def _operation(app: Flask, endpoint: str, arguments: list[str]) -> Json:
    takes, gives = SHAPES[endpoint]
    given = [_parameter(name, "path") for name in arguments] + [_parameter(n, "query") for n in QUERY.get(endpoint, ())]
    if (takes or endpoint in CHANGES) and not endpoint.startswith("api_entrance"):
        given.append({"name": "X-CSRF-Token", "in": "header", "required": True, "schema": {"type": "string"}})
    operation: Json = {
        "operationId": endpoint.split(".")[1],
        "summary": inspect.getdoc(app.view_functions[endpoint]),
        "parameters": given,
        "responses": {"200": _content("Done", gives.__name__)}
        | {status: _content(words, ErrorAnswer.__name__) for status, words in REFUSALS.items()},
    }
    return operation | ({"requestBody": {"required": True, **_content("", takes.__name__)}} if takes else {})


def _parameter(name: str, place: str) -> Json:
    values = {"enum": [action.value for action in Action]} if name == "action" else {}
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string", **values}}


def _content(words: str, model: str) -> Json:
    body = {"content": {"application/json": {"schema": {"$ref": _REF.format(model=model)}}}}
    return {"description": words, **body} if words else body
