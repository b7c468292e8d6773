"""A file server, plain or with TLS, with raw responses given by the test."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

Answer = Callable[[socket.socket], object]


class LinkServer:
    """A file server on a free port, which gives raw responses and records its requests.

    `paths` has the responses by path, `otherwise` the one for all other paths. `asked` lists the requests.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.paths: dict[str, bytes | Answer] = {}
        self.otherwise = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        self.asked: list[tuple[str, str]] = []
        self.closing = threading.Event()
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        self.closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), plain:
            connection = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
            with connection:
                head = b""
                while b"\r\n\r\n" not in head:
                    piece = connection.recv(4096)
                    if not piece:
                        return
                    head += piece
                lines = head.decode("latin-1").split("\r\n")
                host = next(line[6:] for line in lines if line.lower().startswith("host: "))
                path = lines[0].split(" ")[1]
                self.asked.append((path, host))
                answer = self.paths.get(path, self.otherwise)
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)


def whole(content: bytes, *, length: int | None = None) -> bytes:
    length = len(content) if length is None else length
    return f"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n".encode() + content


def moved(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


@contextlib.contextmanager
def certificate(folder: Path, *names: str) -> Iterator[tuple[ssl.SSLContext, ssl.SSLContext]]:
    files = [str(folder / name) for name in ("key.pem", "cert.pem")]
    names_of = ",".join(f"DNS:{name}" for name in names)
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    command += ["-keyout", files[0], "-out", files[1], "-addext", f"subjectAltName={names_of}"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files[1], files[0])
    yield server, ssl.create_default_context(cafile=files[1])
