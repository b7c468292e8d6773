"""The webhook's handling of Zalo's events: verify, publish to Pub/Sub, answer. Standard library alone (cold start).

Foreign or invalid requests are answered 200 and dropped, never 401: Zalo's console probes unsigned, and an app whose
URL answers otherwise cannot be saved or is unsubscribed (PLATFORM 1.4, PLATFORM 1.5). Drops are counted by reason.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from petitions import telemetry
from petitions.domain.shared.identity import pseudonym
from petitions.domain.zalo import zalo_webhook as zalo
from petitions.errors import Retryable
from petitions.ports.messages import RawPublisher
from petitions.ports.world import Clock, SecretKeys

SCHEMA = "1"
MAX_BODY_BYTES = zalo.MAX_BODY_BYTES


@dataclass(frozen=True)
class WebhookAnswer:
    """The answer to Zalo, and the reason that is counted."""

    status: HTTPStatus
    reason: str


def _parse(body: bytes) -> dict[str, Any] | str:
    """Return the event, or the reason why it is invalid."""
    if len(body) > zalo.MAX_BODY_BYTES:
        return "too_large"
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return "malformed"
    return event if isinstance(event, dict) else "malformed"


def _whole(text: str) -> str:
    """Replace lone surrogates (half an emoji): they are valid JSON, but cannot be sent on."""
    return text.encode("utf-8", "replace").decode()


class MinuteCap:
    """A limit per minute in this process, so that forgers cannot fill the quarantine."""

    LIMIT = 120

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._minute = 0
        self._taken = 0

    def take(self) -> bool:
        """Take one place, and return whether this minute had room for it."""
        minute = int(self._clock.now().timestamp() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._taken = minute, 0
            self._taken += 1
            return self._taken <= self.LIMIT


@dataclass(frozen=True)
class ReceiveEvent:
    """The use case, bound to one app and one Official Account."""

    app_id: str
    oa_id: str
    keys: SecretKeys
    id_key: bytes
    publisher: RawPublisher
    clock: Clock
    max_age: timedelta
    """An older event becomes a dead letter."""
    quarantine: MinuteCap

    def __call__(self, body: bytes, signature: str, *traces: str | None) -> WebhookAnswer:
        """Handle a POST's raw body and its X-ZEvent-Signature; `traces` are the arguments of `telemetry.read_trace`."""
        with telemetry.within(telemetry.read_trace(*traces)):
            return self._take(body, signature)

    def _take(self, body: bytes, signature: str) -> WebhookAnswer:
        event = _parse(body)
        if isinstance(event, str):
            return self._drop(event)
        if not signature:
            return self._drop("unsigned")
        stamp = zalo.timestamp_of(event)
        if stamp is None or not isinstance(event.get("event_name"), str):
            return self._drop("malformed")
        text, instant = stamp
        now = self.clock.now()
        fault = self._stranger(event) or ("from_the_future" if instant > now + zalo.MAX_AHEAD else "")
        if fault:
            return self._drop(fault)
        old = instant < now - self.max_age
        if not self._is_signed(body, text, signature):
            return self._drop("forged") if old else self._suspect(event, body, signature)
        if event["event_name"] == zalo.DEPLOY_PROBE:
            telemetry.count("webhook_probe")
            return WebhookAnswer(HTTPStatus.OK, "probe")
        if old:
            return self._store("dead-letters", event, body, reason="too_old", consumer="zalo_webhook")
        return self._store(zalo.topic_of(event), event, body)

    def _stranger(self, event: dict[str, Any]) -> str:
        if event.get("app_id") != self.app_id:
            return "wrong_app"
        return "" if zalo.concerns(event, self.oa_id) else "wrong_oa"

    def _is_signed(self, body: bytes, timestamp: str, signature: str) -> bool:
        """Return whether a known key signed it; if none did, read the keys again, as they may have changed."""
        known = self.keys.current()
        if zalo.is_signed(self.app_id, body, timestamp, known, signature):
            return True
        read = self.keys.again()
        return read != known and zalo.is_signed(self.app_id, body, timestamp, read, signature)

    def _suspect(self, event: dict[str, Any], body: bytes, signature: str) -> WebhookAnswer:
        """Handle an event that is ours except for the signature: a forgery, or Zalo's key changed before ours.

        It waits in quarantine, unread, until `make rotate-key` has the key that can tell.
        """
        fits = len(body) <= zalo.QUARANTINED_BYTES and zalo.is_mac(signature)
        kept = fits and event["event_name"] != zalo.DEPLOY_PROBE and self.quarantine.take()
        if kept and self._store(zalo.QUARANTINE, event, body, signature=signature).status != HTTPStatus.OK:
            return WebhookAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "not_stored")
        return self._drop("forged", quarantined=kept)

    def _store(self, topic: str, event: dict[str, Any], body: bytes, **more: str) -> WebhookAnswer:
        name, user = _whole(event["event_name"][:100]), zalo.user_of(event)
        attributes = {
            "schema": SCHEMA,
            "event_name": name,
            **more,
        }
        if trace := telemetry.current_trace():
            attributes[telemetry.TRACEPARENT] = trace
        key = ""
        if topic == zalo.EVENTS:
            key = pseudonym(self.id_key, _whole(user)) if user else name
        try:
            self.publisher.publish(topic, body, attributes, key)
        except Retryable as error:
            telemetry.log("ERROR", "event not stored", metric="webhook_not_stored", reason=error.reason)
            return WebhookAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "not_stored")
        # Success gets no log line: Pub/Sub counts a topic's messages, and the consumers count their work.
        return WebhookAnswer(HTTPStatus.OK, "stored")

    def _drop(self, reason: str, *, quarantined: bool = False) -> WebhookAnswer:
        severity = "WARNING" if reason in {"forged", "wrong_app", "wrong_oa"} else "INFO"
        telemetry.log(severity, "event dropped", metric="webhook_dropped", reason=reason, quarantined=quarantined)
        return WebhookAnswer(HTTPStatus.OK, reason)
