"""The webhook as deployed, run by functions-framework, and a fake Pub/Sub that records the messages."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import subprocess
import sysconfig
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infra.emulators.testing.processes import free_port

ROOT = Path(__file__).resolve().parents[3]
FUNCTIONS = ROOT / "functions"
APP, OA, KEY, USER = "3608465249409039670", "579745863508352884", "oa-secret-key", "4572947693969771653"
PATIENCE = 20.0
_PUBLISH = re.compile(r"/v1/projects/[^/]+/topics/([^/:]+):publish")


@dataclass(frozen=True)
class Published:
    topic: str
    data: bytes
    attributes: Mapping[str, str]
    key: str


@dataclass
class FakePubsub:
    """A Pub/Sub that confirms every publish after `delay` seconds, or responds with `status`."""

    delay: float = 0.0
    status: int = 200
    published: list[Published] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, path: str, body: bytes) -> int:
        topic = _PUBLISH.fullmatch(path)
        if topic is None:
            return 404
        time.sleep(self.delay)
        for message in json.loads(body)["messages"]:
            data = base64.b64decode(message["data"], validate=True)
            one = Published(topic[1], data, message.get("attributes", {}), message.get("orderingKey", ""))
            # The service's own limits, in bytes.
            sizes = [len(value.encode()) for value in one.attributes.values()]
            if max(sizes, default=0) > 1024 or len(one.key.encode()) > 1024:
                return 400
            with self._lock:
                self.published.append(one)
        return self.status

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        pubsub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = pubsub.take(self.path, body)
                answer = b'{"messageIds":["1"]}'
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base's name
                ...

        return Handler


def settings(pubsub_url: str, **changes: str) -> dict[str, str]:
    return {
        "GOOGLE_CLOUD_PROJECT": "p",
        "PUBSUB_URL": pubsub_url,
        "ID_KEY": "0123456789abcdef",
        "ZALO_APP_ID": APP,
        "ZALO_OA_ID": OA,
        "ZALO_OA_SECRET_KEYS": KEY,
        "ZALO_VERIFICATION": "Abc-123_x",
        "PROXIES_IN_FRONT": "0",
    } | changes


class Door:
    def __init__(self, environment: Mapping[str, str], log: Path, function: str = "zalo_webhook") -> None:
        self.port = free_port()
        self._log = log
        command = [
            str(Path(sysconfig.get_path("scripts")) / "functions-framework"),
            *("--source", str(FUNCTIONS / function / "main.py"), "--target", "main"),
            *("--host", "127.0.0.1", "--port", str(self.port)),
        ]
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {"PYTHONPATH": str(FUNCTIONS), "THREADS": "64", "PYTHONUNBUFFERED": "1", "K_SERVICE": function}
        with log.open("ab") as out:
            self._process = subprocess.Popen(command, env={**kept, **own, **environment}, stdout=out, stderr=out)
        self.url = f"http://127.0.0.1:{self.port}"
        self._await()

    def _await(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    def _answers(self) -> bool:
        with suppress(OSError):
            self.request("GET", "/")
            return True
        return False

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)

    @property
    def pid(self) -> int:
        """The id of the server's parent process. Its child process handles requests."""
        return self._process.pid

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        connection = self.connection()
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def post(self, body: bytes, signature: str = "", **headers: str) -> tuple[int, str]:
        """Send a request with an event, signed with `signature` if given. Return status and text of the response."""
        signed = {"X-ZEvent-Signature": signature} if signature else {}
        return self.request("POST", "/", body, {"Content-Type": "application/json", **signed, **headers})


def event(**changes: Any) -> dict[str, Any]:
    return {
        "app_id": APP,
        "user_id_by_app": "5521772797175877300",
        "event_name": "user_send_text",
        "sender": {"id": USER},
        "recipient": {"id": OA},
        "message": {"msg_id": "96d3cdf3af150460909", "text": "Tôi muốn phản ánh"},
        "timestamp": str(int(time.time() * 1000)),
    } | changes


def sign(body: bytes, timestamp: str, key: str = KEY, app: str = APP) -> str:
    """Return the signature by PLATFORM 1.9, computed independently of the product."""
    return "mac=" + hashlib.sha256(b"".join([app.encode(), body, timestamp.encode(), key.encode()])).hexdigest()
