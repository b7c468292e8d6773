"""Mail servers for tests, run as processes of their own: pymap from PyPI, and Debian's Dovecot.

Both speak IMAP4rev1 with UIDPLUS and MOVE. Dovecot is common in real offices, but missing on many machines.
"""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import re
import shutil
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "pakn@hanoi.example.vn", "mat-khau-cua-hop-thu"
STARTS_WITHIN = 30.0


@dataclass(frozen=True)
class ImapServer:
    host: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"imap://{USER.replace('@', '%40')}@{self.host}:{self.port}"

    def connect(self) -> imaplib.IMAP4:
        imap = imaplib.IMAP4(self.host, self.port, timeout=10)
        imap.login(USER, PASSWORD)
        return imap

    def make(self, folder: str) -> None:
        """Create an empty folder. An existing folder is replaced and gets another UIDVALIDITY."""
        imap = self.connect()
        imap.delete(folder)
        answer, _ = imap.create(folder)
        assert answer == "OK"
        imap.logout()

    def receive(self, *letters: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        """Append mails to a folder as if they had just arrived, or had arrived at the given time."""
        imap = self.connect()
        for letter in letters:
            answer, _ = imap.append(folder, "", imaplib.Time2Internaldate(at) if at else "", letter)
            assert answer == "OK"
        imap.logout()

    def flags(self, folder: str = "INBOX") -> list[tuple[int, bool]]:
        """Return (UID, seen) for every mail of a folder."""
        imap = self.connect()
        imap.select(folder, readonly=True)
        _, lines = imap.uid("FETCH", "1:*", "(UID FLAGS)")
        imap.logout()
        found = [re.search(rb"UID (\d+)", line) for line in lines if isinstance(line, bytes)]
        return [(int(uid[1]), rb"\Seen" in uid.string) for uid in found if uid]


@contextmanager
def imap_server(host: str = "127.0.0.1", *more: str) -> Iterator[ImapServer]:
    """Run pymap on a free port until the end of the block. `more` are further command-line arguments."""
    with socket.socket() as chosen:
        chosen.bind((host, 0))
        port = chosen.getsockname()[1]
    program = [sys.executable, "-c", "from pymap.main import main; main()", "--host", host, "--port", str(port)]
    tls = list(more) or ["--no-tls"]
    user = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen([*program, *tls, *user], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(host, port, process)
        yield ImapServer(host, port, process)
    finally:
        process.terminate()
        process.wait()


_DOVECOT = """
protocols = imap
listen = {host}
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


DOVECOT = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def dovecot_server(folder: Path, host: str = "127.0.0.1") -> Iterator[ImapServer]:
    assert DOVECOT
    with socket.socket() as chosen:
        chosen.bind((host, 0))
        port = chosen.getsockname()[1]
    who = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())  # it refuses the mails of root
    given = {"user": who.pw_name, "group": grp.getgrgid(who.pw_gid).gr_name, "password": PASSWORD}
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
        shutil.chown(folder / name, who.pw_uid, who.pw_gid)
    config = folder / "dovecot.conf"
    config.write_text(_DOVECOT.format(host=host, port=port, folder=folder, **given))
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(host, port, process)
        yield ImapServer(host, port, process)
    finally:
        process.terminate()
        process.wait()


SERVERS = ("pymap", "dovecot")


@contextmanager
def server_of(kind: str, folder: Path) -> Iterator[ImapServer]:
    """Run the server named `kind`, one of SERVERS. Skip the test if it is not installed."""
    if kind == "pymap":
        with imap_server() as running:
            yield running
        return
    if not DOVECOT:
        pytest.skip("NOT SHOWN: dovecot is missing (apt-get install dovecot-imapd)")
    folder.chmod(0o755)
    for parent in folder.parents[:2]:  # those that pytest made are root's alone
        parent.chmod(0o755)
    with dovecot_server(folder) as running:
        yield running


def _wait_for(host: str, port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection((host, port), timeout=1) as connection:
            if connection.recv(4) == b"* OK":
                return
        time.sleep(0.02)
    raise AssertionError("the mail server has not started")


def certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """Create a self-signed certificate for the given IP address. Return the files of the certificate and of its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{host}.pem", folder / f"{host}.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


@contextmanager
def behind_tls(server: ImapServer, files: tuple[Path, Path]) -> Iterator[int]:
    """Open a port with TLS that passes data on to the server, as port 993 does. Yield the port's number."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)

    class Passing(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as client,
                socket.create_connection((server.host, server.port)) as inner,
            ):
                threading.Thread(target=_pass, args=(inner, client), daemon=True).start()
                _pass(client, inner)

    class Door(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Door((server.host, 0), Passing) as door:
        threading.Thread(target=door.serve_forever, daemon=True).start()
        yield int(door.server_address[1])
        door.shutdown()


def _pass(from_there: socket.socket, to_here: socket.socket) -> None:
    with suppress(OSError):
        while content := from_there.recv(65536):
            to_here.sendall(content)
    with suppress(OSError):
        to_here.shutdown(socket.SHUT_WR)


ENVIRONMENT_OF_TRUST = "SSL_CERT_FILE"
"""The environment variable for OpenSSL's file of trusted authorities."""
