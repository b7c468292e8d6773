"""Interfaces for publishing messages to Pub/Sub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from petitions.ports.store import Fields


@dataclass(frozen=True)
class Message:
    """A message to publish. `data` has ids and numbers, and no personal data except in Zalo's raw events."""

    topic: str
    data: Fields
    key: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


class Publisher(Protocol):
    """A publisher of messages to Pub/Sub."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish all messages, in order within a key, and wait for confirmation. Raise Retryable on failure."""
        ...


class RawPublisher(Protocol):
    """The webhook's publisher, which publishes bytes unchanged."""

    def publish(self, topic: str, body: bytes, attributes: Mapping[str, str], key: str) -> None:
        """Publish one message and wait for Pub/Sub's confirmation. Raise Retryable on failure."""
        ...
