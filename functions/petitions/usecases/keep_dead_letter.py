"""Dead letters become documents: `dead_letters/{consumer:message id}`, to be listed, erased and replayed there."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from petitions import telemetry
from petitions.ports import Clock, Store

SCHEMA = 1
_SOURCE = "CloudPubSubDeadLetterSource"


@dataclass(frozen=True)
class DeadLetter:
    """What lies in the topic `dead-letters`: put there by an entry point (with a reason) or by Pub/Sub itself."""

    message_id: str
    data: bytes
    attributes: Mapping[str, str]
    key: str


@dataclass(frozen=True)
class KeepDeadLetter:
    """The use case of `relay`."""

    store: Store
    clock: Clock

    def __call__(self, letter: DeadLetter) -> str:
        """Keep it; a second delivery changes nothing. Returns the document's id."""
        fields = _from_entry(letter) if "message_id" in letter.attributes else _from_pubsub(letter)
        identity = f"{fields['consumer']}:{fields['message_id']}"
        fields |= {"schema": SCHEMA, "kept_at": self.clock.now(), "attributes": dict(letter.attributes)}
        if self.store.create(f"dead_letters/{identity}", fields):
            telemetry.log("ERROR", "dead letter kept", metric="dead_letter_kept", consumer=fields["consumer"])
        return identity


def _from_entry(letter: DeadLetter) -> dict[str, Any]:
    """`entry` wraps the payload, so that it survives whatever it is."""
    payload, key, attempts = letter.data, letter.key, 1
    try:
        wrapped = json.loads(letter.data)
        payload = base64.b64decode(wrapped["data"], validate=True)
        key, attempts = str(wrapped["key"]), int(wrapped["attempts"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        telemetry.log("WARNING", "dead letter kept as it came")
    return {
        "consumer": letter.attributes.get("consumer", "unknown"),
        "message_id": letter.attributes["message_id"],
        "reason": letter.attributes.get("reason", "unknown"),
        "payload": payload,
        "key": key,
        "attempts": attempts,
    }


def _from_pubsub(letter: DeadLetter) -> dict[str, Any]:
    """Pub/Sub says where the message comes from; the webhook (too old an event) says its own name and reason."""
    attributes = letter.attributes
    attempts = attributes.get(f"{_SOURCE}DeliveryCount", "1")
    return {
        "consumer": attributes.get(f"{_SOURCE}Subscription") or attributes.get("consumer", "unknown"),
        "message_id": letter.message_id,
        "reason": attributes.get("reason", "attempts_exhausted"),
        "payload": letter.data,
        "key": letter.key,
        "attempts": int(attempts) if attempts.isdigit() else 1,
    }
