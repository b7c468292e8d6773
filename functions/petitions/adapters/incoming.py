"""Reads HTTP requests: the address of the client, and the body within a time limit. Standard library only.

gunicorn waits without limit for a body, both before the response and when it discards the unread rest afterwards. A
client that sends half a request, or a byte now and then, would occupy a thread for ever.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from itertools import count
from typing import Any

from petitions.errors import Rejected

LOOK_EVERY = 0.1
"""Seconds between two searches for bodies that have not arrived in time."""

HELD = 1 << 16
"""The bytes of a request that the kernel may buffer. It doubles the number for its own bookkeeping."""

PAUSE = 0.2
"""The seconds to wait for the next data of an unread body, which often come in a later packet than the headers."""

_PIECE = 8192  # 64 KiB in eight, so that the ninth finds nothing more
_SOCKET = "gunicorn.socket"


class TooSlow(Rejected):
    """Raised if a request body did not arrive in time or ended early."""

    reason = "too_slow"


def caller(environ: Mapping[str, Any], proxies: int) -> str:
    """Return the address of the client of a WSGI request.

    Every proxy appends to X-Forwarded-For the address that it was called from, and Google's load balancer then appends
    its own (PLATFORM 7.2). `proxies` is the number of entries after the client's. Entries before the client's can be
    forged. A request with fewer entries came past the proxies, so the client is the peer of the connection.
    """
    entries = [item.strip() for item in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    found = entries[-1 - proxies] if len(entries) > proxies else ""
    return found or str(environ.get("REMOTE_ADDR", ""))


class Incoming:
    """Time limits for the bodies of all requests in one process.

    A body may take `seconds`, plus one second per `pace` bytes of its length. `proxies` is explained at `caller`.
    """

    def __init__(self, proxies: int, seconds: float, pace: float = math.inf) -> None:
        self._proxies = proxies
        self._seconds = seconds
        self._pace = pace
        self._lock = threading.Lock()
        self._numbers = count()
        self._late_at: dict[int, tuple[float, socket.socket]] = {}
        self._watching = False

    def caller(self, environ: Mapping[str, Any]) -> str:
        return caller(environ, self._proxies)

    def body(self, environ: dict[str, Any], most: int) -> bytes:
        """Return the body of a WSGI request, at most `most` bytes. Raise TooSlow if it does not arrive in time."""
        length = self.length(environ)
        wanted = most if length is None else min(length, most)
        try:
            with self._in_time(environ, self._seconds):
                body: bytes = environ["wsgi.input"].read(wanted)
        except Exception as error:  # whatever the server makes of a connection that ends within the body
            raise TooSlow("the body did not come") from error
        if length is not None and len(body) < wanted:
            raise TooSlow("the body did not come in time")
        if wanted == length:
            _drop_body(environ)
        return body

    @contextmanager
    def handled(self, environ: dict[str, Any]) -> Iterator[None]:
        """Handle a request in this context, with a time limit for reading its body.

        After the limit, reading ends as if the client had closed the connection. Unread bytes are discarded at the end.
        """
        try:
            with self._in_time(environ, self._seconds + (self.length(environ) or 0) / self._pace):
                yield
        finally:
            self.leave(environ)

    @contextmanager
    def _in_time(self, environ: Mapping[str, Any], seconds: float) -> Iterator[None]:
        found, length = environ.get(_SOCKET), self.length(environ)
        if found is None or length == 0:
            yield
            return
        if length is None or length > HELD:
            # gunicorn takes up to a mebibyte of a body at once, as much as the kernel holds.
            found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, HELD)
        with self._lock:
            number = next(self._numbers)
            self._late_at[number] = time.monotonic() + seconds, found
            if not self._watching:  # here and not before: a thread does not outlive the server's fork
                self._watching = True
                threading.Thread(target=self._watch, name="late bodies", daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._late_at.pop(number, None)

    @staticmethod
    def length(environ: Mapping[str, Any]) -> int | None:
        """Return the length of a request body in bytes, or None if it is sent in chunks of unknown total."""
        if environ.get("HTTP_TRANSFER_ENCODING"):
            return None
        announced = str(environ.get("CONTENT_LENGTH") or "0")
        return int(announced) if announced.isascii() and announced.isdecimal() else 0

    def leave(self, environ: dict[str, Any]) -> None:
        """Discard the unread rest of a body, so that the connection can be used again.

        If the rest pauses, or is longer than 64 KiB, the connection is closed instead.
        """
        stream, found = environ["wsgi.input"], environ.get(_SOCKET)
        if found is not None and _is_last(environ):
            # If gunicorn closed it, its only loop would wait 2 s for more bytes from a client that does not hang up.
            _end_reading(found)
        if self.length(environ) == 0:
            return
        if found is None:
            _drop_body(environ)
            return
        found.settimeout(PAUSE)
        try:
            with self._in_time(environ, self._seconds):
                if not all(stream.read(_PIECE) for _ in range(9)):
                    return
        except Exception:  # noqa: BLE001, S110 - it paused, or it is no body
            pass
        finally:
            found.settimeout(None)
            _drop_body(environ)
        _end_reading(found)

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_EVERY)
            now = time.monotonic()
            with self._lock:
                for number, (late_at, found) in list(self._late_at.items()):
                    if late_at <= now:
                        del self._late_at[number]
                        _end_reading(found)


def _is_last(environ: Mapping[str, Any]) -> bool:
    connection = str(environ.get("HTTP_CONNECTION", "")).lower()
    return connection == "close" or (environ.get("SERVER_PROTOCOL") == "HTTP/1.0" and connection != "keep-alive")


def _drop_body(environ: dict[str, Any]) -> None:
    """Remove the body from the request, because the framework would otherwise read all of it after the response."""
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(), "0"
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def _end_reading(found: socket.socket) -> None:
    with suppress(OSError):
        found.shutdown(socket.SHUT_RD)
