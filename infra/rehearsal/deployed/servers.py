"""A small HTTP server on a free port, which calls a function for every request."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Request:
    """A request, with the names of headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """A response. The name of a header may occur twice."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


Answering = Callable[[Request], Reply]


def served(answering: Answering) -> ThreadingHTTPServer:
    """Start a server in a thread of its own, which calls this function for every request."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(answering))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


def handler_of(answering: Answering) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", "0")))
            try:
                reply = answering(Request(self.command, self.path, headers, body))
            except Exception:  # noqa: BLE001 - a fault of the rehearsal itself: loud, and the caller's request ends
                traceback.print_exc(file=sys.stderr)
                reply = Reply(500, traceback.format_exc(limit=-1).encode())
            with suppress(ConnectionError):  # a caller that stopped waiting will ask again
                self._reply(reply)

        def _reply(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _handle  # noqa: N815 - the names are http.server's

        def log_message(self, form: str, *args: object) -> None: ...

    return Handler
