"""Exactly-once handling of events that are delivered at least once.

Every event has one inbox document, `inbox/{hash of consumer and key}`, written in the event's transaction. It also
holds the outgoing messages that the event caused. They are published right after the commit, and one more write marks
them as published. `relay` publishes those left behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from petitions import telemetry
from petitions.domain.shared.retention import HANDLED_EVENTS_KEPT_FOR
from petitions.errors import Retryable
from petitions.ports.messages import Message, Publisher
from petitions.ports.store import DELETE, Fields, Store, Transaction
from petitions.ports.world import Clock

SCHEMA = 1


class PublishFailed(Retryable):
    """Raised when the commit succeeded but its messages are not yet published."""

    is_new = False
    """Whether the failed call made the commit. False if an earlier call did."""


T = TypeVar("T")
Work = Callable[[Transaction], Sequence[Message]]
WorkWithResult = Callable[[Transaction], tuple[T, Sequence[Message]]]


def inbox_path(consumer: str, key: str) -> str:
    """Return the path of the inbox document for an event that the consumer handles."""
    return "inbox/" + hashlib.sha256(f"{consumer}\n{key}".encode()).hexdigest()[:40]


def _stored(message: Message) -> dict[str, Any]:
    return {
        "topic": message.topic,
        "data": dict(message.data),
        "key": message.key,
        "attributes": dict(message.attributes),
    }


def stored_messages(inbox: Fields) -> list[Message]:
    """Return the messages of an inbox document that are not published yet."""
    if "unpublished_since" not in inbox:
        return []
    return [Message(item["topic"], item["data"], item["key"], item["attributes"]) for item in inbox["messages"]]


def apply_once(
    store: Store,
    publisher: Publisher,
    clock: Clock,
    *,
    consumer: str,
    key: str,
    body: Work,
    reads: Sequence[str] = (),
    likely_new: bool = False,
) -> bool:
    """Run `body` for the event `key` unless it was handled before, then publish its messages. Return whether it ran.

    `reads` are paths that `body` will read, fetched in one call with the inbox document. For an event that is
    `likely_new`, the inbox document is created without being read first. It is read only if it exists or `body` fails.
    Then `body` may run for an event that was handled before, so it must have no effects but its writes and messages.

    Raise Retryable if publishing fails. The changes are committed, and the next delivery only publishes.
    """
    path = inbox_path(consumer, key)
    attempts = 0

    def handled() -> tuple[bool, list[Message]] | None:
        seen = store.get(path)
        return None if seen is None else (False, stored_messages(seen))

    def attempt(tx: Transaction) -> tuple[bool, list[Message]]:
        nonlocal attempts
        attempts += 1
        if not likely_new:
            seen = tx.get_all([path, *reads])[0]
            before = None if seen is None else (False, stored_messages(seen))
        else:
            before = handled() if attempts > 1 else None
            tx.get_all(reads if before is None else ())
        if before is not None:
            return before
        try:
            messages = [_traced(message) for message in body(tx)]
        except Exception:
            if not likely_new:
                raise
            # The event may have been handled before, and be impossible to handle twice.
            before = handled()
            if before is None:
                raise
            return before
        tx.create(path, _inbox(consumer, messages, clock.now()))
        return True, messages

    done, messages = store.transact(attempt)
    try:
        publish_and_mark(store, publisher, path, messages)
    except PublishFailed as error:
        error.is_new = done
        raise
    return done


def _traced(message: Message) -> Message:
    trace = telemetry.current_trace()
    if not trace:
        return message
    return Message(message.topic, message.data, message.key, {**message.attributes, telemetry.TRACEPARENT: trace})


def _inbox(consumer: str, messages: Sequence[Message], now: datetime) -> dict[str, Any]:
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "consumer": consumer,
        "handled_at": now,
        "expires_at": now + HANDLED_EVENTS_KEPT_FOR,
        "messages": [_stored(message) for message in messages],
    }
    if messages:
        document["unpublished_since"] = now
    return document


def publish_and_mark(store: Store, publisher: Publisher, path: str, messages: Sequence[Message]) -> None:
    """Publish the messages, then mark them. After a crash they may be published twice, which consumers tolerate.

    Raise PublishFailed if either fails. The changes committed before stay.
    """
    if messages:
        try:
            publisher.publish(messages)
            store.update(path, {"unpublished_since": DELETE})
        except Retryable as error:
            raise PublishFailed(str(error), reason=error.reason) from error


def commit(
    store: Store,
    publisher: Publisher,
    clock: Clock,
    *,
    producer: str,
    key: str,
    body: Work,
) -> bool:
    """Run `body` once per `key`, for a producer that handles no event, such as the desk or a job.

    The changes stay committed even if publishing fails: the relay publishes within two minutes, and the officer sees no
    error.

    An attempt with unknown outcome is repeated once. Nothing else would repeat the action, and if the officer did,
    their own change would look like somebody else's. Return whether this call is known to have made the commit.
    """
    once = partial(apply_once, store, publisher, clock, consumer=producer, key=key, body=body)
    try:
        try:
            return once()
        except PublishFailed:
            raise
        except Retryable:
            return once()
    except PublishFailed as error:
        telemetry.log("WARNING", "left to the relay", reason=error.reason, producer=producer)
        return error.is_new


def commit_result(
    store: Store,
    publisher: Publisher,
    clock: Clock,
    *,
    producer: str,
    key: str,
    body: WorkWithResult[T],
    done_before: Callable[[], T] | None = None,
) -> T:
    """Run `body` as `commit` does, and return its result, or that of `done_before` if the key was used before.

    A key that several callers may use needs `done_before`: two may run `body` at once, and only one result is stored.
    """
    results: list[T] = []

    def attempt(tx: Transaction) -> Sequence[Message]:
        results.clear()
        result, messages = body(tx)
        results.append(result)
        return messages

    if not commit(store, publisher, clock, producer=producer, key=key, body=attempt) and done_before:
        return done_before()
    if not results:
        raise RuntimeError("the key of this change was used before")
    return results[0]


def nudge(topic: str, key: str, data: Mapping[str, Any]) -> Message:
    """Return a message to publish that only identifies a changed document, from which consumers read the rest."""
    return Message(topic, {"schema": SCHEMA, **data}, key)
