"""Pub/Sub with at-least-once delivery, ordering keys, back-off and ack deadlines.

Publishing several messages may fail for one of them.
"""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from infra.manifest import load
from petitions.domain.zalo.zalo_webhook import QUARANTINE
from petitions.errors import Retryable
from petitions.ports.messages import Message
from tests import google_rules
from tests.simulation.scheduler import Instance, Scheduler

MANIFEST = load()

Consumer = tuple[Instance, Callable[[Any], Any]]
"""An instance that receives a subscription's messages, and its entry point."""


@dataclass
class _Delivery:
    subscription: str
    message: Message
    number: int
    attempt: int = 1


Line = deque[_Delivery]


class SimulatedPubsub:
    """A `ports.Publisher` with all subscriptions of the manifest."""

    def __init__(self, scheduler: Scheduler, push: Callable[[str], Consumer | None], *, strict: bool = False) -> None:
        self._scheduler = scheduler
        self._push = push
        self._strict = strict
        self._lines: dict[tuple[str, str], Line] = {}
        self._number = 0
        self.waiting = 0
        """The number of deliveries that are not acknowledged yet."""
        self.published: list[Message] = []
        self.attempts = 0

    def publish(self, messages: Sequence[Message], by: str = "pubsub") -> None:
        """Publish with one call per topic and ordering key, as the real adapter does. Raise Retryable on a fault."""
        for _, group in groupby(sorted(messages, key=_line), key=_line):
            self._scheduler.point(f"{by}.publish")
            fault = self._scheduler.fault(f"{by}.publish")
            if fault == "unavailable":
                raise Retryable("Pub/Sub failed: ServiceUnavailable", reason="publish")
            for message in group:
                self._take(google_rules.published(message) if self._strict else message)
            if fault:
                raise Retryable("Pub/Sub failed: DeadlineExceeded", reason="publish")
            self._scheduler.point(f"{by}.published")

    def _take(self, message: Message) -> None:
        self.published.append(message)
        for name, subscription in MANIFEST.subscriptions.items():
            if subscription.topic == message.topic and subscription.function in _TAKING:
                self._number += 1
                self.waiting += 1
                delivery = _Delivery(name, message, self._number)
                key = message.key if subscription.ordered and message.key else f"#{self._number}"
                line = self._lines.setdefault((name, key), deque())
                line.append(delivery)
                self._scheduler.log(
                    str(subscription.function), f"{message.topic} {message.key[:18]}", self._scheduler.lane
                )
                if len(line) == 1:
                    self._later(0.01, line)

    def _later(self, seconds: float, line: Line) -> None:
        self._scheduler.after(seconds, lambda: self._deliver(line[0], lambda ok: self._settled(line, ok=ok)))

    def _settled(self, line: Line, *, ok: bool) -> None:
        if not ok:
            line[0].attempt += 1
            pause = 10.0 * 2 ** min(line[0].attempt - 2, 6)
            self._scheduler.log(_lane(line[0]), f"again, {line[0].attempt}", "pubsub")
            self._later(min(pause, 600.0), line)
            return
        delivery = line.popleft()
        self.waiting -= 1
        if self._scheduler.happens("push twice", 0.08, _lane(delivery)):
            again = self._scheduler.stream("push twice").random() * 60
            self._scheduler.after(again, lambda: self._deliver(delivery, lambda _: None))
        if line:
            self._later(0.01, line)

    def _deliver(self, delivery: _Delivery, settled: Callable[[bool], None]) -> None:
        """Push a message to an instance once, and call `settled` with whether it succeeded.

        A push without a response by the ack deadline counts as failed, although it may still be running.
        """
        found = self._push(delivery.subscription)
        assert found is not None
        instance, entry = found
        self.attempts += 1
        body = {
            "subscription": f"projects/p/subscriptions/{delivery.subscription}",
            "deliveryAttempt": delivery.attempt,
            "message": {
                "messageId": str(delivery.number),
                "data": base64.b64encode(json.dumps(dict(delivery.message.data)).encode()).decode(),
                "attributes": dict(delivery.message.attributes),
                "orderingKey": delivery.message.key,
            },
        }
        asked = request(f"/push/{delivery.subscription}", json.dumps(body).encode())
        over: list[bool] = []

        def once(ok: bool) -> None:  # noqa: FBT001 - as `settled` has it
            if not over:
                over.append(ok)
                settled(ok)

        def done(answer: Any) -> None:
            lost = self._scheduler.happens("acknowledgement lost", 0.03, _lane(delivery))
            once(answer is not None and answer[1] == 200 and not lost)

        self._scheduler.start(instance, lambda: entry(asked), done)
        deadline = MANIFEST.subscriptions[delivery.subscription].ack_deadline_seconds
        self._scheduler.after(deadline, lambda: once(False))


class SimulatedRawPublisher:
    """The webhook's publisher (`ports.RawPublisher`), backed by the same simulated Pub/Sub."""

    def __init__(self, pubsub: SimulatedPubsub) -> None:
        self._pubsub = pubsub
        self.quarantine: list[tuple[bytes, str]] = []
        """The posts with an unknown signature, as (body, signature)."""

    def publish(self, topic: str, body: bytes, attributes: Mapping[str, str], key: str) -> None:
        self._pubsub.publish([Message(topic, json.loads(body), key, attributes)], "door")
        if topic == QUARANTINE:
            self.quarantine.append((body, attributes["signature"]))


def request(path: str, body: bytes = b"") -> Any:
    return SimpleNamespace(path=path, method="POST", headers={}, get_data=lambda **_: body)


def _lane(delivery: _Delivery) -> str:
    return str(MANIFEST.subscriptions[delivery.subscription].function)


def _line(message: Message) -> tuple[str, str]:
    return message.topic, message.key


_TAKING = frozenset({"intake", "attachments", "routing", "notifications", "portal_sync", "relay"})
