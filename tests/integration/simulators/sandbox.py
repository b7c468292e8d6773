"""A simulator in its own process, started as in the local system, and a webhook that records its requests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread

import httpx

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 20.0


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.02)


class Simulator:
    def __init__(self, module: str, arguments: list[str], http_port: int, folder: Path) -> None:
        self.clock_file = folder / "clock"
        self._command = [sys.executable, "-m", module, *arguments]
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = http_port
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{http_port}", timeout=10)

    def start(self) -> None:
        environment = os.environ | {"LOCAL_CLOCK_FILE": str(self.clock_file)}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        wait_until(self._healthy)

    def stop(self) -> int:
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(PATIENCE_SECONDS)

    def close(self) -> int:
        self.http.close()
        return self.stop()

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE_SECONDS)

    def log(self) -> str:
        return self._log.read_text()

    def _healthy(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log()
        try:
            return self.http.get("/health").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


@dataclass
class Received:
    body: bytes
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)


@dataclass
class Webhook:
    """A webhook that records requests. It responds with `statuses` in order, then with 200.

    The first `slow` requests take 2.2 s.
    """

    received: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    slow: int = 0
    port: int = 0

    def __post_init__(self) -> None:
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def clear(self) -> None:
        with self._lock:
            self.received.clear()
            self.statuses.clear()
            self.slow = 0

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        with self._lock:
            self.received.append(Received(body, headers))
            status = self.statuses.pop(0) if self.statuses else 200
            slow, self.slow = self.slow > 0, max(0, self.slow - 1)
        if slow:
            time.sleep(2.2)  # longer than the two seconds that Zalo waits
        return status

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with suppress(ConnectionError):
                    self.send_response(webhook.take(body, dict(self.headers)))
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_HEAD = do_GET  # noqa: N815 - the base's name

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base's name
                ...

        return Handler
