"""A request to the fake control plane, after the API method that it calls has been found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from infra.rehearsal.control_plane.discovery import Method
from infra.rehearsal.control_plane.state import State


@dataclass(frozen=True)
class Call:
    """A call of an API method with its parameters and the state of the control plane.

    `target` is the name of the resource in the path, without the service's version.
    """

    method: Method
    state: State
    target: str
    path: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)
    consumer: str = ""
    """The project whose quota the call uses, from the header `X-Goog-User-Project`, or "" if none was named."""

    @property
    def service(self) -> str:
        """The first part of the service's host, such as `pubsub`."""
        return self.method.document.service

    @property
    def resource(self) -> dict[str, Any]:
        """The resource in the request body. Some methods wrap it in a property: `{"serviceAccount": {...}}`."""
        wrapped = self.wrapper
        found: dict[str, Any] = self.body.get(wrapped, {}) if wrapped else self.body
        return found

    @property
    def wrapper(self) -> str | None:
        """The property of the request body that holds the resource, or None when the body is the resource."""
        method = self.method
        if method.request is None or method.request == method.resource:
            return None
        properties = method.document.schemas[method.request].get("properties", {})
        return next((name for name, item in properties.items() if item.get("$ref") == method.resource), None)

    @property
    def key(self) -> str:
        return self.state.key(self.service, self.target)
