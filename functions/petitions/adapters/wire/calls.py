"""Calls of Google's services by gRPC with plain protobuf messages. Errors and retries are the official clients'."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc
from google.api_core import exceptions as google_errors
from google.api_core.gapic_v1.client_info import ClientInfo
from google.api_core.gapic_v1.routing_header import to_grpc_metadata
from google.api_core.retry import Retry, if_exception_type

Metadata = Sequence[tuple[str, str]]

_OPTIONS = (
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    # Without this, every streamed answer, even of one document, starts a thread: more than half of a read's cost.
    (grpc.experimental.ChannelOptions.SingleThreadedUnaryStream, 1),
)


def open_channel(transport: Any, host: str, emulator: str | None) -> Any:
    """Return a gRPC channel to the host, with the credentials of the process.

    With the address of an `emulator`, connect to it, without credentials. `transport` is the service's class in the
    official client.
    """
    return (
        grpc.insecure_channel(emulator, options=_OPTIONS)
        if emulator
        else transport.create_channel(host, options=_OPTIONS)
    )


def metadata_of(routed_by: str, resource: str) -> list[tuple[str, str]]:
    """Return the metadata that the official clients send with a call.

    Google routes the call by the name of a resource: `metadata_of("database", "projects/p/databases/d")`.
    """
    return [to_grpc_metadata(((routed_by, resource),)), ClientInfo().to_grpc_metadata()]


def retry_on(*errors: type[google_errors.GoogleAPICallError], multiplier: float = 1.3) -> Retry:
    """Return the official clients' retry on these errors: with growing pauses, for at most a minute."""
    return Retry(if_exception_type(*errors), initial=0.1, maximum=60.0, multiplier=multiplier, timeout=60.0)


class Method:
    """One method of a Google service. Call it with a request message, which `request` builds.

    A method that streams returns a list of all its messages. If the stream breaks, the call is repeated from the start.
    """

    def __init__(
        self,
        channel: Any,
        name: str,
        request: Any,
        answer: Any,
        *,
        metadata: Metadata,
        again: Retry,
        streams: bool = False,
    ) -> None:
        """`name` is the full name of the method, `request` and `answer` are the classes of its messages."""
        call = channel.unary_stream if streams else channel.unary_unary
        self.request = request
        self._call = call(name, request.SerializeToString, answer.FromString)
        self._metadata, self._streams = metadata, streams
        self._ask = again(self._once)

    def __call__(self, request: Any, seconds: float) -> Any:
        """Return the response, or the list of responses of a stream. A try may take this many `seconds`.

        Raise google.api_core's GoogleAPICallError or RetryError.
        """
        return self._ask(request, seconds)

    def _once(self, request: Any, seconds: float) -> Any:
        try:
            answer = self._call(request, timeout=seconds, metadata=self._metadata)
            return list(answer) if self._streams else answer
        except grpc.RpcError as error:
            raise google_errors.from_grpc_error(error) from error
