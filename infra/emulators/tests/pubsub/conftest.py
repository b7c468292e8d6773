"""Fixtures: an emulator for the session or the one at EMULATOR_PUBSUB_HOST, a receiver of pushes, a topic per test."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from infra.emulators.testing.pubsub_server import ExternalPubsub, PubsubServer
from infra.emulators.testing.pubsub_workspace import Workspace
from infra.emulators.testing.push_receiver import Receiver, handler


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(one))
    server.daemon_threads = True
    server.socket.listen(128)
    one.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield one
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def pubsub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PubsubServer]:
    host = os.environ.get("EMULATOR_PUBSUB_HOST")
    if host:
        yield ExternalPubsub(host)
        return
    server = PubsubServer(tmp_path_factory.mktemp("pubsub"))
    server.start()
    yield server
    assert server.stop() == 0


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[PubsubServer]:
    if os.environ.get("EMULATOR_PUBSUB_HOST"):
        pytest.skip("only a built-in emulator is started and killed by a test")
    server = PubsubServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def ps(pubsub: PubsubServer) -> Iterator[Workspace]:
    names = Workspace(pubsub)
    yield names
    if pubsub.has_admin():
        pubsub.admin("DELETE", "/faults")
    names.close()
