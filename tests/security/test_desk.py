"""Attacks on the deployed desk from outside: requests with bodies that do not arrive."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.paths import ROOT
from petitions.adapters.incoming import Incoming
from tests.integration.webhook.door import PATIENCE, Door
from tests.settings import required

AT_ONCE = 8
"""The number of requests that the platform sends to one instance of the desk at once, as in the manifest."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Door]:
    with FirestoreServer(tmp_path / "data.sqlite", indexes=ROOT / "infra/gcp/firestore.indexes.json") as firestore:
        environment = {
            **required("desk"),
            "GOOGLE_CLOUD_PROJECT": CHECKED_PROJECT,
            "FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{firestore.port}",
            "PUBSUB_EMULATOR_HOST": "127.0.0.1:1",
            "STORAGE_EMULATOR_HOST": "http://127.0.0.1:1",
            "THREADS": str(AT_ONCE),
        }
        door = Door(environment, tmp_path / "log", "desk")
        try:
            yield door
        finally:
            door.close()


def form(length: int, path: str = "/sign-in") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: x", "Content-Type: application/x-www-form-urlencoded"]
    return "\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode()


@pytest.mark.parametrize("path", ["/sign-in", "/petitions/HN-261124-ABCD-EFGH/answer", "/nowhere"])
def test_forms_that_never_end_block_no_desk(desk: Door, path: str) -> None:
    """Forms without an end once held their threads at will, so that eight of them blocked the instance."""
    with ExitStack() as held:
        waiting = []
        for _ in range(AT_ONCE):
            waiting.append(held.enter_context(socket.create_connection(("127.0.0.1", desk.port), timeout=PATIENCE)))
            waiting[-1].sendall(form(1000, path) + b"next=")
        began = time.monotonic()
        assert desk.request("GET", "/sign-in")[0] == 200
        print(f"a page beside {AT_ONCE} half-sent forms: {time.monotonic() - began:.1f} s")  # noqa: T201 - the figure
        for item in waiting:
            with suppress(ConnectionError):
                assert not item.recv(64).startswith(b"HTTP/1.1 500"), desk.log()


def test_a_form_that_comes_in_pieces_is_taken(desk: Door) -> None:
    body = b"next=" + b"x" * 200_000
    with socket.create_connection(("127.0.0.1", desk.port), timeout=PATIENCE) as connection:
        connection.sendall(form(len(body)))
        for start in range(0, len(body), 10_000):
            connection.sendall(body[start : start + 10_000])
        assert connection.recv(64).startswith(b"HTTP/1.1 403 "), "read whole: nobody is named so"


def test_a_body_has_the_time_that_its_size_takes() -> None:
    incoming = Incoming(0, seconds=0.0, pace=10.0)
    with ExitStack() as held:
        small, _, large, _ = map(held.enter_context, (*socket.socketpair(), *socket.socketpair()))
        for item, length in ((small, 1), (large, 100_000)):
            environ = {"gunicorn.socket": item, "CONTENT_LENGTH": str(length), "wsgi.input": io.BytesIO()}
            held.enter_context(incoming.handled(environ))
        small.settimeout(PATIENCE)
        assert small.recv(1) == b"", "cut after a tenth of a second"
        large.setblocking(False)
        with pytest.raises(BlockingIOError):
            large.recv(1)
