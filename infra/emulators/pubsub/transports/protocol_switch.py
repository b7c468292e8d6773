"""The public port: the first bytes of a connection select gRPC (HTTP/2) or REST."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


class _Pipe(asyncio.Protocol):
    """One of two connected protocols. Bytes received by either are sent by the other.

    Reading pauses at one end while the other end cannot send as fast.
    """

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.other: _Pipe | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.write(data)

    def eof_received(self) -> bool:
        if self.other is not None and self.other.transport is not None and self.other.transport.can_write_eof():
            self.other.transport.write_eof()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self.other is not None and self.other.transport is not None:
            self.other.transport.close()

    def pause_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.resume_reading()


class ProtocolSwitch(_Pipe):
    """A client's connection, which is handed over to gRPC or to the HTTP server.

    `http` creates the protocol for HTTP/1.1. gRPC listens on the local port `grpc_port`.
    """

    def __init__(self, http: Callable[[], asyncio.Protocol], grpc_port: int) -> None:
        super().__init__()
        self._http = http
        self._grpc_port = grpc_port
        self._head: bytes | None = b""
        self._opening: asyncio.Task[None] | None = None

    def data_received(self, data: bytes) -> None:
        if self._head is None:
            super().data_received(data)
            return
        self._head += data
        if not _PREFACE.startswith(self._head[: len(_PREFACE)]):
            self._become_http(self._head)
        elif len(self._head) >= len(_PREFACE) and self._opening is None and self.transport is not None:
            self.transport.pause_reading()
            self._opening = asyncio.create_task(self._connect())

    def _become_http(self, head: bytes) -> None:
        if self.transport is not None:
            protocol = self._http()
            self.transport.set_protocol(protocol)
            protocol.connection_made(self.transport)
            protocol.data_received(head)

    async def _connect(self) -> None:
        if self.transport is None or self._head is None:
            return
        inner = _Pipe()
        inner.other = self
        try:
            await asyncio.get_running_loop().create_connection(lambda: inner, "127.0.0.1", self._grpc_port)
        except OSError:
            self.transport.close()
            return
        self.other = inner
        head, self._head = self._head, None
        super().data_received(head)
        if self.transport.is_closing():
            self.connection_lost(None)
        else:
            self.transport.resume_reading()
