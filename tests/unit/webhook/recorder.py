"""A publisher that records its messages, and a POST request as the webhook gets it."""

from __future__ import annotations

from collections.abc import Mapping

from petitions.errors import Retryable
from petitions.usecases.zalo.receive_event import Post

SENDER = "49.213.81.7"


def post(body: bytes, signature: str, caller: str = SENDER) -> Post:
    return Post(lambda: body, len(body), signature, caller)


class Recorder:
    def __init__(self) -> None:
        self.published: list[tuple[str, bytes, Mapping[str, str], str]] = []
        self.failing = False

    def publish(self, topic: str, body: bytes, attributes: Mapping[str, str], key: str) -> None:
        if self.failing:
            raise Retryable("down")
        self.published.append((topic, body, attributes, key))
