"""A table of the unary RPCs, shared by gRPC and REST."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.wire.messages import Empty, request_type

Handler = Callable[[Broker, Any], "Any | Awaitable[Any]"]


class Rpc(NamedTuple):
    """An RPC in the table: its service's short name, its request type, and its handler."""

    service: str
    request: Any
    handler: Handler


# These calls postpone the expiry of a subscription.
_USES = {"Acknowledge", "CreateSnapshot", "ModifyAckDeadline", "ModifyPushConfig", "Pull", "Seek", "UpdateSubscription"}
RPCS: dict[str, Rpc] = {}


def rpc(service: str, request: str | None = None) -> Callable[[Handler], Handler]:
    """Register the decorated function as an RPC: `create_topic` becomes `CreateTopic`.

    `request` names the request type if it is not `CreateTopicRequest`.
    """

    def enter(handler: Handler) -> Handler:
        name = "".join(part.capitalize() for part in handler.__name__.split("_"))
        RPCS[name] = Rpc(service, request_type(request or f"{name}Request"), handler)
        return handler

    return enter


def resource_of(request: Any) -> str:
    for field in ("topic", "subscription", "snapshot", "name", "project"):
        value = getattr(request, field, "")
        if value:
            return value if isinstance(value, str) else str(value.name)
    return ""


async def call(broker: Broker, name: str, request: Any) -> Any:
    """Apply injected faults, call the RPC and return its response. Raise PubsubError."""
    resource = resource_of(request)
    await broker.faults.before(name, resource)
    if name in _USES and resource in broker.subscriptions:
        broker.subscriptions[resource].touch()
    result = RPCS[name].handler(broker, request)
    if inspect.isawaitable(result):
        result = await result
    return Empty() if result is None else result
