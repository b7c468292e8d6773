"""The REST interface of `https://pubsub.googleapis.com/v1` over plain HTTP/1.1, with protobuf's JSON mapping."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from aiohttp import web
from google.protobuf import json_format

from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.rpcs.rpc_table import RPCS, call
from infra.emulators.pubsub.wire.errors import Code, PubsubError

# The parameters that every Google API takes and that are no part of the request.
_SYSTEM_PARAMETERS = {"access_token", "alt", "fields", "key", "oauth_token", "prettyPrint", "quotaUser"}
_log = logging.getLogger(__name__)


class Route(NamedTuple):
    method: str
    path: re.Pattern[str]
    rpc: str
    field: str


def _route(method: str, path: str, rpc: str, field: str) -> Route:
    pattern = re.escape(path).replace(r"\*", "[^/:]+").replace(r"\{", "(?P<name>").replace(r"\}", ")")
    return Route(method, re.compile(f"/v1/{pattern}"), rpc, field)


_T, _S, _N = "{projects/*/topics/*}", "{projects/*/subscriptions/*}", "{projects/*/snapshots/*}"
ROUTES = [
    _route("PUT", _T, "CreateTopic", "name"),
    _route("PATCH", _T, "UpdateTopic", "topic.name"),
    _route("POST", f"{_T}:publish", "Publish", "topic"),
    _route("GET", _T, "GetTopic", "topic"),
    _route("GET", "{projects/*}/topics", "ListTopics", "project"),
    _route("GET", f"{_T}/subscriptions", "ListTopicSubscriptions", "topic"),
    _route("DELETE", _T, "DeleteTopic", "topic"),
    _route("POST", f"{_S}:detach", "DetachSubscription", "subscription"),
    _route("PUT", _S, "CreateSubscription", "name"),
    _route("GET", _S, "GetSubscription", "subscription"),
    _route("PATCH", _S, "UpdateSubscription", "subscription.name"),
    _route("GET", "{projects/*}/subscriptions", "ListSubscriptions", "project"),
    _route("DELETE", _S, "DeleteSubscription", "subscription"),
    _route("POST", f"{_S}:modifyAckDeadline", "ModifyAckDeadline", "subscription"),
    _route("POST", f"{_S}:acknowledge", "Acknowledge", "subscription"),
    _route("POST", f"{_S}:pull", "Pull", "subscription"),
    _route("POST", f"{_S}:modifyPushConfig", "ModifyPushConfig", "subscription"),
    _route("POST", f"{_S}:seek", "Seek", "subscription"),
    _route("PUT", _N, "CreateSnapshot", "name"),
    _route("GET", _N, "GetSnapshot", "snapshot"),
    _route("PATCH", _N, "UpdateSnapshot", "snapshot.name"),
    _route("GET", "{projects/*}/snapshots", "ListSnapshots", "project"),
    _route("GET", f"{_T}/snapshots", "ListTopicSnapshots", "topic"),
    _route("DELETE", _N, "DeleteSnapshot", "snapshot"),
]

_UNIMPLEMENTED = re.compile(r"/v1/projects/[^/]+/(schemas(/.*|:.*)?|.*:(getIamPolicy|setIamPolicy|testIamPermissions))")
"""Paths that the real service has and the emulator lacks."""


def _find(method: str, path: str) -> tuple[Route, str]:
    for route in ROUTES:
        match = route.path.fullmatch(path)
        if match is not None and route.method == method:
            return route, match["name"]
    if _UNIMPLEMENTED.fullmatch(path):
        raise PubsubError(Code.UNIMPLEMENTED, f"This emulator does not have {method} {path}.")
    raise PubsubError(Code.NOT_FOUND, f"The requested URL {method} {path} was not found on this server.")


def _read(route: Route, name: str, query: Mapping[str, str], body: bytes) -> Any:
    request = RPCS[route.rpc].request()
    try:
        json_format.Parse(_plain(body), request)
        own = {key: value for key, value in query.items() if key.lstrip("$") not in _SYSTEM_PARAMETERS}
        json_format.ParseDict(own, request)
    except (ValueError, json_format.ParseError) as error:
        raise PubsubError(Code.INVALID_ARGUMENT, f"Invalid JSON payload received. {error}") from error
    *parents, leaf = route.field.split(".")
    target = request
    for parent in parents:
        target = getattr(target, parent)
    setattr(target, leaf, name)
    return request


def _plain(body: bytes) -> bytes:
    """Return the JSON body with the update mask in camel case. Both spellings are accepted."""
    if b"update" not in body:
        return body or b"{}"
    content = json.loads(body)
    for key in ("updateMask", "update_mask"):
        if isinstance(content, dict) and isinstance(content.get(key), str):
            content[key] = re.sub("_([a-z])", lambda match: match[1].upper(), content[key])
    return json.dumps(content).encode()


def _failure(error: PubsubError) -> web.Response:
    status = error.code.http_status
    body = {"error": {"code": status, "message": error.message, "status": error.code.name}}
    return web.json_response(body, status=status)


class RestHandler:
    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Return the response to a request. `GET /` returns "Ok", as in Google's emulator."""
        if (request.method, request.path) == ("GET", "/"):
            return web.Response(text="Ok\n")
        try:
            route, name = _find(request.method, request.path)
            message = _read(route, name, request.query, await request.content.read())
            response = await call(self._broker, route.rpc, message)
        except PubsubError as error:
            return _failure(error)
        except Exception:  # noqa: BLE001 - the call must be answered, and the log holds the error
            _log.exception("%s %s failed", request.method, request.path)
            return _failure(PubsubError(Code.INTERNAL, "The emulator failed; its log says how."))
        return web.json_response(json_format.MessageToDict(response))
