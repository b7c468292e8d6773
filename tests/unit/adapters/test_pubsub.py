"""Pub/Sub requires one publish request for every topic and ordering key."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from google.pubsub_v1 import PublishRequest

from petitions.adapters.pubsub import PubsubPublisher
from petitions.ports.messages import Message
from petitions.wiring import base


class Recorder:
    """A gRPC channel that records its requests. `hosts` lists the hosts to which it was opened."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.requests: list[tuple[str, list[str], list[bytes]]] = []

    def unary_unary(self, name: str, serialized: Any, _read: Any) -> Any:
        assert name == "/google.pubsub.v1.Publisher/Publish"

        def call(request: Any, *, timeout: float, metadata: Any) -> None:
            assert timeout > 0
            sent = PublishRequest.deserialize(serialized(request))
            assert ("x-goog-request-params", f"topic={quote(sent.topic)}") in list(metadata), "Google routes by it"
            keys = [message.ordering_key for message in sent.messages]
            self.requests.append((sent.topic, keys, [message.data for message in sent.messages]))

        return call


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder()

    def opened(_transport: Any, host: str, _emulator: str | None) -> Recorder:
        made.hosts.append(host)
        return made

    monkeypatch.setattr("petitions.adapters.pubsub.open_channel", opened)
    return made


def test_a_request_has_one_key_and_keeps_the_order(channel: Recorder) -> None:
    messages = [Message("notices", {"n": n}, key) for n, key in enumerate(["b", "a", "b", "a"])]
    PubsubPublisher("p", "").publish([*messages, Message("petition-events", {"n": 9}, "a")])
    assert channel.requests == [
        ("projects/p/topics/notices", ["a", "a"], [b'{"n": 1}', b'{"n": 3}']),
        ("projects/p/topics/notices", ["b", "b"], [b'{"n": 0}', b'{"n": 2}']),
        ("projects/p/topics/petition-events", ["a"], [b'{"n": 9}']),
    ]


def test_it_publishes_in_the_region_that_orders(channel: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pub/Sub orders the messages of a key only if all are published in one region, here the webhook's."""
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    monkeypatch.setenv("PUBSUB_URL", "https://asia-southeast1-pubsub.googleapis.com")
    base.publisher.__wrapped__()  # type: ignore[attr-defined]  # not the one of this process
    assert channel.hosts == ["asia-southeast1-pubsub.googleapis.com"]
