"""A table of the RPCs with one request and one response, which gRPC and REST share."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.wire.messages import Empty, request_type

Handler = Callable[[Broker, Any], "Any | Awaitable[Any]"]


class Rpc(NamedTuple):
    """An entry of the table: the short name of the service, the type of the request, and the function to call."""

    service: str
    request: Any
    handler: Handler


# These calls postpone the expiry of a subscription.
_USES = {"Acknowledge", "CreateSnapshot", "ModifyAckDeadline", "ModifyPushConfig", "Pull", "Seek", "UpdateSubscription"}
RPCS: dict[str, Rpc] = {}


def rpc(service: str, request: str | None = None) -> Callable[[Handler], Handler]:
    """Register the decorated function in the table: `create_topic` becomes `CreateTopic`.

    `request` names the type of the request if it is not `CreateTopicRequest`.
    """

    def enter(handler: Handler) -> Handler:
        name = "".join(part.capitalize() for part in handler.__name__.split("_"))
        RPCS[name] = Rpc(service, request_type(request or f"{name}Request"), handler)
        return handler

    return enter


def resource_of(request: Any) -> str:
    """Return the name of the topic, subscription or snapshot that a request is about."""
    for field in ("topic", "subscription", "snapshot", "name", "project"):
        value = getattr(request, field, "")
        if value:
            return value if isinstance(value, str) else str(value.name)
    return ""


async def call(broker: Broker, name: str, request: Any) -> Any:
    """Apply injected faults, call the RPC, and return its response message. Raises PubsubError."""
    resource = resource_of(request)
    await broker.faults.before(name, resource)
    if name in _USES and resource in broker.subscriptions:
        broker.subscriptions[resource].touch()
    result = RPCS[name].handler(broker, request)
    if inspect.isawaitable(result):
        result = await result
    return Empty() if result is None else result
