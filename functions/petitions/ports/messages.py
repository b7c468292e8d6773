"""Pub/Sub as use cases need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from petitions.ports.store import Fields


@dataclass(frozen=True)
class Message:
    """A message to publish: ids and numbers in `data`, never personal data (Zalo's raw events excepted)."""

    topic: str
    data: Fields
    key: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


class Publisher(Protocol):
    """Pub/Sub."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish all, in order within a key; returns when Pub/Sub has confirmed. Raises Retryable."""
        ...


class RawPublisher(Protocol):
    """Pub/Sub for the webhook: bytes as they came."""

    def publish(self, topic: str, body: bytes, attributes: Mapping[str, str], key: str) -> None:
        """Publish one message; returns when Pub/Sub has confirmed. Raises Retryable."""
        ...
