"""The local system can use another Official Account: `make up ZALO_OPENAPI_URL=... ZALO_REFRESH_TOKEN=...`."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.e2e.stack import ROOT, TALKING, LocalStack, wait_for

pytestmark = pytest.mark.release

TEXT = "Xin chào, tôi muốn hỏi"


class Zalo(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refreshes: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Zalo

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v4/oa/access_token":
            asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            self.server.refreshes.append(asked | {"secret_key": self.headers["secret_key"]})
            number = len(self.server.refreshes)
            answer: dict[str, Any] = {
                "access_token": f"a{number}",
                "refresh_token": f"r{number}",
                "expires_in": "90000",
            }
        else:
            self.server.sent.append({"path": self.path, "token": self.headers["access_token"], **json.loads(body)})
            answer = {"error": 0, "message": "Success", "data": {"message_id": f"m{len(self.server.sent)}"}}
        raw = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def zalo() -> Iterator[Zalo]:
    server = Zalo()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_stack_speaks_as_the_given_account_to_the_given_address(zalo: Zalo) -> None:
    first = LocalStack("e2e-other-oa", functions=TALKING)
    other = LocalStack(
        "e2e-other-oa",
        functions=TALKING,
        ZALO_OPENAPI_URL=zalo.url,
        ZALO_REFRESH_TOKEN="first-refresh",
        ZALO_APP_ID="111",
        ZALO_OA_ID="222",
        ZALO_OA_SECRET_KEYS="oa-secret",
    )
    try:
        # The same stack ran before with the simulator's account. Its tokens must not be used.
        first.up()
        first.says("7", "xin chào")
        first.down()
        other.up()
        assert other.info["zalo_url"] is None
        assert other.post_event(other.event("7", TEXT)).status_code == 200
        wait_for(lambda: zalo.sent, "the reply at the given address")
    finally:
        first.down()
        other.down()
        shutil.rmtree(ROOT / ".local" / other.name, ignore_errors=True)
    assert zalo.refreshes[0]["refresh_token"] == "first-refresh"
    assert zalo.refreshes[0]["app_id"] == "111"
    message = zalo.sent[0]
    assert message["path"] == "/v3.0/oa/message/cs"
    assert message["token"] == "a1"
    assert message["recipient"]["user_id"] == "7"
    assert message["message"]["text"]
