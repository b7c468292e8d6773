"""Faults on demand: calls that hang or fail, acknowledgements that get lost, messages that come twice."""

from __future__ import annotations

import asyncio
import random
from dataclasses import asdict, dataclass
from typing import Any

from infra.emulators.pubsub.wire.errors import Code, PubsubError

_DELIVERY_FAULTS = ("duplicate", "delay", "reorder", "drop_ack")
_DELIVERY_FIELDS = {"subscription", "kind", "probability", "seed", "count", "seconds"}
_LONGEST_HOLD = 86400
_CALL_FIELDS = {"rpc", "topic", "subscription", "hold", "error", "count", "delay", "skip", "responses"}


@dataclass(slots=True)
class CallFault:
    """What happens to `left` (None: all) calls of `rpc` on `resource` (short or full name, empty: any) after `skip`.

    With `responses` not to calls but to single responses of streams, also of those that were open before.
    """

    rpc: str
    resource: str
    hold: bool
    error: Code | None
    delay: float
    left: int | None
    skip: int
    responses: bool

    def strikes(self, rpc: str, resource: str, *, response: bool) -> bool:
        """Whether this call or response is struck; counts it."""
        if self.responses is not response or self.rpc != rpc or not _names(self.resource, resource) or self.left == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True


@dataclass(slots=True)
class DeliveryFault:
    """What happens to `left` (None: any number of) messages of a subscription, each with a probability.

    Whether a message is met depends on the seed, its place among all that were published and its attempt, not on time.
    """

    kind: str
    subscription: str
    left: int | None
    probability: float = 1.0
    seed: int = 0
    seconds: float = 0.0

    def meets(self, ordinal: int, failures: int) -> bool:
        """The draw for one message."""
        if self.left == 0:
            return False
        return random.Random(f"{self.seed}/{self.kind}/{ordinal}/{failures}").random() < self.probability  # noqa: S311


class Faults:
    """All faults in force, as `POST /faults` gave them."""

    def __init__(self) -> None:
        self._calls: list[CallFault] = []
        self._deliveries: list[DeliveryFault] = []
        self._released = asyncio.Event()
        self.held = 0

    def add(self, body: Any) -> None:
        """Put one fault into force; raises ValueError for what is not understood.

        Of a call: `{"rpc": "Publish", "topic": t, "hold": true}`, `{"rpc": r, "topic": t, "error": code, "count": n}`,
        `{"rpc": r, "delay": seconds}`, each with `skip` and `responses` if wanted. Deliveries: `{"subscription": s,
        "kind": k}` with, if wanted, `probability` (1), `seed` (0), `count` (any) and `seconds`. Kinds: `duplicate`
        (comes once more after its acknowledgement), `drop_ack` (an acknowledgement gets lost), `delay` (held back for
        `seconds`), `reorder` (messages without an ordering key: behind all that is ready, or held back for `seconds`).
        `{"subscription": s, "duplicate": n}` and `{"subscription": s, "drop_ack": n}` are short for a count.
        """
        if not isinstance(body, dict):
            raise TypeError("a fault is a JSON object")
        short = next((kind for kind in ("duplicate", "drop_ack") if kind in body), None)
        if short is not None:
            _only(body, {"subscription", short})
            body = {"subscription": body["subscription"], "kind": short, "count": body[short]}
        if "kind" in body:
            self._deliveries.append(_delivery_fault(body))
            return
        _only(body, _CALL_FIELDS)
        if "rpc" not in body or not ({"hold", "error", "delay"} & body.keys()):
            raise ValueError("a fault of a call names its rpc and one of hold, error, delay")
        error = Code.__members__.get(str(body["error"])) if "error" in body else None
        if "error" in body and error is None:
            raise ValueError(f"{body['error']!r} is no status code")
        self._calls.append(
            CallFault(
                rpc=str(body["rpc"]),
                resource=str(body.get("topic") or body.get("subscription") or ""),
                hold=bool(body.get("hold", False)),
                error=error,
                delay=float(body.get("delay", 0)),
                left=_positive(body, "count") if "count" in body else None,
                skip=_positive(body, "skip") if "skip" in body else 0,
                responses=bool(body.get("responses", False)),
            )
        )

    def clear(self) -> None:
        """No fault is in force any more; held calls go on."""
        self._calls.clear()
        self._deliveries.clear()
        self._released.set()
        self._released = asyncio.Event()

    async def before(self, rpc: str, resource: str, *, response: bool = False) -> None:
        """Called before a call has any effect: hangs, waits, or raises the error that a fault asks for.

        With `response`: before a response of a stream is sent.
        """
        for fault in [one for one in self._calls if one.strikes(rpc, resource, response=response)]:
            if fault.hold:
                await self._hold()
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if fault.error is not None:
                raise PubsubError(fault.error, f"A fault was asked for: {rpc} fails.")

    async def _hold(self) -> None:
        self.held += 1
        try:
            await self._released.wait()
        finally:
            self.held -= 1

    def take(self, kind: str, subscription: str, ordinal: int, failures: int) -> DeliveryFault | None:
        """The fault that a message of this subscription meets, if any; uses it up by one."""
        for fault in self._deliveries:
            if fault.kind == kind and _names(fault.subscription, subscription) and fault.meets(ordinal, failures):
                if fault.left is not None:
                    fault.left -= 1
                return fault
        return None

    def describe(self) -> dict[str, Any]:
        """What is in force, for the admin page."""
        return {
            "calls": [
                {"rpc": one.rpc, "resource": one.resource, "hold": one.hold, "left": one.left}
                | {"error": one.error.name if one.error else None, "delay": one.delay, "skip": one.skip}
                | {"responses": one.responses}
                for one in self._calls
            ],
            "deliveries": [asdict(one) for one in self._deliveries],
            "held": self.held,
        }


def _delivery_fault(body: dict[str, Any]) -> DeliveryFault:
    _only(body, _DELIVERY_FIELDS)
    kind, seed = str(body["kind"]), body.get("seed", 0)
    probability, seconds = float(body.get("probability", 1)), float(body.get("seconds", 0))
    if kind not in _DELIVERY_FAULTS:
        raise ValueError(f"kind is one of {', '.join(_DELIVERY_FAULTS)}")
    if not isinstance(seed, int):
        raise TypeError("seed is a whole number")
    if not 0 < probability <= 1:
        raise ValueError("probability is above 0 and at most 1")
    if not 0 <= seconds <= _LONGEST_HOLD or (kind == "delay") > (seconds > 0):
        raise ValueError("seconds is 0 to 86400, and above 0 for a delay")
    count = _positive(body, "count") if "count" in body else None
    return DeliveryFault(kind, str(body["subscription"]), count, probability, seed, seconds)


def _names(wanted: str, resource: str) -> bool:
    return wanted in ("", resource, resource.rsplit("/", 1)[-1])


def _only(body: dict[str, Any], known: set[str]) -> None:
    unknown = body.keys() - known
    if unknown:
        raise ValueError(f"a fault has no field {', '.join(sorted(unknown))}")
    if "subscription" not in body and "rpc" not in known:
        raise ValueError("this fault names its subscription")


def _positive(body: dict[str, Any], field: str) -> int:
    value = body[field]
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{field} is a whole number above 0")
    return value
