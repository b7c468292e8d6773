"""Checks links before files are downloaded: https on the usual port, on the hosts from which Zalo serves attachments.

This defends against server-side request forgery. The connection goes exactly to the address checked here. So anything
that two parsers could read differently (user names, backslashes, control characters, non-ASCII hosts, odd ports) is
refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address
from urllib.parse import urlsplit

LONGEST_LINK = 4096
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost"})
_SCHEME_PORTS = {"https": 443, "http": 80}
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_ODD = re.compile(r"[^\x21-\x7e]|\\")


class LinkRefused(ValueError):  # noqa: N818 - names the problem
    """Raised for a link that may not be downloaded. Another try is pointless."""


@dataclass(frozen=True)
class Link:
    """A link that passed the check, in parts for the connection."""

    host: str
    port: int
    target: str
    """The path and query to request."""
    secure: bool = True
    """False only for this machine (loopback), on which developers run the emulators."""


def checked(url: str, hosts: Collection[str], *, local: bool) -> Link:
    """Return the checked link, with http changed to https. Raise LinkRefused if it may not be downloaded.

    `hosts` are allowed with their subdomains. `local` also allows http to this machine.
    """
    if len(url) > LONGEST_LINK or _ODD.search(url):
        raise LinkRefused("malformed")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise LinkRefused("malformed") from error
    if parts.scheme not in _SCHEME_PORTS:
        raise LinkRefused("scheme")
    if "@" in parts.netloc:
        raise LinkRefused("userinfo")
    host = (parts.hostname or "").removesuffix(".")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if local and parts.scheme == "http" and host in LOOPBACK_HOSTS:
        return Link(host, port if port is not None else 80, target, secure=False)
    if not _HOST.fullmatch(host) or not any(host == item or host.endswith(f".{item}") for item in hosts):
        raise LinkRefused("host")
    if port not in {None, _SCHEME_PORTS[parts.scheme]}:
        raise LinkRefused("port")
    return Link(host, 443, target)


def may_connect(address: IPv4Address, link: Link) -> bool:
    """Return whether the address to which the host was resolved is public or, for a local link, on this machine."""
    if not link.secure:
        return address.is_loopback
    return address.is_global and not address.is_multicast
