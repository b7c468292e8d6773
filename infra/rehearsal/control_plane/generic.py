"""Create, get, list, change and delete resources of any type, as most of Google's services do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from infra.rehearsal.control_plane import forgotten, operations, schemas
from infra.rehearsal.control_plane.call import Call
from infra.rehearsal.control_plane.collections import filled, is_compute, new_name, row
from infra.rehearsal.control_plane.refusals import RefusedError
from infra.rehearsal.control_plane.state import Stored, stamp

LIST_SECONDS = 5.0
"""Seconds of fake time during which a new resource is missing in lists."""


def _schema(call: Call) -> dict[str, Any]:
    return {"$ref": call.method.resource}


def make(call: Call) -> dict[str, Any]:
    """Create a resource. Return its body, or a long operation if the method returns one.

    Raises RefusedError if the resource exists, its parent does not exist, or a required property is missing.
    """
    name, state = new_name(call), call.state
    now, key = state.clock.now(), state.key(call.service, name)
    if key in state.resources:
        raise RefusedError(409, f"Resource '{name}' already exists.")
    _parent(call, name)
    document = call.method.document
    lacking = list(schemas.missing(document, _schema(call), call.resource, call.method.id))
    if lacking := [item for item in lacking if item != "name"]:
        raise RefusedError(400, f"Required field '{lacking[0]}' not specified.", rule="required")
    body = filled(call, name, schemas.settable(document, _schema(call), call.resource), stamp(now))
    return put(call, name, body)


def _parent(call: Call, name: str) -> None:
    parts = row(call.method.collection).get("parent", 0)
    parent = "/".join(name.split("/")[:parts])
    if parent and call.service == "firestore":
        exists(call, parent)


def exists(call: Call, name: str) -> None:
    """Raise RefusedError unless the service of the call has a resource of this name."""
    if call.state.get(call.service, name) is None:
        raise RefusedError(404, f"Resource '{name}' was not found.")


def put(call: Call, name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Store a resource under a name. Return its body, or the long operation at whose end the resource is ready."""
    state, columns = call.state, row(call.method.collection)
    now = state.clock.now()
    seconds = columns.get("seconds", 2.0) if operations.is_long(call) else 0.0
    before = state.resources.get(state.key(call.service, name))
    made = before.made if before else now
    body = forgotten.as_google_returns(call.method.collection, body)
    stored = Stored(name, call.method.collection, body, made, now + seconds, columns.get("pending", {}))
    state.resources[state.key(call.service, name)] = stored
    if not operations.is_long(call):
        return body
    answer = {"@type": f"type.googleapis.com/google.{call.service}.{call.method.resource}", **body}
    return operations.begin(call, name, answer, seconds)


def found(call: Call) -> Stored:
    stored = call.state.get(call.service, call.target)
    if stored is None:
        raise RefusedError(404, f"Resource '{call.target}' was not found.")
    return stored


def get(call: Call) -> dict[str, Any]:
    return found(call).shown(call.state.clock.now())


def list_resources(call: Call) -> dict[str, Any]:
    """Return the resources of a collection. New resources are missing for LIST_SECONDS of fake time."""
    now, state = call.state.clock.now(), call.state
    _parent(call, call.target)
    prefix = state.key(call.service, call.target)
    pattern = re.compile(re.escape(prefix).replace("/\\-/", "/[^/]+/") + "/[^/]+")
    there = [
        stored
        for key, stored in sorted(state.resources.items())
        if stored.collection == call.method.collection and pattern.fullmatch(key)
    ]
    ripe = [stored for stored in there if now - stored.made >= LIST_SECONDS]
    if len(ripe) < len(there):
        state.met["eventual-lists"] += len(there) - len(ripe)
    schema = call.method.document.schemas[call.method.response or ""]["properties"]
    items = next(name for name, item in schema.items() if item.get("items", {}).get("$ref") == call.method.resource)
    kind = {"kind": schema["kind"]["default"]} if "default" in schema.get("kind", {}) else {}
    shown = [stored.shown(now) for stored in ripe if not stored.body.get("deleted")]
    return kind | ({items: shown} if shown else {})


def change(call: Call) -> dict[str, Any]:
    """Change the properties in the update mask, or without a mask, all given properties.

    Raises RefusedError if the resource does not exist or a property cannot be changed.
    """
    columns, document = row(call.method.collection), call.method.document
    stored = call.state.get(call.service, call.target)
    if stored is None and not columns.get("upsert"):
        raise RefusedError(404, f"Resource '{call.target}' was not found.")
    before = stored.body if stored else {}
    given = schemas.settable(document, _schema(call), call.resource)
    if call.method.http == "PUT":
        after = {name: item for name, item in before.items() if _is_output(call, name)} | given
    else:
        after = _masked(call, before, given)
    for name in before:
        fixed = schemas.is_fixed(document.schemas[call.method.resource or ""]["properties"].get(name, {}))
        if fixed and name != "name" and name in given and given[name] != before[name]:
            raise RefusedError(400, f"Field '{name}' is immutable.", rule="immutable")
    now = stamp(call.state.clock.now())
    made = {key: before[key] for key in ("createTime", "creationTimestamp") if key in before}
    return put(call, call.target, filled(call, call.target, after, now) | made)


def _is_output(call: Call, name: str) -> bool:
    properties = call.method.document.schemas[call.method.resource or ""]["properties"]
    return schemas.is_output(properties.get(name, {}))


def _masked(call: Call, before: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    mask = call.query.get("updateMask") or call.body.get("updateMask") or ""
    if not mask:
        return before | given
    after: dict[str, Any] = _copied(before)
    for path in mask.split(","):
        parts = [re.sub(r"_(\w)", lambda found: found[1].upper(), part) for part in path.strip().split(".")]
        _set(after, parts, given)
    return after


def _copied(value: Any) -> Any:
    return {key: _copied(item) for key, item in value.items()} if isinstance(value, dict) else value


def _set(target: dict[str, Any], parts: list[str], given: dict[str, Any]) -> None:
    first, *rest = parts
    if rest and isinstance(target.get(first, {}), dict):
        _set(target.setdefault(first, {}), rest, given.get(first) or {})
    elif first in given:
        target[first] = given[first]
    else:
        target.pop(first, None)


def delete(call: Call) -> dict[str, Any]:
    """Delete a resource. Resources of some collections are only marked and keep their names.

    Raises RefusedError if the resource does not exist.
    """
    stored = found(call)
    if row(call.method.collection).get("softly"):
        stored.body = stored.body | {"deleted": True}
        return stored.body
    forget(call.state, call.key)
    if not operations.is_long(call):
        return {}
    answer = {"@type": "type.googleapis.com/google.protobuf.Empty"}
    return operations.begin(call, call.target, answer, 5.0 if is_compute(call) else 10.0)


def forget(state: Any, key: str) -> None:
    """Remove the resource with this key from the state, with all resources below it and their policies."""
    for resource in [name for name in state.resources if name == key or name.startswith(f"{key}/")]:
        del state.resources[resource]
        state.policies.pop(resource, None)
        state.grants.pop(resource, None)


VERBS: dict[str, Callable[[Call], dict[str, Any]]] = {
    "create": make,
    "insert": make,
    "get": get,
    "list": list_resources,
    "patch": change,
    "update": change,
    "delete": delete,
}
