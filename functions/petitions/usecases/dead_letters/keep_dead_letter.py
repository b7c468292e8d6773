"""Storage of dead letters as documents `dead_letters/{consumer:message id}`, to be listed, erased and replayed."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions import telemetry
from petitions.domain.citizen.citizen import citizen_path
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.identity import pseudonym
from petitions.domain.shared.retention import LETTERS_KEPT_FOR
from petitions.domain.zalo.zalo_webhook import timestamp_of, user_of
from petitions.ports.store import Store, Transaction
from petitions.ports.world import Clock

SCHEMA = 1
_HMAC = re.compile(r"[0-9a-f]{32}")
_SOURCE = "CloudPubSubDeadLetterSource"


@dataclass(frozen=True)
class DeadLetter:
    """A message that could not be handled, put into the topic `dead-letters` by an entry point or by Pub/Sub."""

    message_id: str
    data: bytes
    attributes: Mapping[str, str]
    key: str


@dataclass(frozen=True)
class KeepDeadLetter:
    """Stores dead letters in the database, for the function `relay`."""

    store: Store
    clock: Clock
    id_key: bytes

    def __call__(self, letter: DeadLetter) -> str:
        """Store the dead letter and return the document's id. A second delivery changes nothing.

        If its content came from a citizen, the document has their pseudonym (HMAC), so that erasing the citizen's data
        finds it. Content sent before the citizen's data were erased is not stored. The database deletes expired
        documents.
        """
        fields = _from_entry(letter) if "message_id" in letter.attributes else _from_pubsub(letter)
        identity = f"{fields['consumer']}:{fields['message_id']}"
        path, (who, sent_at) = f"dead_letters/{identity}", self._whose(fields)
        now = self.clock.now()
        fields |= {"schema": SCHEMA, "kept_at": now, "attributes": dict(letter.attributes)}
        fields |= {"expires_at": now + LETTERS_KEPT_FOR}
        fields |= {"citizen": who} if who else {}

        def keep(tx: Transaction) -> str:
            found = tx.get_all([path, *([citizen_path(who)] if who else [])])
            erased_at = (found[-1] or {}).get("erased_at") if who else None
            if found[0] is not None:
                return "seen"
            if erased_at and sent_at and sent_at in UpTo(erased_at):
                return "erased"
            tx.create(path, fields)
            return "kept"

        end = self.store.transact(keep)
        severity, metric = ("ERROR", "dead_letter_kept") if end == "kept" else ("INFO", "dead_letter_dropped")
        telemetry.log(severity, f"dead letter {end}", metric=metric, consumer=fields["consumer"])
        return identity

    def _whose(self, fields: Mapping[str, Any]) -> tuple[str | None, datetime | None]:
        key = fields["key"] if _HMAC.fullmatch(fields["key"]) else None
        try:
            event = json.loads(fields["payload"])
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict):
            return key, None
        if key is not None and "page" in event:  # sent from a citizen's page, published under their pseudonym
            return key, _instant(event.get("at"))
        user, stamp = user_of(event), timestamp_of(event)
        who = pseudonym(self.id_key, user.encode("utf-8", "replace").decode()) if user else key
        return who, stamp[1] if stamp else None


def _instant(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def _from_entry(letter: DeadLetter) -> dict[str, Any]:
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
