"""Names, defaults and durations of new resources, by collection. `collections.json` is the table.

Its columns:

* `id`: source of the id: `generated` by the service, `body` (its `name`), or a property of the request such as
  `accountId`. Default: the query parameter with a name ending in `Id`
* `suffix`: text after the id
* `short`: the property `name` holds the short name
* `seconds`: fake seconds until a long operation is done
* `pending`: properties that differ until then
* `fills`: properties that the service sets itself
* `inside`: the same, below a property that is given
* `parent`: number of parts of the name that must exist
* `upsert`: a change creates a missing resource
* `softly`: a deleted resource keeps its name for a while
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
    """Return the row of a collection in `collections.json`, or an empty one if the collection is not in the table."""
    return TABLE.get(collection, {})


def is_compute(call: Call) -> bool:
    """Return whether the call is to Compute Engine, which uses short names, links, and its own form of operations."""
    return call.service == "compute"


def new_name(call: Call) -> str:
    """Return the full name of the resource that a call creates. Raises RefusedError if the call gives no id."""
    entry = row(call.method.collection)
    if call.method.http == "PUT":
        return call.target
    way = entry.get("id", "body" if is_compute(call) else "query")
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
    return f"{call.target}/{identity}{entry.get('suffix', '').format(project=call.state.project)}"


def filled(call: Call, name: str, body: dict[str, Any], now: str) -> dict[str, Any]:
    """Return a body with the properties that the service sets: name, times, etag, and those in the table's `fills`."""
    entry, state = row(call.method.collection), call.state
    words = {
        "project": state.project,
        "number": state.number,
        "region": state.region,
        "id": name.rpartition("/")[2],
        "number_id": str(int(hashlib.sha256(name.encode()).hexdigest()[:15], 16)),
    }
    own = {key: item.format(**words) if isinstance(item, str) else item for key, item in entry.get("fills", {}).items()}
    properties = call.method.document.schemas[call.method.resource or ""].get("properties", {})
    own |= {
        key: now for key in ("createTime", "updateTime", "creationTimestamp", "userUpdateTime") if key in properties
    }
    own |= {"etag": base64.b64encode(str(state.number_next()).encode()).decode()} if "etag" in properties else {}
    own |= {"uid": words["number_id"]} if "uid" in properties else {}
    if is_compute(call):
        own |= {"id": words["number_id"], "kind": properties["kind"]["default"]}
        own |= {"selfLink": f"https://www.googleapis.com/compute/v1/{name}"}
    short = entry.get("short") or is_compute(call)
    named = {"name": words["id"] if short else name} if "name" in properties else {}
    body = body | {name: item | body[name] for name, item in entry.get("inside", {}).items() if name in body}
    return own | body | named | {key: own[key] for key in ("etag", "updateTime") if key in own}
