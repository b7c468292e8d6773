"""The downloader with real sockets: redirects, fixed addresses, certificates, sizes, slow servers."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from petitions.adapters import download
from petitions.adapters.download import LinkDownloader, make_downloader
from petitions.domain.files.attachment import MAX_FILE
from petitions.ports.files import Download
from tests.integration.adapters.link_server import Answer, LinkServer, certificate, moved, whole

MOST = 1000


@pytest.fixture
def server() -> Iterator[LinkServer]:
    made = LinkServer()
    yield made
    made.close()


@pytest.fixture
def local() -> LinkDownloader:
    return LinkDownloader(["zdn.vn"], local=True, seconds=0.7)


def test_bytes_come_as_they_are(server: LinkServer, local: LinkDownloader) -> None:
    server.paths["/a?b=1"] = whole(b"photo")
    assert local.fetch(server.url("/a?b=1"), MOST) == Download(b"photo")


def test_redirects_are_followed_and_checked_at_every_hop(server: LinkServer, local: LinkDownloader) -> None:
    server.paths |= {"/a": moved("/b"), "/b": moved(server.url("/c"), 307), "/c": whole(b"photo")}
    assert local.fetch(server.url("/a"), MOST).content == b"photo"
    for place in (
        "http://169.254.169.254/computeMetadata/v1/",
        "http://10.0.0.1/",
        "https://evil.example/",
        "file:///etc/passwd",
        "http://127.0.0.1@evil.example/",
        "//evil.example/",
    ):
        server.paths["/b"] = moved(place)
        got = local.fetch(server.url("/a"), MOST)
        assert (got.content, got.final) == (None, True), place
        assert got.reason in {"host", "scheme", "userinfo"}


def test_a_circle_of_redirects_ends(server: LinkServer, local: LinkDownloader) -> None:
    server.paths["/a"] = moved("/a")
    assert local.fetch(server.url("/a"), MOST) == Download(reason="redirects", final=True)
    assert len(server.asked) == download.MOST_HOPS


@pytest.mark.parametrize("status", [301, 404, 410, 429, 500, 503])
def test_other_answers_are_worth_another_try(server: LinkServer, local: LinkDownloader, status: int) -> None:
    server.paths["/a"] = f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode()
    assert local.fetch(server.url("/a"), MOST) == Download(reason=f"status_{status}")


def test_too_large_by_its_own_word_is_not_read(server: LinkServer, local: LinkDownloader) -> None:
    server.paths["/a"] = whole(b"x", length=MAX_FILE + 1)
    assert local.fetch(server.url("/a"), MAX_FILE) == Download(reason="size", final=True)


def test_too_large_without_a_word_is_read_to_the_cap(server: LinkServer, local: LinkDownloader) -> None:
    sent = []

    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(bytes(64 * 1024))
            sent.append(64 * 1024)

    server.paths["/a"] = endless
    assert local.fetch(server.url("/a"), 300_000) == Download(reason="size", final=True)
    # The kernel's buffers take some data that the downloader never reads.
    assert sum(sent) < 20_000_000


def test_exactly_the_cap_is_taken(server: LinkServer, local: LinkDownloader) -> None:
    server.paths["/a"] = whole(bytes(MOST))
    assert local.fetch(server.url("/a"), MOST).content == bytes(MOST)
    server.paths["/a"] = b"HTTP/1.0 200 OK\r\n\r\n" + bytes(MOST + 1)
    assert local.fetch(server.url("/a"), MOST).reason == "size"


def test_a_body_that_is_cut_is_none(server: LinkServer, local: LinkDownloader) -> None:
    server.paths["/a"] = whole(b"half", length=9)
    assert local.fetch(server.url("/a"), MOST) == Download(reason="cut")
    server.paths["/b"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nphoto\r\n"
    assert local.fetch(server.url("/b"), MOST).content is None
    server.paths["/c"] = whole(b"")
    assert local.fetch(server.url("/c"), MOST) == Download(reason="empty")


def _trickle(head: bytes, server: LinkServer) -> Answer:
    def answer(connection: socket.socket) -> None:
        connection.sendall(head)
        while not server.closing.wait(0.05):
            connection.sendall(b"a")

    return answer


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n",
    ],
)
def test_a_peer_that_gives_byte_by_byte_gets_its_time_and_no_more(
    server: LinkServer, local: LinkDownloader, head: bytes
) -> None:
    server.paths["/a"] = _trickle(head, server)
    began = time.monotonic()
    got = local.fetch(server.url("/a"), MOST)
    assert (got.content, got.final, got.reason) == (None, False, "timeout")
    assert 0.6 < time.monotonic() - began < 30  # the peer would go on for ever


def test_silent_peer_gets_no_more_time(server: LinkServer, local: LinkDownloader) -> None:
    server.paths["/a"] = lambda _: server.closing.wait(60)
    began = time.monotonic()
    assert local.fetch(server.url("/a"), MOST).reason == "timeout"
    assert time.monotonic() - began < 30


def test_nobody_there(local: LinkDownloader) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert local.fetch(f"http://127.0.0.1:{port}/", MOST) == Download(reason="connection")


def test_an_answer_that_is_no_http(server: LinkServer, local: LinkDownloader) -> None:
    server.paths["/a"] = b"\x00\x01 nonsense\r\n\r\n"
    assert local.fetch(server.url("/a"), MOST).reason == "connection"


@pytest.mark.parametrize("host", [None, ""])
def test_links_to_this_machine_are_for_a_laptop_alone(
    server: LinkServer, monkeypatch: pytest.MonkeyPatch, host: str | None
) -> None:
    server.paths["/a"] = whole(b"photo")
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
    assert make_downloader(["zdn.vn"]).fetch(server.url("/a"), MOST).content == b"photo"
    if host is None:
        monkeypatch.delenv("FIRESTORE_EMULATOR_HOST")
    else:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
    before = len(server.asked)
    assert make_downloader(["zdn.vn"]).fetch(server.url("/a"), MOST) == Download(reason="host", final=True)
    assert make_downloader(["127.0.0.1", "localhost"]).fetch(server.url("/a"), MOST).content is None
    assert len(server.asked) == before


class Names:
    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1"])
def test_an_allowed_name_that_leads_to_a_private_address_is_refused(address: str) -> None:
    for found in ([address], ["203.171.20.7", address]):
        got = LinkDownloader(["zdn.vn"], find=Names(found)).fetch("https://f1.zdn.vn/a", MOST)
        assert got == Download(reason="address", final=True)
        both = LinkDownloader(["zdn.vn"], local=True, find=Names(found)).fetch("https://f1.zdn.vn/a", MOST)
        assert both == Download(reason="address", final=True)


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against DNS rebinding, a name is looked up once in a hop, and the connection uses that answer."""
    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_: object) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    names = Names(["203.171.20.7"], ["127.0.0.1"])
    assert LinkDownloader(["zdn.vn"], find=names).fetch("http://f1.zdn.vn/a", MOST) == Download(reason="connection")
    assert (names.asked, connected) == (["f1.zdn.vn"], [("203.171.20.7", 443)])


def test_a_name_that_leads_nowhere_is_worth_another_try() -> None:
    def nowhere(_: str) -> Sequence[str]:
        raise socket.gaierror

    assert LinkDownloader(["zdn.vn"], find=nowhere).fetch("https://f1.zdn.vn/", MOST) == Download(reason="connection")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_the_certificate_must_be_of_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address looks public but the connection ends at our TLS server, so only the certificate is checked."""
    real = socket.create_connection
    with certificate(tmp_path, "f1.zdn.vn") as (server_tls, client_tls):
        server = LinkServer(server_tls)
        server.paths["/a"] = whole(b"photo")
        monkeypatch.setattr(socket, "create_connection", lambda _, timeout: real(("127.0.0.1", server.port), timeout))
        names = Names(["203.171.20.7"])
        fetch = LinkDownloader(["zdn.vn"], tls=client_tls, find=names).fetch
        assert fetch("http://f1.zdn.vn/a", MOST).content == b"photo"
        assert server.asked == [("/a", "f1.zdn.vn")]
        assert fetch("https://f2.zdn.vn/a", MOST) == Download(reason="connection")
        assert LinkDownloader(["zdn.vn"], find=names).fetch("https://f1.zdn.vn/a", MOST).reason == "connection"
        server.close()
