"""Downloads attachments from Zalo's servers only. Implements `ports.Downloader`.

Host names are resolved before the connection, which goes to exactly the address that was checked. A name that changes
its address in between (DNS rebinding) cannot bypass the check. Targets of redirects are checked in the same way.
Proxies, cookies and credentials are never used.
"""

from __future__ import annotations

import http.client
import io
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address
from urllib.parse import urljoin

from petitions.domain.files.links import Link, LinkRefused, checked, may_connect
from petitions.ports.files import Download

CONNECT_SECONDS = 5.0
FETCH_SECONDS = 20.0
"""The most seconds of a download with all its redirects, from the first connection to the last byte."""

MOST_HOPS = 4
_REDIRECTS = {301, 302, 303, 307, 308}
_OK = 200
_PIECE = 64 * 1024

Resolve = Callable[[str], Sequence[str]]


def resolve(host: str) -> Sequence[str]:
    """Return the IPv4 addresses of a host name.

    IPv6 is left out: Zalo's servers have IPv4 addresses, and IPv6 has too many ways to write a private address.
    """
    return [str(found[4][0]) for found in socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)]


class _Pinned(http.client.HTTPConnection):
    """An HTTP connection to a fixed address, whatever the host name resolves to now. TLS still verifies the name.

    A timer cuts the connection at `end` (monotonic seconds), so that a server cannot prolong it byte by byte. `release`
    stops the timer. `close` does not, because `getresponse` calls it before the body is read.
    """

    def __init__(self, link: Link, address: str, tls: ssl.SSLContext, end: float) -> None:
        super().__init__(link.host, link.port, timeout=min(CONNECT_SECONDS, _left(end)))
        self._address, self._link, self._tls, self._end = address, link, tls, end
        self.default_port = 443 if link.secure else 80  # a usual port is not named in the Host header
        self._watch: threading.Timer | None = None
        self._handle: socket.socket | None = None

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self._link.port), self.timeout)
        plain.settimeout(_left(self._end))
        # A second handle of the same connection. Shutting it down wakes a reader of the first.
        self._handle = plain.dup()
        self._watch = threading.Timer(_left(self._end), _cut, (self._handle,))
        self._watch.daemon = True
        self._watch.start()
        self.sock = self._tls.wrap_socket(plain, server_hostname=self._link.host) if self._link.secure else plain

    def release(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self.close()
        if self._handle is not None:
            self._handle.close()


def _left(end: float) -> float:
    return max(end - time.monotonic(), 0.001)


def _cut(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


class LinkDownloader:
    """Downloads from links to the given hosts only.

    `local` also allows http links to this machine, for a laptop (see `make_downloader`). Tests replace `tls` and
    `find`.
    """

    def __init__(
        self,
        hosts: Sequence[str],
        *,
        local: bool = False,
        tls: ssl.SSLContext | None = None,
        find: Resolve = resolve,
        seconds: float = FETCH_SECONDS,
    ) -> None:
        self._hosts, self._local, self._find, self._seconds = tuple(hosts), local, find, seconds
        self._tls = tls or ssl.create_default_context()

    def fetch(self, url: str, most: int) -> Download:
        """Return the bytes behind a link, or the reason why there are none. No exception is raised.

        A file of more than `most` bytes is refused, not cut. `final` marks a reason for which a repetition is useless,
        such as a forbidden address or a file that is too large.
        """
        end = time.monotonic() + self._seconds
        try:
            for _ in range(MOST_HOPS):
                link = checked(url, self._hosts, local=self._local)
                with self._answer(link, end) as answer:
                    location = answer.getheader("Location")
                    if answer.status not in _REDIRECTS or not location:
                        return _body(answer, most, end)
                url = urljoin(url, location)
        except LinkRefused as error:
            return Download(reason=str(error), final=True)
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = time.monotonic() >= end or isinstance(error, TimeoutError)
            return Download(reason="timeout" if late else "connection")
        return Download(reason="redirects", final=True)

    @contextmanager
    def _answer(self, link: Link, end: float) -> Iterator[http.client.HTTPResponse]:
        if time.monotonic() >= end:
            raise TimeoutError
        connection = _Pinned(link, self._address(link), self._tls, end)
        try:
            connection.request("GET", link.target, headers={"Accept-Encoding": "identity", "Accept": "*/*"})
            with connection.getresponse() as answer:
                yield answer
        finally:
            connection.release()

    def _address(self, link: Link) -> str:
        """Return an address of the link's host. Raise LinkRefused if one of its addresses is not allowed."""
        addresses = [IPv4Address(item) for item in self._find(link.host)]
        if not addresses:
            raise ConnectionError("the name leads nowhere")
        if not all(may_connect(address, link) for address in addresses):
            raise LinkRefused("address")
        return str(addresses[0])


def _body(answer: http.client.HTTPResponse, most: int, end: float) -> Download:
    if answer.status != _OK:
        return Download(reason=f"status_{answer.status}")
    if answer.length is not None and answer.length > most:
        return Download(reason="size", final=True)
    content = io.BytesIO()  # unlike a list of pieces, it gives its bytes away without a copy
    while piece := answer.read1(_PIECE):
        content.write(piece)
        if content.tell() > most:
            return Download(reason="size", final=True)
    if time.monotonic() >= end:  # cut by our own watch, which looks like the peer's end
        return Download(reason="timeout")
    if answer.length:
        return Download(reason="cut")
    return Download(content.getvalue()) if content.tell() else Download(reason="empty")


def make_downloader(hosts: Sequence[str]) -> LinkDownloader:
    """Return the downloader of this process. Links to this machine are allowed with the emulator only."""
    return LinkDownloader(hosts, local=bool(os.environ.get("FIRESTORE_EMULATOR_HOST")))
