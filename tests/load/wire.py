"""HTTP for measurements on one event loop: a fake Pub/Sub with a delay, and clients that need little processor time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n" + b'{"messageIds":["1"]}'


async def _read_message(reader: asyncio.StreamReader) -> bytes:
    """Read an HTTP message with a Content-Length. Return its first line, or b"" at the end of the stream."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    await reader.readexactly(length)
    return head.partition(b"\r\n")[0]


def request(method: str, body: bytes = b"", headers: dict[str, str] | None = None, path: str = "/") -> bytes:
    """Return the bytes of a request that keeps the connection open."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class Wire:
    """An event loop in a thread, with the fake Pub/Sub on it. `delay` may change between measurements."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.published = 0
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.port = self.run(self._listen())
        self.url = f"http://127.0.0.1:{self.port}"

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _listen(self) -> int:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=256)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await _read_message(reader):
            if self.delay:
                await asyncio.sleep(self.delay)
            self.published += 1
            writer.write(_ANSWER)
        writer.close()

    def until_answered(self, port: int, sent: bytes, patience: float = 20.0) -> None:
        """Repeat the request until the response is 200. Raise TimeoutError after `patience` seconds."""
        self.run(self._until_answered(port, sent, time.monotonic() + patience))

    async def _until_answered(self, port: int, sent: bytes, deadline: float) -> None:
        while time.monotonic() < deadline:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.001)
                continue
            writer.write(sent)
            line = await _read_message(reader)
            writer.close()
            if b" 200 " in line:
                return
        raise TimeoutError("nobody answered 200")

    def load(self, port: int, sent: bytes, *, clients: int, seconds: float = 0.0, most: int = 0) -> Load:
        """Send requests on `clients` connections without pause, for `seconds`, or `most` requests per connection."""
        return self.run(self._load(port, sent, clients, seconds, most))

    async def _load(self, port: int, sent: bytes, clients: int, seconds: float, most: int) -> Load:
        load = Load()
        streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(clients)]
        began = time.perf_counter()
        end = began + seconds if seconds else float("inf")

        async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            done = 0
            while time.perf_counter() < end and (not most or done < most):
                started = time.perf_counter()
                writer.write(sent)
                line = await _read_message(reader)
                load.times.append(time.perf_counter() - started)
                load.errors += b" 200 " not in line
                done += 1
                if not line:
                    return
            writer.close()

        await asyncio.gather(*(client(*stream) for stream in streams))
        load.seconds = time.perf_counter() - began
        return load

    def at_rate(self, port: int, sent: Sequence[bytes], a_second: float, *, connections: int) -> Load:
        """Send the given requests at an even pace, whether the former ones are answered or not.

        The time of a request counts from the moment at which it was due, so that waiting for a connection is included.
        """
        return self.run(self._at_rate(port, sent, a_second, connections))

    async def _at_rate(self, port: int, sent: Sequence[bytes], a_second: float, connections: int) -> Load:
        load, free = Load(), asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]()
        for _ in range(connections):
            free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
        began = time.perf_counter()

        async def one(due: float, body: bytes) -> None:
            stream = await free.get()
            line = await self._asked(stream, body)
            if not line:  # the server has closed an idle connection
                stream = await asyncio.open_connection("127.0.0.1", port)
                line = await self._asked(stream, body)
            free.put_nowait(stream)
            load.times.append(time.perf_counter() - due)
            load.errors += b" 200 " not in line

        async with asyncio.TaskGroup() as group:
            for number, body in enumerate(sent):
                due = began + number / a_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(one(due, body))
        load.seconds = time.perf_counter() - began
        return load

    @staticmethod
    async def _asked(stream: tuple[asyncio.StreamReader, asyncio.StreamWriter], body: bytes) -> bytes:
        try:
            stream[1].write(body)
            return await _read_message(stream[0])
        except ConnectionError:
            return b""


class Load:
    """The responses to many requests: their times in seconds, and the number of errors."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.errors = 0
        self.seconds = 0.0

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds
