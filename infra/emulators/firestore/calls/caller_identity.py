"""Who calls. Unmodified clients do not tell, so the process at the other end of the connection is asked."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from infra.emulators.firestore.metering.counters import CALLER_KEY

_PROC = Path("/proc")
_PEER = re.compile(r"ipv4:127\.0\.0\.1:(\d+)")
_NAMED_BY = b"K_SERVICE="
_LOOPBACK = "0100007F"
"""127.0.0.1 in the tables of sockets; in that of IPv6 it is the end of the mapped address."""


def caller_of(context: Any, port: int) -> str:
    """The caller's name; `port` is the one that it has called.

    In this order: the metadata `x-emulator-caller`; the environment variable K_SERVICE (a function's name, as on the
    platform) of the calling process, where Linux shows it; the address that the connection comes from.
    """
    for key, value in context.invocation_metadata() or ():
        if key == CALLER_KEY:
            return str(value)
    return _process_name(str(context.peer()), port)


@lru_cache(maxsize=4096)
def _process_name(peer: str, port: int) -> str:
    local = _PEER.fullmatch(peer)
    inode = inode_of(int(local[1]), port) if local else None
    service = _service(f"socket:[{inode}]") if inode else None
    return service or peer


def inode_of(local: int, remote: int) -> str | None:
    """The inode of the socket that is connected from one port of this machine to another.

    Both are looked at: one port may be connected to several others at the same time, by different processes.
    """
    ends = f"{_LOOPBACK}:{local:04X}", f"{_LOOPBACK}:{remote:04X}"
    tables = [table for table in (_PROC / "net" / "tcp", _PROC / "net" / "tcp6") if table.exists()]
    rows = (line.split() for table in tables for line in table.read_text().splitlines()[1:])
    return next((row[9] for row in rows if row[1].endswith(ends[0]) and row[2].endswith(ends[1])), None)


def _service(socket: str) -> str | None:
    """K_SERVICE of the process that holds a socket; processes of other users are not seen."""
    for process in _PROC.glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes().split(b"\0")
            named = next((one for one in environment if one.startswith(_NAMED_BY)), None)
            opened = list((process / "fd").iterdir()) if named else []
        except OSError:
            continue
        if named and any(_leads_to(socket, one) for one in opened):
            return named.removeprefix(_NAMED_BY).decode(errors="replace")
    return None


def _leads_to(socket: str, descriptor: Path) -> bool:
    try:
        return str(descriptor.readlink()) == socket
    except OSError:  # closed meanwhile
        return False
