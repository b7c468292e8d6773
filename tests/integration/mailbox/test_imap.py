"""The client of the office's mailbox, with a real mail server and with servers that violate the protocol."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from petitions.adapters.mailbox import imap
from petitions.adapters.mailbox.imap import ImapMailbox
from petitions.errors import NeedsHuman, Retryable
from tests.imap_server import (
    ENVIRONMENT_OF_TRUST,
    PASSWORD,
    SERVERS,
    USER,
    ImapServer,
    behind_tls,
    certificate,
    imap_server,
    server_of,
)
from tests.unit.mailbox.letters import letter


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with server_of(request.param, tmp_path_factory.mktemp("mail")) as running:
        yield running


def mailbox(server: ImapServer, folder: str = "Don thu", move_to: str = "") -> ImapMailbox:
    server.make('"Don thu"')
    return ImapMailbox(server.url, PASSWORD, folder, move_to)


def test_letters_are_found_read_and_marked_as_seen(server: ImapServer) -> None:
    box, came = mailbox(server), datetime(2026, 11, 30, 2, 5, 7, tzinfo=UTC)
    one, other = letter("một"), letter("hai")
    server.receive(one, other, folder='"Don thu"', at=came)
    with box.open() as folder:
        first, second = folder.after(0)
        assert (first.size, first.arrived_at) == (len(one), came)
        assert folder.content(first.uid, 10**6) == one
        assert folder.content(first.uid, 10) == one[:10]
        assert list(folder.after(first.uid)) == [second]
        assert list(folder.after(second.uid)) == []
        assert folder.content(second.uid + 7, 10) is None
        assert [seen for _, seen in server.flags('"Don thu"')] == [False, False]
        folder.done(first.uid)
    assert [seen for _, seen in server.flags('"Don thu"')] == [True, False]


def test_a_folder_that_is_made_anew_has_another_validity(server: ImapServer) -> None:
    validities = set()
    for _ in range(2):
        with mailbox(server).open() as folder:
            validities.add(folder.validity)
    assert len(validities) == 2


def test_many_letters_come_in_their_order(server: ImapServer) -> None:
    box = mailbox(server)
    server.receive(*[letter(str(number)) for number in range(120)], folder='"Don thu"')
    with box.open() as folder:
        uids = [item.uid for item in folder.after(0)]
    assert len(uids) == 120
    assert uids == sorted(uids)


def test_a_letter_that_is_done_can_be_moved_and_is_never_deleted(server: ImapServer) -> None:
    box = mailbox(server, move_to="Da doc")
    server.make('"Da doc"')
    server.receive(letter("một"), letter("hai"), folder='"Don thu"')
    with box.open() as folder:
        first, _ = folder.after(0)
        folder.done(first.uid)
    assert [seen for _, seen in server.flags('"Da doc"')] == [True]
    assert [seen for _, seen in server.flags('"Don thu"')] == [False]


def test_a_letter_stays_where_it_is_if_the_folder_to_move_to_is_missing(server: ImapServer) -> None:
    box = mailbox(server, move_to="Khong co")
    server.receive(letter("một"), folder='"Don thu"')
    with box.open() as folder:
        (first,) = folder.after(0)
        folder.done(first.uid)
    assert [seen for _, seen in server.flags('"Don thu"')] == [True]


def test_a_wrong_password_and_a_missing_folder_are_for_a_person(server: ImapServer) -> None:
    for box, reason in (
        (ImapMailbox(server.url, "sai", "INBOX", ""), "imap_login"),
        (ImapMailbox(server.url, PASSWORD, "Khong co", ""), "imap_folder"),
    ):
        with pytest.raises(NeedsHuman) as raised, box.open():
            pass
        assert raised.value.reason == reason


def test_nothing_goes_to_another_machine_unless_it_is_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = "127.0.0.2"  # not a local address for the client
    files = certificate(tmp_path, host)
    with imap_server(host, "--cert", str(files[0]), "--key", str(files[1])) as server:
        box = ImapMailbox(server.url, PASSWORD, "INBOX", "")
        with pytest.raises(Retryable) as raised, box.open():
            pass
        assert raised.value.reason == "imap_tls"
        monkeypatch.setenv(ENVIRONMENT_OF_TRUST, str(files[0]))
        with box.open() as folder:
            assert list(folder.after(0)) == []
    with imap_server(host) as plain, pytest.raises(Retryable), ImapMailbox(plain.url, PASSWORD, "INBOX", "").open():
        pass


def test_tls_from_the_first_byte_on(server: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = certificate(tmp_path, server.host)
    with behind_tls(server, files) as port:
        box = ImapMailbox(f"imaps://{USER}@{server.host}:{port}", PASSWORD, "INBOX", "")
        with pytest.raises(Retryable) as raised, box.open():
            pass
        assert raised.value.reason == "imap_tls"
        monkeypatch.setenv(ENVIRONMENT_OF_TRUST, str(files[0]))
        with box.open() as folder:
            assert folder.validity


@contextmanager
def answering(*lines: bytes) -> Iterator[int]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in lines:
                self.wfile.write(line)
                line_received = self.rfile.readline()
                if not line_received:
                    return

    class Door(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Door(("127.0.0.1", 0), Handler) as door:
        threading.Thread(target=door.serve_forever, daemon=True).start()
        yield int(door.server_address[1])
        door.shutdown()


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (b"HTTP/1.1 400 Bad Request\r\n",),
        (b"* BYE\r\n",),
        (b"* OK\r\n", b"\xff\xff\r\n"),
        (b"* OK\r\n", b"* CAPABILITY IMAP4rev1\r\n"),
        (b"* OK [CAPABILITY IMAP4rev1]\r\n", b"x" * 2_000_000 + b"\r\n"),
    ],
)
def test_response_unlike_a_mail_servers_is_retryable(lines: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "TIMEOUT", 0.5)
    with answering(*lines) as port:
        box = ImapMailbox(f"imap://a@127.0.0.1:{port}", "x", "INBOX", "")
        with pytest.raises(Retryable), box.open():
            pass


def test_a_server_that_is_not_there_can_be_tried_again() -> None:
    with answering() as port:
        pass
    with pytest.raises(Retryable) as raised, ImapMailbox(f"imap://a@127.0.0.1:{port}", "x", "INBOX", "").open():
        pass
    assert raised.value.reason == "imap_connect"
