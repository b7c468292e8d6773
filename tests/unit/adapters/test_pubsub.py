"""Publishing: one request a topic and ordering key, which Pub/Sub demands."""

from __future__ import annotations

from typing import Any

import pytest

from petitions.adapters.pubsub import PubsubPublisher
from petitions.ports.messages import Message
from petitions.wiring import base


class Recorder:
    """The generated client, as far as it is used."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, list[str], list[bytes]]] = []

    def publish(self, *, topic: str, messages: list[Any], timeout: float) -> None:
        assert timeout > 0
        keys = [message.ordering_key for message in messages]
        self.requests.append((topic, keys, [message.data for message in messages]))


def test_a_request_has_one_key_and_keeps_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Recorder()
    monkeypatch.setattr("petitions.adapters.pubsub._client", lambda _: client)
    messages = [Message("notices", {"n": n}, key) for n, key in enumerate(["b", "a", "b", "a"])]
    PubsubPublisher("p", "").publish([*messages, Message("petition-events", {"n": 9}, "a")])
    assert client.requests == [
        ("projects/p/topics/notices", ["a", "a"], [b'{"n": 1}', b'{"n": 3}']),
        ("projects/p/topics/notices", ["b", "b"], [b'{"n": 0}', b'{"n": 2}']),
        ("projects/p/topics/petition-events", ["a"], [b'{"n": 9}']),
    ]


def test_it_publishes_in_the_region_that_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages of a key are in order only where they were published in one region: the webhook's."""
    made: list[str] = []
    monkeypatch.delenv("PUBSUB_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    monkeypatch.setenv("PUBSUB_URL", "https://asia-southeast1-pubsub.googleapis.com")
    monkeypatch.setattr(
        "petitions.adapters.pubsub.PublisherClient", lambda client_options: made.append(client_options.api_endpoint)
    )
    base.publisher.__wrapped__()  # type: ignore[attr-defined]  # not the one of this process
    assert made == ["asia-southeast1-pubsub.googleapis.com"]
