"""Injected faults of deliveries: messages that come twice, late or out of order, and lost acknowledgements."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Self

from infra.emulators.pubsub.faults.fields import names_resource, only_fields, positive

KINDS = ("duplicate", "delay", "reorder", "drop_ack")
_FIELDS = {"subscription", "kind", "probability", "seed", "count", "seconds"}
_MAX_SECONDS = 86400


@dataclass(slots=True)
class DeliveryFault:
    """A fault of messages of a subscription. It hits `left` of them (None: any number), each with `probability`.

    The seed, the message's position among all published ones, and the number of its failed deliveries decide whether it
    is hit. Time plays no part, so the same test has the same faults.
    """

    kind: str
    subscription: str
    left: int | None
    probability: float = 1.0
    seed: int = 0
    seconds: float = 0.0

    @classmethod
    def parse(cls, body: dict[str, Any]) -> Self:
        """Parse the JSON of a fault. Raises ValueError or TypeError if it cannot be parsed."""
        only_fields(body, _FIELDS)
        if "subscription" not in body:
            raise ValueError("this fault names its subscription")
        kind, seed = str(body["kind"]), body.get("seed", 0)
        probability, seconds = float(body.get("probability", 1)), float(body.get("seconds", 0))
        if kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        if not isinstance(seed, int):
            raise TypeError("seed is a whole number")
        if not 0 < probability <= 1:
            raise ValueError("probability is above 0 and at most 1")
        if not 0 <= seconds <= _MAX_SECONDS or (kind == "delay") > (seconds > 0):
            raise ValueError("seconds is 0 to 86400, and above 0 for a delay")
        count = positive(body, "count") if "count" in body else None
        return cls(kind, str(body["subscription"]), count, probability, seed, seconds)

    def concerns(self, kind: str, subscription: str) -> bool:
        """Return whether the fault is of this kind and for this subscription."""
        return self.kind == kind and names_resource(self.subscription, subscription)

    def hits(self, ordinal: int, failures: int) -> bool:
        """Return whether the fault hits the message with this position after this many failed deliveries."""
        if self.left == 0:
            return False
        return random.Random(f"{self.seed}/{self.kind}/{ordinal}/{failures}").random() < self.probability  # noqa: S311
