"""Receiving Zalo's events at the webhook: verify, publish to Pub/Sub, answer. Standard library alone (cold start).

Foreign or invalid requests are answered 200 and dropped, never 401. Zalo's console sends unsigned probes, and if the
URL answers them otherwise, the app cannot be saved or is unsubscribed (PLATFORM 1.4, PLATFORM 1.5). Dropped requests
are counted by reason.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from petitions import telemetry
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.identity import pseudonym
from petitions.domain.zalo import zalo_webhook as zalo
from petitions.errors import Rejected, Retryable
from petitions.ports.messages import RawPublisher
from petitions.ports.world import Clock, SecretKeys
from petitions.usecases.zalo.quarantine import Quarantine

SCHEMA = "1"
MOST_BRACKETS = 4096
"""The most brackets in a body. No event has so many, even if all 2,000 characters of its text are brackets."""
_PARSING = threading.Lock()
MAX_BODY_BYTES = zalo.MAX_BODY_BYTES


@dataclass(frozen=True)
class WebhookAnswer:
    """The response to Zalo, and the reason under which the request is counted."""

    status: HTTPStatus
    reason: str


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@dataclass(frozen=True)
class Post:
    """A POST to the webhook. Its body has not been read yet."""

    read: Callable[[], bytes]
    """Reads the body, up to one byte more than is allowed. Raises Rejected if it does not arrive in time."""
    length: int | None
    """The number of bytes that the header announces, or None."""
    signature: str
    caller: str
    """The IP address of the sender."""


@dataclass(frozen=True)
class ReceiveEvent:
    """Handles the webhook's requests for one app and one Official Account."""

    app_id: str
    oa_id: str
    keys: SecretKeys
    id_key: bytes
    publisher: RawPublisher
    clock: Clock
    max_age: timedelta
    """The age above which an event is published as a dead letter."""
    quarantine: Quarantine

    def __call__(self, post: Post, *traces: str | None) -> WebhookAnswer:
        """Handle a POST and return the answer. `traces` are the arguments of `telemetry.read_trace`.

        A request with an impossible signature or length is dropped without reading its body.
        """
        with telemetry.within(telemetry.read_trace(*traces)):
            if not zalo.is_mac(post.signature):
                return self._drop("forged" if post.signature else "unsigned")
            if (post.length or 0) > zalo.MAX_BODY_BYTES:
                return self._drop("too_large")
            try:
                body = post.read()
            except Rejected as error:
                self._drop(error.reason)
                return WebhookAnswer(HTTPStatus.REQUEST_TIMEOUT, error.reason)
            if len(body) > zalo.MAX_BODY_BYTES:
                return self._drop("too_large")
            return self._take(body, post)

    def _take(self, body: bytes, post: Post) -> WebhookAnswer:
        if self.app_id.encode() not in body:  # found in microseconds, while parsing 64 KiB of JSON takes milliseconds
            return self._drop("wrong_app")
        event = self._parse(body)
        if event is None:
            return self._drop("malformed")
        if event.app_id != self.app_id or not event.is_ours:
            return self._drop("wrong_oa" if event.app_id == self.app_id else "wrong_app")
        now = self.clock.now()
        if UpTo(now + zalo.MAX_AHEAD).is_over(event.at):
            return self._drop("from_the_future")
        old = event.at in Until(now - self.max_age)
        if not self._is_signed(body, event.stamp, post.signature):
            return self._drop("forged") if old else self._suspect(event, body, post)
        self.quarantine.signed(post.caller)
        if event.event_name == zalo.DEPLOY_PROBE or event.is_chat_receipt:
            return self._count(event)
        if old:
            return self._store("dead-letters", event, body, reason="too_old", consumer="zalo_webhook")
        return self._store(event.topic, event, body)

    def _parse(self, body: bytes) -> zalo.Envelope | None:
        """Return the parsed event, or None if the body is not an event from Zalo.

        A parsed body can take twenty times its size, so only one is parsed at a time. Zalo never sends a body with many
        brackets. These are counted first, which takes microseconds.
        """
        if body.count(b"[") + body.count(b"{") > MOST_BRACKETS:
            return None
        with _PARSING:
            try:
                return zalo.envelope(json.loads(body), self.oa_id)
            except (ValueError, RecursionError):
                return None

    def _is_signed(self, body: bytes, timestamp: str, signature: str) -> bool:
        known = self.keys.current()
        if zalo.is_signed(self.app_id, body, timestamp, known, signature):
            return True
        read = self.keys.again()
        return read != known and zalo.is_signed(self.app_id, body, timestamp, read, signature)

    def _suspect(self, event: zalo.Envelope, body: bytes, post: Post) -> WebhookAnswer:
        """Handle an event with a wrong signature: a forgery, or an event signed with a new key that is not known yet.

        It waits in the topic for quarantine, unread, until `make rotate-key` has a key to check it.
        """
        kept = event.event_name != zalo.DEPLOY_PROBE and self.quarantine.take(post.caller)
        if kept and self._store(zalo.QUARANTINE, event, body, signature=post.signature).status != HTTPStatus.OK:
            return WebhookAnswer(HTTPStatus.SERVICE_UNAVAILABLE, "not_stored")
        return self._drop("forged", quarantined=kept)

    def _store(self, topic: str, event: zalo.Envelope, body: bytes, **more: str) -> WebhookAnswer:
        name, user = _whole(event.event_name[:100]), event.user
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

    @staticmethod
    def _count(event: zalo.Envelope) -> WebhookAnswer:
        if event.is_chat_receipt:
            telemetry.count("receipt", event_name=event.event_name)
            return WebhookAnswer(HTTPStatus.OK, "receipt")
        telemetry.count("webhook_probe")
        return WebhookAnswer(HTTPStatus.OK, "probe")

    def _drop(self, reason: str, *, quarantined: bool = False) -> WebhookAnswer:
        severity = "WARNING" if reason in {"forged", "wrong_app", "wrong_oa"} else "INFO"
        telemetry.log(severity, "event dropped", metric="webhook_dropped", reason=reason, quarantined=quarantined)
        return WebhookAnswer(HTTPStatus.OK, reason)
