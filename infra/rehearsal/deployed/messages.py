"""Create the deployed topics and subscriptions in the Pub/Sub emulator, which takes the same requests as Google's.

Only the address of a push is replaced, by the address on this machine that `front` serves for the same host and path.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from infra.rehearsal.control_plane.state import State

TOPICS, SUBSCRIPTIONS = "pubsub.projects.topics", "pubsub.projects.subscriptions"
FIXED = frozenset({"name", "topic", "filter", "enableMessageOrdering", "enableExactlyOnceDelivery"})
"""Fields of a subscription that cannot be changed. An update leaves them out."""

_OUTPUT_ONLY = frozenset({"state", "satisfiesPzs"})
"""Fields that only Google sets and that a request may not contain."""


class Messages:
    """A client of the Pub/Sub emulator at `host`. `address` maps an https:// address to one on this machine."""

    def __init__(self, host: str, address: Callable[[str], str]) -> None:
        self._base, self._address = f"http://{host}/v1", address

    def follow(self, state: State) -> None:
        """Create, change and delete topics and subscriptions until they match the deployed ones."""
        project = f"projects/{state.project}"
        topics = {stored.name: _given(stored.body) for stored in state.of(TOPICS)}
        wanted = {stored.name: self._pushed(_given(stored.body)) for stored in state.of(SUBSCRIPTIONS)}
        there = {item["name"] for item in self._ask("GET", f"{project}/topics").get("topics", ())}
        known = {item["name"] for item in self._ask("GET", f"{project}/subscriptions").get("subscriptions", ())}
        for name in known - wanted.keys():
            self._ask("DELETE", name)
        for name in topics.keys() - there:
            self._ask("PUT", name, topics[name])
        for name, body in wanted.items():
            if name in known:
                paths = sorted({*body, "pushConfig"} - FIXED)
                given = {key: item for key, item in body.items() if key not in FIXED}
                self._ask("PATCH", name, {"subscription": given, "updateMask": ",".join(paths)})
            else:
                self._ask("PUT", name, body)
        for name in there - topics.keys():
            self._ask("DELETE", name)

    def shown(self, name: str) -> dict[str, Any]:
        return self._ask("GET", name)

    def _pushed(self, body: dict[str, Any]) -> dict[str, Any]:
        push = body.get("pushConfig", {})
        endpoint = push.get("pushEndpoint")
        return body | ({"pushConfig": push | {"pushEndpoint": self._address(endpoint)}} if endpoint else {})

    def _ask(self, http: str, name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self._base}/{name}", data, method=http)  # noqa: S310 - our own
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - as above
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as refused:
            raise ValueError(f"{http} {name}: {refused.read().decode()}") from refused


def _given(body: dict[str, Any]) -> dict[str, Any]:
    return {name: item for name, item in body.items() if name not in _OUTPUT_ONLY}
