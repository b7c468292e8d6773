"""Attacks on the web pages of citizens from outside: large, endless and slow bodies, and floods of requests."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from infra.emulators.testing.firestore_server import CHECKED_PROJECT, FirestoreServer
from infra.paths import ROOT
from petitions.adapters.firestore import FirestoreStore
from petitions.domain.pages.links import page_id
from petitions.wiring.citizen_page import BODY_SECONDS
from tests.integration.webhook.door import PATIENCE, Door
from tests.settings import required
from tests.unit.pages.paged import SECRET, STORY, Paged
from tests.unit.world import SEAL_KEYS

AT_ONCE = 8
"""The number of requests that the platform sends to one instance at once, as in the manifest."""
GROWTH = 40 * 2**20
LONGEST = 30 * 2**20
FLOOD_A_SECOND, FLOODERS = 120, 4
LOOKS = 17
"""The number of requests in a flood. Three times as many are within the limit for one page."""
SLOWER = 1.5


@dataclass
class Pages:
    """The deployed function, and the keys of two drafts' pages that the browser with the cookie SECRET may open."""

    door: Door
    keys: list[str]

    def head(self, key: str = "") -> str:
        page = page_id(key)[:16] if key else ""
        return f"Cookie: browser={SECRET}; page-{page}={key}\r\n" if key else ""

    def post(self, path: str, key: str, length: int | None, kind: str = "application/x-www-form-urlencoded") -> bytes:
        """Return the request line and headers of a form. Without a length the body is sent in chunks."""
        size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        return f"POST {path} HTTP/1.1\r\nHost: x\r\n{self.head(key)}Content-Type: {kind}\r\n{size}\r\n\r\n".encode()

    def look(self, number: int, connection: http.client.HTTPConnection | None = None, address: str = "") -> int:
        key = self.keys[number]
        own = connection or self.door.connection()
        headers = {"Cookie": self.head(key).partition(": ")[2].strip(), "X-Forwarded-For": address or "203.0.113.5"}
        own.request("GET", f"/p/{page_id(key)}", headers=headers)
        answer = own.getresponse()
        assert STORY in answer.read().decode() or answer.status != http.HTTPStatus.OK
        if connection is None:
            own.close()
        return answer.status

    @property
    def worker(self) -> int:
        return int(Path(f"/proc/{self.door.pid}/task/{self.door.pid}/children").read_text().split()[0])

    def memory(self, field: str) -> int:
        """Return a field of the process's memory in bytes, for example VmRSS."""
        return int(Path(f"/proc/{self.worker}/status").read_text().split(f"{field}:")[1].split()[0]) * 1024


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    world = Paged()
    links = [world.link]
    world.world.writes(STORY, user="7")
    citizens = [world.world.store.documents[path] for path in world.world.store.paths("citizens")]
    links += [
        found for citizen in citizens if (found := citizen["conversation"]["stage"]["draft"]["page"]) not in links
    ]
    world.world.relay()
    keys = [world.open.first(link, SECRET) for link in links]
    with FirestoreServer(tmp_path / "data.sqlite", indexes=ROOT / "infra/gcp/firestore.indexes.json") as firestore:
        host = {"FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{firestore.port}"}
        with mock.patch.dict(os.environ, host):
            for name, store in (("public", world.world.public), ("tries", world.tries)):
                FirestoreStore(CHECKED_PROJECT, name).create_all(store.documents)
        settings = {
            "GOOGLE_CLOUD_PROJECT": CHECKED_PROJECT,
            "SEAL_KEYS": SEAL_KEYS[0],
            "STORAGE_EMULATOR_HOST": "http://127.0.0.1:1",
            "PUBSUB_EMULATOR_HOST": "127.0.0.1:1",
            "PROXIES_IN_FRONT": "0",
            "THREADS": str(AT_ONCE),
        }
        door = Door(required("citizen_page") | host | settings, tmp_path / "log", "citizen_page")
        made = Pages(door, keys)
        try:
            assert [made.look(number) for number in range(2)] == [200, 200]
            yield made
        finally:
            door.close()


def status_of(connection: socket.socket) -> int:
    """Return the status of the response, which arrives although the body was not sent."""
    return int(connection.recv(64).split()[1])


def test_a_body_that_is_too_long_is_refused_before_it_is_read(pages: Pages) -> None:
    key = pages.keys[0]
    page = f"/p/{page_id(key)}"
    multipart = "multipart/form-data; boundary=x"
    for path, own, length, kind, status in (
        (page, key, LONGEST + 1, multipart, 413),
        (page, key, 31 << 20, "application/x-www-form-urlencoded", 413),
        (f"{page}/split", key, 1 << 40, multipart, 413),
        (page, "", 31 << 20, multipart, 404),  # without an open page nothing is read at all
        (page, "", 1000, multipart, 404),
        ("/open", "", 17 << 10, multipart, 413),
        ("/confirm", "", 1 << 20, "application/x-www-form-urlencoded", 413),
        ("/word", "", 31 << 20, multipart, 413),
        ("/code", "", 17 << 10, "application/x-www-form-urlencoded", 413),
    ):
        with socket.create_connection(("127.0.0.1", pages.door.port), timeout=PATIENCE) as connection:
            began = time.monotonic()
            connection.sendall(pages.post(path, own, length, kind))
            assert status_of(connection) == status, (path, length)
            assert time.monotonic() - began < BODY_SECONDS, path


def piece(kind: str) -> bytes:
    return b"100000\r\n" + kind.encode() * (1 << 20) + b"\r\n"


@pytest.mark.parametrize("path", ["/open", "/code", "page"])
def test_a_body_without_an_end_is_cut_and_takes_no_memory(pages: Pages, path: str) -> None:
    key = pages.keys[0]
    place = f"/p/{page_id(key)}" if path == "page" else path
    head = pages.post(place, key if path == "page" else "", None, "multipart/form-data; boundary=x")
    begin = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
    before = pages.memory("VmRSS")
    Path(f"/proc/{pages.worker}/clear_refs").write_text("5")
    ended: list[float] = []

    def attack() -> None:
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", pages.door.port), timeout=PATIENCE) as connection:
            with suppress(OSError):
                connection.sendall(head + f"{len(begin):x}\r\n".encode() + begin + b"\r\n")
                for _ in range(2_000):
                    connection.sendall(piece("y"))
            ended.append(time.monotonic() - began)

    threads = [threading.Thread(target=attack) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    grown = pages.memory("VmHWM") - before
    print(f"{path}, {AT_ONCE} at once: {grown / 2**20:.1f} MiB above idle, cut after {max(ended):.1f} s")  # noqa: T201 - the figure
    assert max(ended) < PATIENCE
    assert grown <= GROWTH
    assert pages.look(1) == 200


@pytest.mark.parametrize("pace", [None, 0.2], ids=["half a form", "a byte now and then"])
def test_forms_that_come_slowly_or_never_are_cut(pages: Pages, pace: float | None) -> None:
    key, stop = pages.keys[0], threading.Event()

    def drips(connection: socket.socket) -> None:
        with suppress(OSError):
            while pace and not stop.wait(pace):
                connection.sendall(b"x")

    with ExitStack() as held:
        threads = []
        for _ in range(AT_ONCE):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", pages.door.port)))
            connection.sendall(pages.post(f"/p/{page_id(key)}", key, 1000) + b"csrf=")
            threads.append(threading.Thread(target=drips, args=(connection,)))
            threads[-1].start()
        began = time.monotonic()
        assert pages.look(1) == 200
        took = time.monotonic() - began
        stop.set()
        for thread in threads:
            thread.join()
        print(f"a page beside {AT_ONCE} forms that do not come: {took:.1f} s")  # noqa: T201 - the figure
        assert took < PATIENCE


def test_a_flood_of_one_page_slows_no_other(pages: Pages) -> None:
    """Every request of the flood is sent at a fixed time, from an address of its own."""
    stop, found = threading.Event(), Counter[int]()

    def flood(number: int) -> None:
        connection, began = pages.door.connection(), time.monotonic() + number / FLOOD_A_SECOND
        for count in range(100_000):
            if stop.wait(max(0.0, began + count * FLOODERS / FLOOD_A_SECOND - time.monotonic())):
                break
            found[pages.look(0, connection, f"10.{number}.{count // 256 % 256}.{count % 256}")] += 1
        connection.close()

    def median() -> float:
        times, connection = [], pages.door.connection()
        for _ in range(LOOKS):
            began = time.monotonic()
            assert pages.look(1, connection) == 200
            times.append(time.monotonic() - began)
            time.sleep(0.05)
        connection.close()
        return statistics.median(times)

    for _ in range(5):
        pages.look(1)
    before = median()
    threads = [threading.Thread(target=flood, args=(number,)) for number in range(FLOODERS)]
    for thread in threads:
        thread.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while found[429] < FLOOD_A_SECOND and time.monotonic() < deadline:
            time.sleep(0.05)
        during = median()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    calm = max(before, median())  # excludes other load on the machine
    print(f"a page: {calm * 1000:.1f} ms, in a flood {during * 1000:.1f} ms, {during / calm:.2f} x; {dict(found)}")  # noqa: T201 - the figure
    assert found[429] > 3 * found[200]
    assert during <= SLOWER * calm
