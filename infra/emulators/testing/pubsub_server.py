"""The Pub/Sub emulator as a process, an address that receives pushes, and clients of both."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

import pytest
from google.cloud import pubsub_v1

from infra.emulators.testing.lifeline import LIFELINE

ROOT = Path(__file__).resolve().parents[3]
PROJECT = "hanoi-test"
PATIENCE = 15.0
T = TypeVar("T")


def eventually(probe: Callable[[], T], within: float = PATIENCE) -> T:
    """The first true answer of `probe`; fails the test after `within` seconds."""
    give_up = time.monotonic() + within
    while not (value := probe()):
        if time.monotonic() > give_up:
            pytest.fail(f"not true within {within} s; last: {value!r}")
        time.sleep(0.005)
    return value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PubsubServer:
    """One built-in emulator over one data file; `start` and `kill` may alternate."""

    def __init__(self, folder: Path, *, backoff_scale: float = 0.01) -> None:
        self.port, self.admin_port = free_port(), free_port()
        self.key = secrets.token_bytes(48)
        self.clock_file = folder / "clock"
        self._data, self._key_file = folder / "pubsub.sqlite", folder / "oidc.key"
        self._key_file.write_bytes(self.key)
        self._scale = backoff_scale
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "infra.emulators.pubsub", "--data", str(self._data), "--port", str(self.port)]
        command += ["--admin-port", str(self.admin_port), "--oidc-key", str(self._key_file)]
        command += ["--backoff-scale", str(self._scale), "--stop-with-stdin"]
        environment = os.environ | {"LOCAL_CLOCK_FILE": str(self.clock_file)}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=LIFELINE)
        eventually(self._healthy)

    def _healthy(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None
        try:
            return bool(self.admin("GET", "/health") == {"status": "ok"})
        except OSError:
            return False

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=PATIENCE)

    def resident_mib(self) -> float:
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        _, answer = call(self.admin_port, method, path, body)
        return answer

    def rest(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        return call(self.port, method, path, body)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def has_admin(self) -> bool:
        """Whether figures, faults and the service's time can be had."""
        return True

    def stats(self, subscription: str) -> dict[str, Any]:
        figures: dict[str, Any] = self.admin("GET", "/stats")["subscriptions"][subscription.rsplit("/", 1)[-1]]
        return figures

    def publisher(self) -> pubsub_v1.PublisherClient:
        options = pubsub_v1.types.PublisherOptions(enable_message_ordering=True)
        with mock.patch.dict(os.environ, PUBSUB_EMULATOR_HOST=self.host):
            return pubsub_v1.PublisherClient(publisher_options=options)

    def subscriber(self) -> pubsub_v1.SubscriberClient:
        with mock.patch.dict(os.environ, PUBSUB_EMULATOR_HOST=self.host):
            return pubsub_v1.SubscriberClient()


class ExternalPubsub(PubsubServer):
    """An emulator that somebody else started, such as Google's: the same calls, no admin port."""

    def __init__(self, host: str) -> None:
        self.port = int(host.rpartition(":")[2])

    def has_admin(self) -> bool:
        return False

    def admin(self, _method: str, _path: str, _body: Any = None) -> Any:
        pytest.skip("only the built-in emulator has figures, faults and a time of its own")


def call(port: int, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Status and JSON of one HTTP call."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        connection.request(method, path, raw, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"null")
    finally:
        connection.close()


@dataclass
class Push:
    """A push as it arrived; `at` is monotonic time."""

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
    """An address for pushes: keeps what arrives, answers what `answer` says; 0 breaks the connection."""

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


class Names:
    """Clients and names of one test: its topic exists."""

    def __init__(self, server: PubsubServer) -> None:
        self.server = server
        self.publisher, self.subscriber = server.publisher(), server.subscriber()
        self.tag = secrets.token_hex(4)
        self.topic = self.make_topic("topic")

    def name(self, kind: str, short: str) -> str:
        return f"projects/{PROJECT}/{kind}/{short}-{self.tag}"

    def make_topic(self, short: str, **fields: Any) -> str:
        name = self.name("topics", short)
        self.publisher.create_topic(request={"name": name, **fields})
        return name

    def make_subscription(self, short: str = "sub", topic: str | None = None, **fields: Any) -> str:
        name = self.name("subscriptions", short)
        self.subscriber.create_subscription(request={"name": name, "topic": topic or self.topic, **fields})
        return name

    def publish(self, *numbers: object, key: str = "", topic: str | None = None) -> list[str]:
        """One message per number, in attribute `n`, in one REST call; returns their ids."""
        messages = [{"attributes": {"n": str(number)}, "orderingKey": key} for number in numbers]
        status, answer = self.server.rest("POST", f"/v1/{topic or self.topic}:publish", {"messages": messages})
        assert status == 200, answer
        return list(answer["messageIds"])

    def pull(self, subscription: str, most: int = 100, *, wait: bool = True) -> list[Any]:
        request = {"subscription": subscription, "max_messages": most, "return_immediately": not wait}
        return list(self.subscriber.pull(request=request).received_messages)

    def pull_numbers(self, subscription: str, *, wait: bool = True) -> list[str]:
        """Pull and acknowledge; the numbers."""
        received = self.pull(subscription, wait=wait)
        if received:
            self.ack(subscription, received)
        return [one.message.attributes["n"] for one in received]

    def ack(self, subscription: str, received: list[Any]) -> None:
        self.subscriber.acknowledge(subscription=subscription, ack_ids=[one.ack_id for one in received])

    def deadline(self, subscription: str, received: list[Any], seconds: int) -> None:
        request = {"subscription": subscription, "ack_ids": [one.ack_id for one in received]}
        self.subscriber.modify_ack_deadline(request={**request, "ack_deadline_seconds": seconds})

    def close(self) -> None:
        self.publisher.stop()
        self.publisher.transport.close()
        self.subscriber.close()
