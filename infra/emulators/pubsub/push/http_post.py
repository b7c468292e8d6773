"""An HTTP POST for pushes, which returns only the status code.

Common HTTP clients do not fit, because Pub/Sub treats the status 102 as a final answer. Every request has its own
connection: a reused one that the other side has just closed would count as a failed delivery and cost a pause.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import cache
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

import h11

_CHUNK = 65536


class PostError(Exception):
    """Raised if there is no response: the connection failed, or the server did not speak HTTP."""


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


async def post(url: str, headers: dict[str, str], body: bytes) -> int:
    """Post a body and return the status code of the response. It has no time-out of its own.

    Raise PostError if there is no response.
    """
    address = urlsplit(url)
    secure = address.scheme == "https"
    try:
        reader, writer = await asyncio.open_connection(
            address.hostname, address.port or (443 if secure else 80), ssl=_tls() if secure else None
        )
    except OSError as error:
        raise PostError(str(error)) from error
    try:
        return await _exchange(reader, writer, _head(address, headers, len(body)), body)
    except (OSError, h11.ProtocolError) as error:
        raise PostError(str(error)) from error
    finally:
        writer.transport.abort()


def _head(address: SplitResult, headers: dict[str, str], length: int) -> h11.Request:
    path = address.path or "/"
    fixed = {"Host": address.netloc.rpartition("@")[2], "Content-Length": str(length), "Connection": "close"}
    return h11.Request(
        method="POST",
        target=f"{path}?{address.query}" if address.query else path,
        headers=list((fixed | headers).items()),
    )


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: h11.Request, body: bytes) -> int:
    connection = h11.Connection(h11.CLIENT)
    for part in (head, h11.Data(data=body), h11.EndOfMessage()):
        writer.write(connection.send(part) or b"")
    await writer.drain()
    status = 0
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.InformationalResponse):
            if event.status_code == HTTPStatus.PROCESSING:
                return event.status_code
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.EndOfMessage):
            return status
        elif isinstance(event, h11.ConnectionClosed):
            raise PostError("the connection was closed without an answer")
