from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra.emulators.testing.processes import ROOT
from infra.emulators.testing.waiting import eventually

START = {
    "data.sqlite": "from infra.emulators.testing.firestore_server import FirestoreServer as Server",
    "": "from infra.emulators.testing.pubsub_server import PubsubServer as Server",
}
REST = """
import pathlib, sys, time
server = Server(pathlib.Path(sys.argv[1]))
server.start()
print(server.admin_port, flush=True)
time.sleep(60)
"""


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("data", START)
def test_an_emulator_ends_with_the_process_that_started_it(tmp_path: Path, data: str) -> None:
    command = [sys.executable, "-c", START[data] + REST, str(tmp_path / data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        port = int(starter.stdout.readline())
        assert listens(port)
        starter.kill()
    eventually(lambda: not listens(port))
