"""A request to the control plane, after its method has been found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from infra.rehearsal.control_plane.discovery import Method
from infra.rehearsal.control_plane.state import State


@dataclass(frozen=True)
class Call:
    """A method with its parameters. `target` is the name of the resource, without the service's version."""

    method: Method
    state: State
    target: str
    path: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    consumer: str = ""
    """The project that the caller named for the quota of the call."""

    @property
    def service(self) -> str:
        """The service, such as `pubsub`."""
        return self.method.document.service

    @property
    def resource(self) -> dict[str, Any]:
        """The resource in the body, also where the request wraps it (`{"serviceAccount": {...}}`)."""
        wrapped = self.wrapper
        found: dict[str, Any] = self.body.get(wrapped, {}) if wrapped else self.body
        return found

    @property
    def wrapper(self) -> str | None:
        """The property of the request that holds the resource, or None when the request is the resource."""
        method = self.method
        if method.request is None or method.request == method.resource:
            return None
        properties = method.document.schemas[method.request].get("properties", {})
        return next((name for name, item in properties.items() if item.get("$ref") == method.resource), None)

    @property
    def key(self) -> str:
        """The key of the target in the state."""
        return self.state.key(self.service, self.target)
