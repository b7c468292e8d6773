"""The operator's commands for dead letters and for changes from the portal that could not be applied."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from petitions.domain.lifecycle.states import Role
from petitions.domain.officers.audit import AuditEntry, audit_path
from petitions.domain.petition.codes import find_code
from petitions.domain.portal.portal_change import InboundChange, InboundState, inbound_path
from petitions.domain.portal.portal_differences import Difference
from petitions.domain.portal.portal_items import PortalChange
from petitions.domain.shared.instants import hanoi
from petitions.domain.shared.records import replace
from petitions.errors import Conflict, NotFound
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import Document, Query, Reader, Store, Transaction
from petitions.ports.world import Clock
from petitions.usecases.portal.pull_changes import stored_change
from petitions.usecases.shared.sweeping import every

STUCK = (InboundState.UNKNOWN, InboundState.FAILED, InboundState.CONFLICT)
_OURS = ("consumer", "message_id", "reason", "citizen")
_OF_PUBSUB = "CloudPubSub"
_ENDED = ("replayed_at", "dismissed_at")


@dataclass(frozen=True)
class ReplayDeadLetters:
    """Lists, shows, replays and dismisses dead letters."""

    store: Store
    publisher: Publisher
    clock: Clock
    topics: Mapping[str, str]
    """Maps each subscription to the topic that it reads."""

    def waiting(self) -> Iterator[Document]:
        """Yield the dead letters that were neither replayed nor dismissed, by id."""
        for document in every(self.store, "dead_letters"):
            if document.data.keys().isdisjoint(_ENDED):
                yield document

    def newest(self, most: int) -> list[dict[str, Any]]:
        """Return the newest dead letters, at most `most`, in the form that `shown` returns, with their ids."""
        documents = self.store.find(Query("dead_letters", order_by=("-kept_at",), limit=most))
        return [self._summary(document.data) | {"id": document.id} for document in documents]

    def summary(self, letter_id: str) -> dict[str, Any]:
        """Return a dead letter with the shape of its payload, without any text in it. Raise NotFound."""
        return self._summary(self._letter(letter_id))

    def _summary(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        shown = {name: fields.get(name) for name in ("consumer", "message_id", "reason", "attempts", "kept_at")}
        shown |= {"topic": self.topics.get(str(fields["consumer"])), **{name: fields.get(name) for name in _ENDED}}
        content = _json(fields["payload"])
        shape = "unreadable: not JSON" if content is None else _shape(content)
        return shown | {"payload": shape, "bytes": len(fields["payload"])}

    def replay(self, letter_id: str, note: Callable[[Transaction], None] = lambda _: None) -> str:
        """Publish the dead letter to its topic again, and return the topic.

        Consumers ignore messages that they have handled. `note` writes in the transaction that marks the dead letter as
        replayed. Raise NotFound or Conflict as `message` does.
        """
        message = self.message(letter_id)
        self.publisher.publish([message])
        now = self.clock.now()

        def mark(tx: Transaction) -> None:
            tx.update(f"dead_letters/{letter_id}", {"replayed_at": now})
            note(tx)

        self.store.transact(mark)
        return message.topic

    def message(self, letter_id: str) -> Message:
        """Return the message that `replay` would publish for the dead letter with this id.

        Raise NotFound if there is no such dead letter. Raise Conflict if it was replayed or dismissed, if its content
        is not a JSON object, or if it came from no subscription.
        """
        fields = self._open(self.store, letter_id)
        topic, payload = self.topics.get(str(fields["consumer"])), _json(fields["payload"])
        if topic is None:
            raise Conflict(f"{fields['consumer']} is no subscription, so there is no topic to send it to")
        if not isinstance(payload, dict):
            raise Conflict("its content is not a JSON object: no consumer can read it")
        attributes = {
            name: value
            for name, value in fields.get("attributes", {}).items()
            if name not in _OURS and not name.startswith(_OF_PUBSUB)
        }
        return Message(topic, payload, fields["key"], attributes)

    def dismiss(self, letter_id: str, by: str, reason: str, entry_id: str) -> None:
        """Dismiss a dead letter that no consumer can handle, so that it is no longer listed.

        It stays stored until it expires. `by` is the operator and `reason` their explanation, both stored in the audit
        log under `entry_id`. Raise NotFound, or Conflict if it was replayed or dismissed, or a consumer may still be
        able to handle it.
        """
        now = self.clock.now()

        def end(tx: Transaction) -> None:
            fields = self._open(tx, letter_id)
            if not self.is_hopeless(fields):
                raise Conflict("it may yet be handled: mend the cause and publish it again")
            tx.update(f"dead_letters/{letter_id}", {"dismissed_at": now})
            entry = AuditEntry(
                role=Role.SYSTEM,
                what="change",
                action="letter_dismissed",
                subject=letter_id,
                reason=f"{by}: {reason}",
                at=now,
            )
            tx.create(audit_path(entry_id), entry.stored())

        self.store.transact(end)

    def is_hopeless(self, fields: Mapping[str, Any]) -> bool:
        """Return whether no consumer can ever handle the dead letter with these fields."""
        is_readable = isinstance(_json(fields["payload"]), dict) and str(fields["consumer"]) in self.topics
        return not is_readable or fields["reason"] == "malformed"

    def _open(self, reader: Reader, letter_id: str) -> Mapping[str, Any]:
        fields = self._letter(letter_id, reader)
        for name in _ENDED:
            if name in fields:
                raise Conflict(f"{name.removesuffix('_at')} already, {hanoi(fields[name]):%d/%m/%Y %H:%M} (Hanoi)")
        return fields

    def _letter(self, letter_id: str, reader: Reader | None = None) -> Mapping[str, Any]:
        found = (reader or self.store).get(f"dead_letters/{letter_id}")
        if found is None:
            raise NotFound(f"there is no dead letter {letter_id}")
        return found


@dataclass(frozen=True)
class StuckChanges:
    """Lists and replays changes from the portal that could not be applied and need a person."""

    store: Store
    clock: Clock
    read: Callable[[Mapping[str, Any]], PortalChange]
    """Parses a raw change with the rules of today."""

    def waiting(self) -> Iterator[InboundChange]:
        """Yield the changes that are unknown, have failed, or conflict with a local change."""
        for state in STUCK:
            for document in every(self.store, "portal_inbound", (("state", "==", state),)):
                yield InboundChange.model_validate(document.data)

    def replay(self, document_id: str) -> InboundChange:
        """Parse the change again, store it for the next pull, and return it. Raise NotFound or Conflict."""
        found = self.store.get(inbound_path(document_id))
        if found is None:
            raise NotFound(f"there is no change {document_id}")
        before = InboundChange.model_validate(found)
        if before.state not in STUCK:
            raise Conflict(f"it is {before.state}")
        if not before.raw:
            raise Conflict("its raw content has been erased, so it cannot be read again")
        anew = stored_change(self.read(before.raw), self.clock.now())
        again = replace(anew, id=before.id, at=before.at, received_at=before.received_at, tries=before.tries + 1)
        self.store.update(before.path, again.stored())
        return again


def open_differences(store: Store) -> Iterator[Difference]:
    """Yield the open differences between local data and the portal's, which an officer must decide."""
    for document in every(store, "portal_differences", (("state", "==", "open"),)):
        yield Difference.model_validate(document.data)


def _json(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def _shape(value: Any) -> Any:
    """Return the shape of a JSON value: names and types, and no text except a petition's code.

    {"code": "HN-…", "text": "abc"} -> {"code": "HN-…", "text": "str(3)"}. Of a list, the first three items.
    """
    if isinstance(value, str) and find_code(value) == value:
        return value
    if isinstance(value, dict):
        return {name: _shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shape(item) for item in value[:3]]
    return f"{type(value).__name__}({len(value)})" if isinstance(value, str) else type(value).__name__
