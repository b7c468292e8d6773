"""The Pub/Sub emulator as a process, and official clients connected to it."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from google.cloud import pubsub_v1

from infra.emulators.testing.processes import LIFELINE, ROOT, free_ports
from infra.emulators.testing.waiting import PATIENCE, eventually


class PubsubServer:
    """An emulator on one data file, which a test may kill and restart.

    `key` signs the tokens of its pushes. `clock_file` holds the seconds by which its clock is ahead.
    """

    def __init__(self, folder: Path, *, backoff_scale: float = 0.01) -> None:
        self.port, self.admin_port = free_ports(2)
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
        command += ["--clock-file", str(self.clock_file)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=LIFELINE)
        eventually(self._healthy)

    def _healthy(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None
        try:
            return bool(self.admin("GET", "/health") == {"status": "ok"})
        except OSError:
            return False

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Stop the process by SIGTERM and return its exit status."""
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
        """Return whether there is an admin port, for statistics, faults and the service's time."""
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
    """A running emulator that the tests did not start, such as Google's. It has no admin port."""

    def __init__(self, host: str) -> None:
        self.port = int(host.rpartition(":")[2])

    def has_admin(self) -> bool:
        return False

    def admin(self, _method: str, _path: str, _body: Any = None) -> Any:
        pytest.skip("only the built-in emulator has figures, faults and a time of its own")


def call(port: int, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        connection.request(method, path, raw, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"null")
    finally:
        connection.close()
