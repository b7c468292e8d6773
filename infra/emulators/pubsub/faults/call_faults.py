"""Injected faults of API calls: RPCs that hang, wait or fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from infra.emulators.pubsub.faults.fields import names_resource, only_fields, positive
from infra.emulators.pubsub.wire.errors import Code

_FIELDS = {"rpc", "topic", "subscription", "hold", "error", "count", "delay", "skip", "responses"}


@dataclass(slots=True)
class CallFault:
    """A fault of calls of `rpc` on `resource`, a short or full name. An empty name means any resource.

    It hits `left` calls (None: all) after the first `skip`. With `responses` it hits single responses of streams
    instead of calls, including those of streams that are already open.
    """

    rpc: str
    resource: str
    hold: bool
    error: Code | None
    delay: float
    left: int | None
    skip: int
    responses: bool

    @classmethod
    def parse(cls, body: dict[str, Any]) -> Self:
        only_fields(body, _FIELDS)
        if "rpc" not in body or not ({"hold", "error", "delay"} & body.keys()):
            raise ValueError("a fault of a call names its rpc and one of hold, error, delay")
        error = Code.__members__.get(str(body["error"])) if "error" in body else None
        if "error" in body and error is None:
            raise ValueError(f"{body['error']!r} is no status code")
        return cls(
            rpc=str(body["rpc"]),
            resource=str(body.get("topic") or body.get("subscription") or ""),
            hold=bool(body.get("hold", False)),
            error=error,
            delay=float(body.get("delay", 0)),
            left=positive(body, "count") if "count" in body else None,
            skip=positive(body, "skip") if "skip" in body else 0,
            responses=bool(body.get("responses", False)),
        )

    def hit(self, rpc: str, resource: str, *, response: bool) -> bool:
        if self.responses is not response or self.rpc != rpc or self.left == 0:
            return False
        if not names_resource(self.resource, resource):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True

    def described(self) -> dict[str, Any]:
        return {
            "rpc": self.rpc,
            "resource": self.resource,
            "hold": self.hold,
            "left": self.left,
            "error": self.error.name if self.error else None,
            "delay": self.delay,
            "skip": self.skip,
            "responses": self.responses,
        }
