"""Zalo's event at the door: verified, confirmed by Pub/Sub, answered. Standard library alone (cold start).

Whatever is not ours is answered 200 and dropped, never 401: Zalo's console probes unsigned, and an app whose URL
answers otherwise cannot be saved or is unsubscribed (zalo-platform facts 1.3, 1.4). Drops are counted by reason.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from petitions import telemetry
from petitions.domain import zalo_webhook as zalo
from petitions.domain.identity import pseudonym
from petitions.errors import Retryable
from petitions.ports import Clock, RawPublisher

SCHEMA = "1"
MAX_BODY_BYTES = zalo.MAX_BODY_BYTES


@dataclass(frozen=True)
class Answer:
    """What the door says, and the reason that is counted."""

    status: HTTPStatus
    reason: str


def _parse(body: bytes) -> dict[str, Any] | str:
    """The event, or the reason why this is none."""
    if len(body) > zalo.MAX_BODY_BYTES:
        return "too_large"
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return "malformed"
    return event if isinstance(event, dict) else "malformed"


@dataclass(frozen=True)
class ReceiveEvent:
    """The use case, bound to one app and one Official Account."""

    app_id: str
    oa_id: str
    oa_secret_keys: tuple[str, ...]
    id_key: bytes
    publisher: RawPublisher
    clock: Clock

    def __call__(self, body: bytes, signature: str, trace: str | None = None) -> Answer:
        """Take one POST's raw body and its X-ZEvent-Signature."""
        event = _parse(body)
        if isinstance(event, str):
            return self._drop(event)
        if not signature:
            return self._drop("unsigned")
        stamp = zalo.timestamp_of(event)
        if stamp is None or not isinstance(event.get("event_name"), str):
            return self._drop("malformed")
        text, instant = stamp
        fault = self._stranger(event) or self._forgery(body, text, signature)
        if fault:
            return self._drop(fault)
        now = self.clock.now()
        if instant > now + zalo.MAX_AHEAD:
            return self._drop("from_the_future")
        if instant < now - zalo.MAX_AGE:
            return self._store("dead-letters", event, body, trace, reason="too_old")
        return self._store(zalo.topic_of(event), event, body, trace)

    def _stranger(self, event: dict[str, Any]) -> str:
        if event.get("app_id") != self.app_id:
            return "wrong_app"
        return "" if zalo.concerns(event, self.oa_id) else "wrong_oa"

    def _forgery(self, body: bytes, timestamp: str, signature: str) -> str:
        signed = zalo.is_signed(self.app_id, body, timestamp, self.oa_secret_keys, signature)
        return "" if signed else "forged"

    def _store(self, topic: str, event: dict[str, Any], body: bytes, trace: str | None, reason: str = "") -> Answer:
        name = event["event_name"]
        user = zalo.user_of(event)
        attributes = {
            "schema": SCHEMA,
            "event_name": name[:100],
            "body_sha256": hashlib.sha256(body).hexdigest(),
        }
        if trace:
            attributes["trace"] = trace
        if reason:
            attributes |= {"reason": reason, "consumer": "zalo_webhook"}
        key = ""
        if topic == zalo.EVENTS:
            key = pseudonym(self.id_key, user) if user else name[:100]
        try:
            self.publisher.publish(topic, body, attributes, key)
        except Retryable as error:
            telemetry.log("ERROR", "event not stored", metric="webhook_not_stored", reason=error.reason, trace=trace)
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, "not_stored")
        telemetry.count("webhook_stored", topic=topic, event_name=name[:100])
        return Answer(HTTPStatus.OK, "stored")

    def _drop(self, reason: str) -> Answer:
        severity = "WARNING" if reason in {"forged", "wrong_app", "wrong_oa"} else "INFO"
        telemetry.log(severity, "event dropped", metric="webhook_dropped", reason=reason)
        return Answer(HTTPStatus.OK, reason)
