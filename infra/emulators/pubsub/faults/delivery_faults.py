"""Injected faults of deliveries: duplicated, delayed or reordered messages, and lost acknowledgements."""

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
    """A fault of a subscription's messages. It hits `left` messages (None: all), each with `probability`.

    The seed, the message's position among all published ones, and its number of failed deliveries decide whether it is
    hit. Time plays no part, so the same test has the same faults.
    """

    kind: str
    subscription: str
    left: int | None
    probability: float = 1.0
    seed: int = 0
    seconds: float = 0.0

    @classmethod
    def parse(cls, body: dict[str, Any]) -> Self:
        """Parse the JSON of a fault. Raise ValueError or TypeError if it is invalid."""
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
        return self.kind == kind and names_resource(self.subscription, subscription)

    def hits(self, ordinal: int, failures: int) -> bool:
        if self.left == 0:
            return False
        return random.Random(f"{self.seed}/{self.kind}/{ordinal}/{failures}").random() < self.probability  # noqa: S311
