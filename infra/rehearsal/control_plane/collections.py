"""How each collection names, fills in and takes time for what is made in it; `collections.json` is the table.

`id`: `generated` by the service, `body` (its own `name`), a property of the request such as `accountId`; without it the
query parameter whose name ends in `Id`. `suffix` follows the id. `short`: its `name` is not the full one. `seconds`:
of fake time until a long operation is done; `pending`: what differs until then. `fills`: what the service sets itself;
`inside`: the same below a property that is given.
`parent`: so many parts of the name must exist. `upsert`: a change makes what is not there. `softly`: deleted, it keeps
its name for a while.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from infra.rehearsal.control_plane.call import Call
from infra.rehearsal.control_plane.refusals import RefusedError

TABLE: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("collections.json").read_text())


def row(collection: str) -> dict[str, Any]:
    """Return the row of a collection; one that is not in the table has no peculiarity."""
    return TABLE.get(collection, {})


def is_compute(call: Call) -> bool:
    """Return whether the old ways of Compute Engine hold: short names, links, operations of their own."""
    return call.service == "compute"


def new_name(call: Call) -> str:
    """Return the full name of what a call wants to make. Raises RefusedError."""
    said = row(call.method.collection)
    if call.method.http == "PUT":
        return call.target
    way = said.get("id", "body" if is_compute(call) else "query")
    if way == "generated":
        name = call.body.get("name", "") if call.method.collection.endswith("dashboards") else ""
        return name or f"{call.target}/{call.state.number_next():x}"
    if way == "body":
        identity = call.body.get("name", "").removeprefix(f"{call.target}/")
    elif way == "query":
        identity = next((value for name, value in call.query.items() if name.endswith("Id")), "")
    else:
        identity = call.body.get(way, "")
    if not identity:
        raise RefusedError(400, "Required id of the new resource is missing.", rule="names")
    return f"{call.target}/{identity}{said.get('suffix', '').format(project=call.state.project)}"


def filled(call: Call, name: str, body: dict[str, Any], now: str) -> dict[str, Any]:
    """Return a body with what the service sets: its name, times, marks and the row's own."""
    said, state = row(call.method.collection), call.state
    words = {
        "project": state.project,
        "number": state.number,
        "region": state.region,
        "id": name.rpartition("/")[2],
        "number_id": str(int(hashlib.sha256(name.encode()).hexdigest()[:15], 16)),
    }
    own = {key: item.format(**words) if isinstance(item, str) else item for key, item in said.get("fills", {}).items()}
    properties = call.method.document.schemas[call.method.resource or ""].get("properties", {})
    own |= {
        key: now for key in ("createTime", "updateTime", "creationTimestamp", "userUpdateTime") if key in properties
    }
    own |= {"etag": base64.b64encode(str(state.number_next()).encode()).decode()} if "etag" in properties else {}
    own |= {"uid": words["number_id"]} if "uid" in properties else {}
    if is_compute(call):
        own |= {"id": words["number_id"], "kind": properties["kind"]["default"]}
        own |= {"selfLink": f"https://www.googleapis.com/compute/v1/{name}"}
    short = said.get("short") or is_compute(call)
    named = {"name": words["id"] if short else name} if "name" in properties else {}
    body = body | {name: item | body[name] for name, item in said.get("inside", {}).items() if name in body}
    return own | body | named | {key: own[key] for key in ("etag", "updateTime") if key in own}
