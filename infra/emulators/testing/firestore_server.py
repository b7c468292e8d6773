"""The Firestore emulator as a real process, and the official client pointed at it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar, cast
from unittest import mock

import pytest
from google.cloud import firestore

from infra.emulators.testing.lifeline import LIFELINE

ROOT = Path(__file__).resolve().parents[3]
CHECKED_PROJECT = "checked"
"""The project of the shared server whose queries need declared indexes."""

SPOILED = """
import sys
from infra.emulators.firestore import __main__ as emulator
from infra.emulators.firestore import messages_only
messages_only.skip_client_library()
{spoil}
sys.exit(emulator.main())
"""


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that nobody listens on now."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@dataclass(eq=False)
class FirestoreServer:
    """One emulator process on free ports; may be killed and started again on the same data.

    `spoil`: code that runs in it before it starts, to break one of its rules.
    """

    data: Path
    indexes: Path | None = None
    clock: Path | None = None
    spoil: str = ""
    port: int = 0
    admin_port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        self.port, self.admin_port = free_ports(2)
        program = ["-c", SPOILED.format(spoil=self.spoil)] if self.spoil else ["-m", "infra.emulators.firestore"]
        command = [sys.executable, *program, "--port", str(self.port)]
        command += ["--admin-port", str(self.admin_port), "--data", str(self.data), "--stop-with-stdin"]
        if self.indexes is not None:
            command += ["--project", CHECKED_PROJECT, "--indexes", str(self.indexes)]
        environment = dict(os.environ)
        environment.pop("LOCAL_CLOCK_FILE", None)
        if self.clock is not None:
            environment["LOCAL_CLOCK_FILE"] = str(self.clock)
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=LIFELINE)
        deadline = time.monotonic() + 30
        while True:
            try:
                self.admin("GET", "/health")
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """SIGKILL, if it still runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """SIGTERM, and wait for the end."""
        if self._process is not None:
            self._process.terminate()
            assert self._process.wait(timeout=20) == 0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def wait_for_end(self) -> int:
        """The exit status, once the process has ended by itself."""
        assert self._process is not None
        return self._process.wait(timeout=20)

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the admin port; `body` is sent as JSON."""
        data = None if body is None else json.dumps(body).encode()
        return json.loads(self.admin_bytes(method, path, data))

    def admin_bytes(self, method: str, path: str, data: bytes | None = None) -> bytes:
        request = urllib.request.Request(f"http://127.0.0.1:{self.admin_port}{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=20) as response:
            return bytes(response.read())

    def client(self, project: str, database: str = "(default)", caller: str | None = None) -> firestore.Client:
        """The official client; `caller`: the name by which its calls are counted."""
        with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{self.port}"}):
            client = firestore.Client(project=project, database=database)
            if caller is not None:
                client._rpc_metadata.append(("x-emulator-caller", caller))
        return client

    def async_client(self, project: str) -> firestore.AsyncClient:
        with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{self.port}"}):
            return firestore.AsyncClient(project=project)


class ExternalFirestore(FirestoreServer):
    """An emulator that somebody else started, such as Google's: the same clients, no admin port."""

    def admin(self, *_: object, **__: object) -> Any:
        pytest.skip("only the built-in emulator has an admin port")


T = TypeVar("T")


def in_transaction(
    client: firestore.Client,
    work: Callable[[firestore.Transaction], T],
    *,
    max_attempts: int = 100,
    read_only: bool = False,
) -> T:
    """Run `work` as the client's decorator does, with its retries."""
    transaction = client.transaction(max_attempts=max_attempts, read_only=read_only)
    return cast("T", firestore.transactional(work)(transaction))


@pytest.fixture(scope="session")
def firestore_indexes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The declared indexes of CHECKED_PROJECT; tests may rewrite the file."""
    path = tmp_path_factory.mktemp("firestore") / "firestore.indexes.json"
    path.write_text(json.dumps({"indexes": [], "fieldOverrides": []}))
    return path


@pytest.fixture(scope="session")
def firestore_server(tmp_path_factory: pytest.TempPathFactory, firestore_indexes: Path) -> Iterator[FirestoreServer]:
    """One emulator for the whole session, each test with a project of its own; or EMULATOR_FIRESTORE_HOST's."""
    host = os.environ.get("EMULATOR_FIRESTORE_HOST")
    if host:
        yield ExternalFirestore(Path(), port=int(host.rpartition(":")[2]))
        return
    data = tmp_path_factory.mktemp("firestore") / "data.sqlite"
    with FirestoreServer(data, firestore_indexes) as server:
        yield server
        server.stop()


@pytest.fixture
def db(firestore_server: FirestoreServer) -> Iterator[firestore.Client]:
    """The official client, in an empty project."""
    client = firestore_server.client(f"test-{uuid.uuid4().hex[:12]}")
    yield client
    client.close()
