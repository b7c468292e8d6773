"""`GET /api/openapi.json`: the description of the JSON API, made from what its routes declare."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, current_app
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from schema.base import ErrorAnswer
from shell.guard import guarded, needs
from shell.json_api import Json, shape_of
from werkzeug.routing import Rule

from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.officers.policy import Permission

REFUSALS = {"400": "Not such a request", "401": "Not signed in", "403": "Not allowed", "404": "There is no such thing"}
REFUSALS |= {"409": "Changed meanwhile", "413": "Longer than the desk takes", "429": "Too many requests", "503": "Busy"}
_REF = "#/components/schemas/{model}"


description = guarded(Blueprint("description", __name__, url_prefix="/api"))


@description.get("/openapi.json")
@needs(Permission.ENTER)
def openapi() -> Json:
    """This description."""
    return document(current_app)


def document(app: Flask) -> Json:
    """Return the description in OpenAPI 3.1. Raises KeyError for a route that declares no shape."""
    rules = [rule for rule in app.url_map.iter_rules() if _is_described(rule)]
    shapes = [shape_of(app.view_functions[rule.endpoint]) for rule in rules]
    models = {model for shape in shapes for model in (shape.takes, shape.gives) if model} | {ErrorAnswer}
    modes = [(model, "validation") for model in sorted(models, key=lambda each: each.__name__)]
    _, schemas = models_json_schema(modes, ref_template=_REF)  # type: ignore[arg-type]
    paths: dict[str, Json] = {}
    for rule in rules:
        verb = "post" if "POST" in (rule.methods or ()) else "get"
        path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        paths.setdefault(path, {})[verb] = _operation(app.view_functions[rule.endpoint], rule, verb)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bàn làm việc: phản ánh, kiến nghị Hà Nội", "version": "1"},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas["$defs"]},
    }


def _is_described(rule: Rule) -> bool:
    return rule.rule.startswith(f"{description.url_prefix}/") and rule.endpoint != "description.openapi"


def _operation(view: Callable[..., Any], rule: Rule, verb: str) -> Json:
    shape = shape_of(view)
    given = [_parameter(name, "path") for name in sorted(rule.arguments)]
    given += [_parameter(name, "query") for name in shape.query]
    if verb == "post" and hasattr(view, "permission"):  # what no permission guards checks no token
        given.append({"name": "X-CSRF-Token", "in": "header", "required": True, "schema": {"type": "string"}})
    operation: Json = {
        "operationId": rule.endpoint.split(".")[1],
        "summary": inspect.getdoc(view),
        "parameters": given,
        "responses": {"200": _content("Done", shape.gives)}
        | {status: _content(words, ErrorAnswer) for status, words in REFUSALS.items()},
    }
    return operation | ({"requestBody": {"required": True, **_content("", shape.takes)}} if shape.takes else {})


def _parameter(name: str, place: str) -> Json:
    values = {"enum": [action.value for action in Action]} if name == "action" else {}
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string", **values}}


def _content(words: str, model: type[BaseModel]) -> Json:
    body = {"content": {"application/json": {"schema": {"$ref": _REF.format(model=model.__name__)}}}}
    return {"description": words, **body} if words else body
