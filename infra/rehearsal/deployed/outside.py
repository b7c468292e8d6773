"""The proxy for outgoing requests of the functions. It serves the public keys of Identity-Aware Proxy.

Requests to all other hosts are recorded and refused. The proxy terminates TLS itself, with a certificate authority that
only processes of the rehearsal trust. Addresses on this machine are not proxied.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KEYS_HOST, KEYS_PATH = "www.gstatic.com", "/iap/verify/public_key"
_LONGEST_HEAD = 65536


class Outside:
    def __init__(self, folder: Path, public_keys: Callable[[], dict[str, str]]) -> None:
        self._public_keys = public_keys
        self._authority, self._tls = _certified(folder, KEYS_HOST)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.refused: list[str] = []
        """Hosts that a function asked for and was refused."""
        threading.Thread(target=self._accept, daemon=True).start()

    def environment(self) -> dict[str, str]:
        port = self._socket.getsockname()[1]
        near = dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost")
        return near | {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "SSL_CERT_FILE": str(self._authority)}

    def close(self) -> None:
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(link,), daemon=True).start()

    def _answer(self, link: socket.socket) -> None:
        link.settimeout(30)
        try:
            with link:
                _, host, *_ = _head(link).split(" ")
                if host != f"{KEYS_HOST}:443":
                    self.refused.append(host)
                    link.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                    return
                link.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                with self._tls.wrap_socket(link, server_side=True) as inner:
                    inner.sendall(self._keys(_head(inner)))
        except OSError:
            return  # the function has closed the connection and will ask again

    def _keys(self, head: str) -> bytes:
        if head.split(" ")[1] != KEYS_PATH:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        body = json.dumps(self._public_keys()).encode()
        headers = f"Content-Type: application/json\r\nCache-Control: max-age=3000\r\nContent-Length: {len(body)}\r\n"
        return f"HTTP/1.1 200 OK\r\n{headers}Connection: close\r\n\r\n".encode() + body


def _head(link: socket.socket) -> str:
    found = b""
    while b"\r\n\r\n" not in found and len(found) < _LONGEST_HEAD:
        part = link.recv(4096)
        if not part:
            raise ConnectionError("the head of the request did not come")
        found += part
    return found.split(b"\r\n")[0].decode()


def _certified(folder: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """Return the file of a certificate authority, and a server's TLS context with a certificate for `host`."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "The rehearsal")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    authority, private = folder / "authority.pem", folder / "outside.key"
    authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    private.chmod(0o600)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, private)
    return authority, context
