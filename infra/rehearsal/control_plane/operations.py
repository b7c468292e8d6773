"""Long operations of the fake control plane, which end at a fake time, in the form of each Google service."""

from __future__ import annotations

from typing import Any

from infra.rehearsal.control_plane.call import Call
from infra.rehearsal.control_plane.collections import is_compute
from infra.rehearsal.control_plane.refusals import RefusedError
from infra.rehearsal.control_plane.state import Operation, stamp

_PARTS = {"serviceusage": 0}
"""How many parts of the resource's name begin the name of its operation, by service. The default is four.

`projects/P/locations/L/functions/F` -> `projects/P/locations/L/operations/operation-101`
"""

LONG = {"Operation", "GoogleLongrunningOperation", "GoogleCloudRunV2Operation"}


def is_long(call: Call) -> bool:
    return call.method.response in LONG


def begin(call: Call, name: str, answer: dict[str, Any], seconds: float, failure: str = "") -> dict[str, Any]:
    """Start a long operation on the resource with this name, and return the operation as JSON.

    It ends after `seconds` of fake time with `answer`, or with the error message `failure`.
    """
    state, number = call.state, call.state.number_next()
    parts = name.split("/")
    where = "/".join([*parts[: _PARTS.get(call.service, 4)], "operations"])
    if call.service == "compute" and parts[2:3] == ["global"]:
        where = "/".join([*parts[:3], "operations"])
    operation = Operation(
        f"{where}/operation-{number}", state.clock.now() + seconds, answer, failure, call.method.verb, name
    )
    state.operations[f"{call.service}/{operation.name}"] = operation
    return shown(call, operation)


def shown(call: Call, operation: Operation) -> dict[str, Any]:
    done = call.state.clock.now() >= operation.done
    if is_compute(call):
        return _of_compute(operation, done=done)
    body: dict[str, Any] = {"name": operation.name} | ({"done": True} if done else {})
    if done and operation.failure:
        return body | {"error": {"code": 3, "message": operation.failure}}
    return body | ({"response": operation.answer} if done else {})


def _of_compute(operation: Operation, *, done: bool) -> dict[str, Any]:
    parts = operation.name.split("/")
    link = "https://www.googleapis.com/compute/v1/"
    body: dict[str, Any] = {
        "kind": "compute#operation",
        "id": parts[-1].rpartition("-")[2],
        "name": parts[-1],
        "operationType": operation.kind,
        "targetLink": link + operation.target,
        "selfLink": link + operation.name,
        "status": "DONE" if done else "RUNNING",
        "progress": 100 if done else 0,
        "insertTime": stamp(operation.done),
    }
    if parts[2] == "regions":
        body["region"] = f"{link}projects/{parts[1]}/regions/{parts[3]}"
    if done and operation.failure:
        body["error"] = {"errors": [{"code": "RESOURCE_OPERATION_FAILED", "message": operation.failure}]}
    return body


def get_operation(call: Call) -> dict[str, Any]:
    """Answer `operations.get` and Compute Engine's `wait`. Raises RefusedError if the operation does not exist."""
    operation = call.state.operations.get(f"{call.service}/{call.target}")
    if operation is None:
        raise RefusedError(404, f"Operation {call.target} not found.")
    return awaited(call, operation)


def awaited(call: Call, operation: Operation) -> dict[str, Any]:
    """Return an operation as JSON to a client that waits for it.

    The function `then` of a finished operation is called once, before the operation is returned. If the state is
    `hurried`, the operation ends at once.
    """
    if call.state.hurried:
        _end(call, operation)
    if operation.then and call.state.clock.now() >= operation.done:
        then, operation.then = operation.then, None
        then()
    return shown(call, operation)


def _end(call: Call, operation: Operation) -> None:
    """End an operation now and make its resource ready. Clients ask again only after ten real seconds."""
    now = call.state.clock.now()
    operation.done = min(operation.done, now)
    made = call.state.get(call.service, operation.target)
    if made:
        made.ready = min(made.ready, now)
