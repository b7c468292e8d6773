"""An HTTP server that records the pushes it receives."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any


@dataclass
class Push:
    path: str
    headers: dict[str, str]
    raw: bytes
    at: float

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def data(self) -> str:
        return self.attributes["n"]

    @property
    def attributes(self) -> dict[str, str]:
        found: dict[str, str] = self.body["message"]["attributes"]
        return found


Answer = Callable[[Push], int]


@dataclass
class Receiver:
    """Records the pushes to one URL. `answer` returns the response's status, or 0 to break the connection."""

    port: int = 0
    pushes: list[Push] = field(default_factory=list)
    answer: Answer = field(default=lambda _push: 204)

    def url(self, path: str = "/push/x") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def numbers(self) -> list[str]:
        return [push.data for push in list(self.pushes)]


def handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            push = Push(self.path, dict(self.headers), raw, time.monotonic())
            receiver.pushes.append(push)
            status = receiver.answer(push)
            if status == 0:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Handler
