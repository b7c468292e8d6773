from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, NoReturn

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2

from infra.emulators.pubsub.broker.broker import Broker
from infra.emulators.pubsub.rpcs.rpc_table import RPCS, call
from infra.emulators.pubsub.rpcs.streaming_pull import Stream
from infra.emulators.pubsub.wire.errors import Code, PubsubError
from infra.emulators.pubsub.wire.messages import StreamingPullRequest

_PACKAGE = "google.pubsub.v1"
_MAX_BYTES = 24 * 1024 * 1024
_log = logging.getLogger(__name__)


def _details(error: PubsubError) -> bytes:
    """Return the serialised `google.rpc.Status` of an error, with the cause per ack id for exactly-once clients."""
    status = status_pb2.Status(code=error.code.number, message=error.message)
    packed = any_pb2.Any()
    packed.Pack(error_details_pb2.ErrorInfo(reason="ACK_ID", domain="pubsub.googleapis.com", metadata=error.reasons))
    status.details.append(packed)
    return bytes(status.SerializeToString())


async def _abort(context: Any, error: PubsubError) -> NoReturn:
    trailing = (("grpc-status-details-bin", _details(error)),) if error.reasons else ()
    await context.abort(getattr(grpc.StatusCode, error.code.name), error.message, trailing)
    raise AssertionError("abort does not return")


def _unary(broker: Broker, name: str) -> Callable[[Any, Any], Awaitable[Any]]:
    async def handle(request: Any, context: Any) -> Any:
        try:
            return await call(broker, name, request)
        except PubsubError as error:
            await _abort(context, error)
        except Exception:  # noqa: BLE001 - the call must be answered, and the log holds the error
            _log.exception("%s failed", name)
            await _abort(context, PubsubError(Code.INTERNAL, "The emulator failed; its log says how."))

    return handle


def _streaming_pull(broker: Broker) -> Callable[[AsyncIterator[Any], Any], AsyncIterator[Any]]:
    async def handle(requests: AsyncIterator[Any], context: Any) -> AsyncIterator[Any]:
        try:
            async for first in requests:
                await broker.faults.before("StreamingPull", first.subscription)
                async with aclosing(Stream(broker, first).responses(requests)) as responses:
                    async for response in responses:
                        await broker.faults.before("StreamingPull", first.subscription, response=True)
                        yield response
                return
        except PubsubError as error:
            await _abort(context, error)

    return handle


class _Unimplemented(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc has no types
    def service(self, handler_call_details: Any) -> Any:
        message = f"This emulator does not have {handler_call_details.method}."

        async def refuse(_requests: AsyncIterator[bytes], context: Any) -> AsyncIterator[bytes]:
            await _abort(context, PubsubError(Code.UNIMPLEMENTED, message))
            yield b""

        return grpc.stream_stream_rpc_method_handler(refuse)


def build(broker: Broker) -> Any:
    """Return a grpc.aio server for a broker's RPCs, still without a port."""
    server = grpc.aio.server(
        options=(("grpc.max_receive_message_length", _MAX_BYTES), ("grpc.max_send_message_length", _MAX_BYTES))
    )
    services: dict[str, dict[str, Any]] = {"Publisher": {}, "Subscriber": {}}
    for name, one in RPCS.items():
        services[one.service][name] = grpc.unary_unary_rpc_method_handler(
            _unary(broker, name), one.request.FromString, lambda response: response.SerializeToString()
        )
    services["Subscriber"]["StreamingPull"] = grpc.stream_stream_rpc_method_handler(
        _streaming_pull(broker), StreamingPullRequest.FromString, lambda response: response.SerializeToString()
    )
    server.add_generic_rpc_handlers(
        tuple(
            grpc.method_handlers_generic_handler(f"{_PACKAGE}.{service}", handlers)
            for service, handlers in services.items()
        )
    )
    server.add_generic_rpc_handlers((_Unimplemented(),))
    return server
