"""Attacks on the webhook from outside: bodies that grow or do not arrive, with real events of Zalo in between.

The webhook runs as deployed: a process of functions-framework with 64 threads and 256 MiB.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.webhook.door import APP, OA, PATIENCE, Door, FakePubsub, event, settings, sign

AT_ONCE = 64
"""The concurrency of the webhook in the manifest: the most requests that the platform sends to one instance."""
GROWTH = 40 * 2**20
FORM = "mac=" + "0" * 64


@dataclass
class Instance:
    door: Door
    pubsub: FakePubsub

    def genuine(self) -> tuple[float, tuple[int, str]]:
        """Send one signed event. Return the seconds it took, and the response as (status, body)."""
        body = json.dumps(event()).encode()
        began = time.monotonic()
        answer = self.door.post(body, sign(body, json.loads(body)["timestamp"]))
        return time.monotonic() - began, answer

    def worker(self) -> int:
        pid = self.door.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def memory(self, field: str) -> int:
        """Return the memory of the process in bytes: now (VmRSS), or the maximum since `forget` (VmHWM)."""
        status = Path(f"/proc/{self.worker()}/status").read_text()
        return int(status.split(f"{field}:")[1].split()[0]) * 1024

    def forget(self) -> None:
        Path(f"/proc/{self.worker()}/clear_refs").write_text("5")


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    pubsub = FakePubsub()
    door = Door(settings(pubsub.url), tmp_path / "log")
    instance = Instance(door, pubsub)
    for _ in range(3):
        assert instance.genuine()[1] == (200, "stored\n")
    yield instance
    door.close()
    pubsub.close()


def brackets(size: int) -> bytes:
    """Return JSON that needs twenty times its size in memory when parsed."""
    return b"[" + b"[]," * ((size - 5) // 3) + b"[]]"


def ours(size: int) -> bytes:
    """Return a valid event of our app and account, with the largest allowed size and as many objects as are parsed."""
    text = json.dumps(event() | {"x": 0}).encode()
    objects = b"[" + b"[]," * 4000 + b"[]]"
    return text.replace(b'"x": 0', b'"x": ' + objects).ljust(size)


def keys(size: int) -> bytes:
    return b"{" + b",".join(b'"%x":{}' % number for number in range(size // 9)) + b"}"


def head(length: int, signature: str = "", *more: str) -> bytes:
    lines = ["POST / HTTP/1.1", "Host: x", "Content-Type: application/json", f"Content-Length: {length}", *more]
    if signature:
        lines.append(f"X-ZEvent-Signature: {signature}")
    return "\r\n".join([*lines, "", ""]).encode()


def formed(body: bytes) -> bytes:
    return head(len(body), FORM) + body


BODIES: dict[str, Callable[[], bytes]] = {
    "a mebibyte of brackets, unsigned": lambda: head(1 << 20) + brackets(1 << 20),
    "a mebibyte of brackets, in the form of a signature": lambda: head(1 << 20, FORM) + brackets(1 << 20),
    "64 KiB of brackets, in the form of a signature": lambda: formed(brackets(1 << 16)),
    "64 KiB of keys, in the form of a signature": lambda: formed(keys(1 << 16)),
    "an event of ours, forged": lambda: formed(ours(65_000)),
    "a mebibyte in chunks": lambda: (
        head(0, FORM, "Transfer-Encoding: chunked").replace(b"Content-Length: 0\r\n", b"")
        + b"100000\r\n"
        + brackets(1 << 20).ljust(1 << 20)
        + b"\r\n0\r\n\r\n"
    ),
    "25 MiB that are announced": lambda: head(25 << 20) + brackets(1 << 20),
}


@pytest.mark.parametrize("kind", BODIES)
def test_64_hostile_bodies_at_once_take_no_memory_and_no_time(instance: Instance, kind: str) -> None:
    sent = BODIES[kind]()
    instance.genuine()
    before = instance.memory("VmRSS")
    instance.forget()
    start, answered = threading.Barrier(AT_ONCE + 1), []

    def attack() -> None:
        with socket.create_connection(("127.0.0.1", instance.door.port), timeout=PATIENCE) as connection:
            start.wait()
            with suppress(OSError):
                connection.sendall(sent)
            with suppress(OSError):
                answered.append(connection.recv(64)[:12])

    threads = [threading.Thread(target=attack) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    start.wait()
    seconds, answer = instance.genuine()
    for thread in threads:
        thread.join()
    grown = instance.memory("VmHWM") - before
    print(f"{kind}: {grown / 2**20:.1f} MiB above idle, a genuine event {seconds:.2f} s")  # noqa: T201 - the figures
    assert answer == (200, "stored\n")
    assert grown <= GROWTH
    assert b"HTTP/1.1 500" not in answered, instance.door.log()
    assert "Traceback" not in instance.door.log()


@pytest.mark.parametrize("signature", ["", FORM])
def test_half_sent_bodies_block_no_instance(instance: Instance, signature: str) -> None:
    """64 requests come without their bodies. Genuine events once had to wait until the senders gave up."""
    ordinary, _ = instance.genuine()
    with ExitStack() as held:
        for _ in range(AT_ONCE):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", instance.door.port)))
            connection.sendall(head(1000, signature) + b'{"app_id":')
        seconds, answer = instance.genuine()
    print(f"half-sent, {'signed in form' if signature else 'unsigned'}: {seconds:.2f} s")  # noqa: T201 - the figure
    assert answer == (200, "stored\n")
    assert seconds < 1.5 + 20 * ordinary


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/1.0"])
def test_open_connections_block_no_instance(instance: Instance, version: str) -> None:
    """Gunicorn's single loop waits 2 s for clients that asked to close the connection and keep it open."""
    ordinary, _ = instance.genuine()
    with ExitStack() as held:
        for _ in range(AT_ONCE):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", instance.door.port)))
            connection.sendall(head(2, "", "Connection: close").replace(b"HTTP/1.1", version.encode()) + b"{}")
            assert connection.recv(64).startswith(b"HTTP/1.")
        seconds, answer = instance.genuine()
    print(f"beside {AT_ONCE} who do not hang up: {seconds:.2f} s")  # noqa: T201 - the figure
    assert answer == (200, "stored\n")
    assert seconds < 1.5 + 20 * ordinary


def test_a_body_that_drips_is_cut(instance: Instance) -> None:
    """A sender sends a byte every 0.2 s. No single wait is long, but the whole body would take minutes."""
    with socket.create_connection(("127.0.0.1", instance.door.port), timeout=0.2) as connection:
        connection.sendall(head(1000, FORM))
        answer, deadline = b"", time.monotonic() + PATIENCE
        while not answer and time.monotonic() < deadline:
            connection.sendall(b" ")
            with suppress(TimeoutError):
                answer = connection.recv(64)
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_slow_event_that_comes_in_pieces_is_stored(instance: Instance) -> None:
    body = json.dumps(event()).encode()
    with socket.create_connection(("127.0.0.1", instance.door.port), timeout=PATIENCE) as connection:
        signature = sign(body, json.loads(body)["timestamp"])
        connection.sendall(head(len(body), signature, "Connection: close"))
        for part in (body[:100], body[100:200], body[200:]):
            connection.sendall(part)
        assert b"".join(iter(lambda: connection.recv(4096), b"")).endswith(b"stored\n")


def test_a_connection_is_kept_after_a_refusal_that_was_there_whole(instance: Instance) -> None:
    """The platform's front end shares connections, so a stranger's probe must not end that of the next sender."""
    body = json.dumps(event()).encode()
    connection = instance.door.connection()
    for sent, signature, reason in (
        (b"{}", "", b"unsigned\n"),
        (b"x" * 3000, "mac=short", b"forged\n"),
        (body, sign(body, json.loads(body)["timestamp"]), b"stored\n"),
        (b"[]", FORM, b"wrong_app\n"),
        (body, sign(body, json.loads(body)["timestamp"]), b"stored\n"),
    ):
        connection.request("POST", "/", sent, {"X-ZEvent-Signature": signature} if signature else {})
        assert connection.getresponse().read() == reason
    connection.close()


def test_only_plausible_events_of_strangers_are_stored(instance: Instance) -> None:
    instance.pubsub.published.clear()
    stamp = str(int(time.time() * 1000))
    for sent in (b"[]", brackets(60_000), b'{"app_id":"' + APP.encode() + b'"}', b"\xff" * 500):
        assert instance.door.post(sent, sign(sent, stamp, "guessed"))[0] == 200
    assert instance.pubsub.published == []
    forged = json.dumps(event(recipient={"id": OA})).encode()
    instance.door.post(forged, sign(forged, stamp, "guessed"))
    assert [published.topic for published in instance.pubsub.published] == ["zalo-quarantine"]
