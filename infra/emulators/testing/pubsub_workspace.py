"""The resources of one test: a topic, subscriptions and the official clients for them."""

from __future__ import annotations

import secrets
from typing import Any

from infra.emulators.testing.pubsub_server import PubsubServer

PROJECT = "test-project"


class Workspace:
    """One test's topic, names for its other resources, and official clients."""

    def __init__(self, server: PubsubServer) -> None:
        self.server = server
        self.publisher, self.subscriber = server.publisher(), server.subscriber()
        self.tag = secrets.token_hex(4)
        self.topic = self.make_topic("topic")

    def name(self, kind: str, short: str) -> str:
        return f"projects/{PROJECT}/{kind}/{short}-{self.tag}"

    def make_topic(self, short: str, **fields: Any) -> str:
        name = self.name("topics", short)
        self.publisher.create_topic(request={"name": name, **fields})
        return name

    def make_subscription(self, short: str = "sub", topic: str | None = None, **fields: Any) -> str:
        name = self.name("subscriptions", short)
        self.subscriber.create_subscription(request={"name": name, "topic": topic or self.topic, **fields})
        return name

    def publish(self, *numbers: object, key: str = "", topic: str | None = None) -> list[str]:
        """Publish one message per number in one REST call, with the number in the attribute `n`.

        Return the message ids.
        """
        messages = [{"attributes": {"n": str(number)}, "orderingKey": key} for number in numbers]
        status, answer = self.server.rest("POST", f"/v1/{topic or self.topic}:publish", {"messages": messages})
        assert status == 200, answer
        return list(answer["messageIds"])

    def pull(self, subscription: str, most: int = 100, *, wait: bool = True) -> list[Any]:
        request = {"subscription": subscription, "max_messages": most, "return_immediately": not wait}
        return list(self.subscriber.pull(request=request).received_messages)

    def pull_numbers(self, subscription: str, *, wait: bool = True) -> list[str]:
        """Pull and acknowledge messages, and return their attributes `n`."""
        received = self.pull(subscription, wait=wait)
        if received:
            self.ack(subscription, received)
        return [one.message.attributes["n"] for one in received]

    def ack(self, subscription: str, received: list[Any]) -> None:
        self.subscriber.acknowledge(subscription=subscription, ack_ids=[one.ack_id for one in received])

    def deadline(self, subscription: str, received: list[Any], seconds: int) -> None:
        request = {"subscription": subscription, "ack_ids": [one.ack_id for one in received]}
        self.subscriber.modify_ack_deadline(request={**request, "ack_deadline_seconds": seconds})

    def close(self) -> None:
        self.publisher.stop()
        self.publisher.transport.close()
        self.subscriber.close()
