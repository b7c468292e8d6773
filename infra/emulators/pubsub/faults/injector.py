from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from infra.emulators.pubsub.faults.call_faults import CallFault
from infra.emulators.pubsub.faults.delivery_faults import DeliveryFault
from infra.emulators.pubsub.faults.fields import only_fields
from infra.emulators.pubsub.wire.errors import PubsubError


class Faults:
    """The active faults, as added by `POST /faults`. `held` is the number of calls that hang at present."""

    def __init__(self) -> None:
        self._calls: list[CallFault] = []
        self._deliveries: list[DeliveryFault] = []
        self._released = asyncio.Event()
        self.held = 0

    def add(self, body: Any) -> None:
        """Parse a fault and activate it. Raise ValueError or TypeError if it cannot be parsed.

        Faults of calls: `{"rpc": "Publish", "topic": t, "hold": true}`, `{"rpc": r, "topic": t, "error": code, "count":
        n}`, `{"rpc": r, "delay": seconds}`, optionally with `skip` and `responses`.

        Faults of deliveries: `{"subscription": s, "kind": k}`, optionally with `probability` (1), `seed` (0), `count`
        (any) and `seconds`. The kinds:

        * `duplicate`: the message is redelivered once after its acknowledgement
        * `drop_ack`: an acknowledgement is lost
        * `delay`: the message is held back for `seconds`
        * `reorder`: a message without an ordering key is put behind all that are ready, or held back for `seconds`

        `{"subscription": s, "duplicate": n}` and `{"subscription": s, "drop_ack": n}` are short forms with a count.
        """
        if not isinstance(body, dict):
            raise TypeError("a fault is a JSON object")
        short = next((kind for kind in ("duplicate", "drop_ack") if kind in body), None)
        if short is not None:
            only_fields(body, {"subscription", short})
            if "subscription" not in body:
                raise ValueError("this fault names its subscription")
            body = {"subscription": body["subscription"], "kind": short, "count": body[short]}
        if "kind" in body:
            self._deliveries.append(DeliveryFault.parse(body))
        else:
            self._calls.append(CallFault.parse(body))

    def clear(self) -> None:
        """Remove all injected faults. Hanging calls continue."""
        self._calls.clear()
        self._deliveries.clear()
        self._released.set()
        self._released = asyncio.Event()

    async def before(self, rpc: str, resource: str, *, response: bool = False) -> None:
        """Apply the faults that hit a call, or one response of a stream, before it has any effect.

        The call may hang, wait, or raise PubsubError.
        """
        for fault in [one for one in self._calls if one.hit(rpc, resource, response=response)]:
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
        """Return the fault that hits this message, if any, and count the hit."""
        for fault in self._deliveries:
            if fault.concerns(kind, subscription) and fault.hits(ordinal, failures):
                if fault.left is not None:
                    fault.left -= 1
                return fault
        return None

    def described(self) -> dict[str, Any]:
        return {
            "calls": [one.described() for one in self._calls],
            "deliveries": [asdict(one) for one in self._deliveries],
            "held": self.held,
        }
