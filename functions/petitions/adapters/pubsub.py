"""Publishes to Pub/Sub over gRPC, without the batching of the official client, which would delay messages."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from itertools import groupby

from google.api_core import exceptions as google_errors
from google.pubsub_v1 import PublishRequest, PublishResponse
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

from petitions.adapters.wire.calls import Method, metadata_of, open_channel, retry_on
from petitions.errors import Retryable
from petitions.ports.messages import Message

CALL_SECONDS = 5.0
_AGAIN = retry_on(
    google_errors.Aborted,
    google_errors.Cancelled,
    google_errors.DeadlineExceeded,
    google_errors.InternalServerError,
    google_errors.ResourceExhausted,
    google_errors.ServiceUnavailable,
    google_errors.Unknown,
    multiplier=4.0,
)


def _line(message: Message) -> tuple[str, str]:
    return message.topic, message.key


class PubsubPublisher:
    """Publishes messages to the topics of a project. Implements `ports.Publisher`.

    `host` is the endpoint of a region. Messages with the same key arrive in order only if they are published in one
    region.
    """

    def __init__(self, project: str, host: str) -> None:
        self._topics = f"projects/{project}/topics"
        self._channel = open_channel(PublisherGrpcTransport, host, os.environ.get("PUBSUB_EMULATOR_HOST"))
        self._methods: dict[str, Method] = {}

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish all messages and wait until Pub/Sub has confirmed them. Raise Retryable if a call fails.

        Messages with the same topic and key are published in the given order.
        """
        # Pub/Sub refuses a request with messages of different ordering keys (FailedPrecondition).
        for (topic, _), group in groupby(sorted(messages, key=_line), key=_line):
            publish = self._to(f"{self._topics}/{topic}")
            request = publish.request(topic=f"{self._topics}/{topic}")
            for message in group:
                request.messages.add(
                    data=json.dumps(dict(message.data), ensure_ascii=False).encode(),
                    attributes=message.attributes,
                    ordering_key=message.key,
                )
            try:
                publish(request, CALL_SECONDS)
            except (google_errors.GoogleAPICallError, google_errors.RetryError) as error:
                raise Retryable(f"Pub/Sub failed: {type(error).__name__}", reason="publish") from error

    def _to(self, topic: str) -> Method:
        """Return the call that publishes to a topic. Google routes calls by the topic in their metadata."""
        if topic not in self._methods:
            self._methods[topic] = Method(
                self._channel,
                "/google.pubsub.v1.Publisher/Publish",
                PublishRequest.pb(),
                PublishResponse.pb(),
                metadata=metadata_of("topic", topic),
                again=_AGAIN,
            )
        return self._methods[topic]
