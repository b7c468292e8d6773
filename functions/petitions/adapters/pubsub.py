"""Pub/Sub over the official client: one call for each topic and key, without the client's batching delay."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from itertools import groupby

import grpc
from google.api_core import exceptions as google_errors
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.pubsub_v1 import PublisherClient, PubsubMessage
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

from petitions.errors import Retryable
from petitions.ports.messages import Message

CALL_SECONDS = 5.0


def _client(host: str) -> PublisherClient:
    emulator = os.environ.get("PUBSUB_EMULATOR_HOST")
    if not emulator:
        return PublisherClient(client_options=ClientOptions(api_endpoint=host))
    channel = grpc.insecure_channel(emulator)
    return PublisherClient(transport=PublisherGrpcTransport(channel=channel, credentials=AnonymousCredentials()))


def _line(message: Message) -> tuple[str, str]:
    return message.topic, message.key


class PubsubPublisher:
    """`ports.Publisher` over the generated client, which publishes at once.

    The hand-written client waits to fill batches. `host` is the region's: messages of a key are in order only where
    they were published in one region.
    """

    def __init__(self, project: str, host: str) -> None:
        self._project = project
        self._client = _client(host)

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish all, in order within a key; return when Pub/Sub has confirmed them. Raise Retryable."""
        # Pub/Sub refuses a request whose messages have different ordering keys (FailedPrecondition).
        for (topic, _), group in groupby(sorted(messages, key=_line), key=_line):
            batch = [
                PubsubMessage(
                    data=json.dumps(dict(message.data), ensure_ascii=False).encode(),
                    attributes=dict(message.attributes),
                    ordering_key=message.key,
                )
                for message in group
            ]
            path = f"projects/{self._project}/topics/{topic}"
            try:
                self._client.publish(topic=path, messages=batch, timeout=CALL_SECONDS)
            except (google_errors.GoogleAPICallError, google_errors.RetryError) as error:
                raise Retryable(f"Pub/Sub failed: {type(error).__name__}", reason="publish") from error
