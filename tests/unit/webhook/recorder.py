"""A publisher that remembers what it was given."""

from __future__ import annotations

from collections.abc import Mapping

from petitions.errors import Retryable


class Recorder:
    """A RawPublisher that keeps what it is given."""

    def __init__(self) -> None:
        self.published: list[tuple[str, bytes, Mapping[str, str], str]] = []
        self.failing = False

    def publish(self, topic: str, body: bytes, attributes: Mapping[str, str], key: str) -> None:
        if self.failing:
            raise Retryable("down")
        self.published.append((topic, body, attributes, key))
