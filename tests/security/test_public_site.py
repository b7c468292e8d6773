"""Attacks on the deployed public pages from outside: bodies that grow, and bodies that do not arrive."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.paths import ROOT
from tests.integration.webhook.door import PATIENCE, Door
from tests.settings import required

AT_ONCE = 8
"""The number of requests that the platform sends to one instance of the public site at once, as in the manifest."""
GROWTH = 40 * 2**20


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Door]:
    with FirestoreServer(tmp_path / "data.sqlite", indexes=ROOT / "infra/gcp/firestore.indexes.json") as firestore:
        environment = {
            **required("public_site"),
            "GOOGLE_CLOUD_PROJECT": CHECKED_PROJECT,
            "FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{firestore.port}",
            "STORAGE_EMULATOR_HOST": "http://127.0.0.1:1",
            "PROXIES_IN_FRONT": "0",
            "THREADS": str(AT_ONCE),
        }
        door = Door(environment, tmp_path / "log", "public_site")
        try:
            yield door
        finally:
            door.close()


def form(length: int, *more: str) -> bytes:
    lines = ["POST / HTTP/1.1", "Host: x", "Content-Type: application/x-www-form-urlencoded", *more]
    return "\r\n".join([*lines, *([f"Content-Length: {length}"] if length else []), "", ""]).encode()


BODIES = {
    "16 MiB": form(16 << 20) + b"code=" + b"x" * (16 << 20),
    "16 MiB in chunks": form(0, "Transfer-Encoding: chunked") + b"1000000\r\n" + b"x" * (16 << 20) + b"\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("kind", BODIES)
def test_large_bodies_take_no_memory(site: Door, kind: str) -> None:
    worker = int(Path(f"/proc/{site.pid}/task/{site.pid}/children").read_text().split()[0])

    def memory(field: str) -> int:
        return int(Path(f"/proc/{worker}/status").read_text().split(f"{field}:")[1].split()[0]) * 1024

    before = memory("VmRSS")
    Path(f"/proc/{worker}/clear_refs").write_text("5")
    answers: list[bytes] = []

    def attack() -> None:
        with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as connection, suppress(OSError):
            with suppress(OSError):
                connection.sendall(BODIES[kind])
            answers.append(connection.recv(64)[:12])

    threads = [threading.Thread(target=attack) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    grown = memory("VmHWM") - before
    print(f"{kind}, {AT_ONCE} at once: {grown / 2**20:.1f} MiB above idle; {set(answers)}")  # noqa: T201 - the figure
    assert grown <= GROWTH
    assert site.request("GET", "/")[0] == 200


def test_forms_that_never_end_are_cut(site: Door) -> None:
    with ExitStack() as held:
        for _ in range(AT_ONCE):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            connection.sendall(form(1000) + b"code=")
        began = time.monotonic()
        assert site.request("GET", "/")[0] == 200
        print(f"a page beside {AT_ONCE} half-sent forms: {time.monotonic() - began:.1f} s")  # noqa: T201 - the figure
