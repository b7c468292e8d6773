"""The Firestore emulator as a process, and official clients connected to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar, cast
from unittest import mock

import pytest
from google.cloud import firestore

from infra.emulators.testing.processes import LIFELINE, ROOT, free_ports

CHECKED_PROJECT = "checked"
"""The project whose queries need declared indexes, if the server has a file with declarations."""

PATIENCE = 120.0
"""Seconds to wait for a start.

A file with the documents of a whole city takes several seconds to load, and longer on a busy machine.
"""

SPOILED = """
import sys
from infra.emulators.firestore import __main__ as emulator
from infra.emulators.shared.skip_client import skip_client_library
skip_client_library(emulator.CLIENT_LIBRARY)
{spoil}
sys.exit(emulator.main())
"""


@dataclass(eq=False)
class FirestoreServer:
    """An emulator process on free ports, which a test may kill and restart on the same data.

    `clock` is a file with the seconds by which the emulator's clock is ahead. `spoil` is Python code that runs in the
    process first, to break a rule of the emulator.
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
        if self.clock is not None:
            command += ["--clock-file", str(self.clock)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=LIFELINE)
        deadline = time.monotonic() + PATIENCE
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
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Stop the process by SIGTERM and wait for its end."""
        if self._process is not None:
            self._process.terminate()
            assert self._process.wait(timeout=20) == 0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def wait_for_end(self) -> int:
        """Wait until the process ends by itself, and return its exit status."""
        assert self._process is not None
        return self._process.wait(timeout=20)

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        return json.loads(self.admin_bytes(method, path, data))

    def admin_bytes(self, method: str, path: str, data: bytes | None = None) -> bytes:
        request = urllib.request.Request(f"http://127.0.0.1:{self.admin_port}{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=20) as response:
            return bytes(response.read())

    def client(self, project: str, database: str = "(default)", caller: str | None = None) -> firestore.Client:
        """Return an official client. The emulator counts its calls under the name `caller`."""
        with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{self.port}"}):
            client = firestore.Client(project=project, database=database)
            if caller is not None:
                client._rpc_metadata.append(("x-emulator-caller", caller))
        return client

    def async_client(self, project: str) -> firestore.AsyncClient:
        with mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{self.port}"}):
            return firestore.AsyncClient(project=project)


class ExternalFirestore(FirestoreServer):
    """A running emulator that the tests did not start, such as Google's.

    It has the same clients but no admin port.
    """

    def admin(self, *_: object, **__: object) -> Any:
        pytest.skip("only the built-in emulator has an admin port")


T = TypeVar("T")


def in_transaction(
    client: firestore.Client,
    action: Callable[[firestore.Transaction], T],
    *,
    max_attempts: int = 100,
    read_only: bool = False,
) -> T:
    """Run `action` in a transaction with the retries of the official client's decorator."""
    transaction = client.transaction(max_attempts=max_attempts, read_only=read_only)
    return cast("T", firestore.transactional(action)(transaction))
