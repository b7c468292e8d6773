"""Find the name of the process that made a call, so that costs and faults can be attributed to it.

Unmodified clients do not send their name. The emulator therefore asks Linux for the process behind the connection.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

CALLER_KEY = "x-emulator-caller"
"""The key of the request metadata by which a caller may give its name."""
_PROC = Path("/proc")
_PEER = re.compile(r"ipv4:127\.0\.0\.1:(\d+)")
_NAMED_BY = b"K_SERVICE="
_LOOPBACK = "0100007F"
"""The address 127.0.0.1 as Linux writes it in its tables of sockets. In the IPv6 table, addresses end with it."""


def caller_of(context: Any, port: int) -> str:
    """Return the name of the process behind a call. `port` is the emulator's port that was called.

    The name is the first of these that is known: the request's metadata `x-emulator-caller`, the calling process's
    environment variable K_SERVICE (Cloud Run sets it to the service's name), and the address of the connection. Linux
    shows the environment only of processes of the same user.
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
    """Return the inode of the socket that connects two ports of this machine, or None.

    Both ports are compared, because one port may be connected to several others.
    """
    ends = f"{_LOOPBACK}:{local:04X}", f"{_LOOPBACK}:{remote:04X}"
    tables = [table for table in (_PROC / "net" / "tcp", _PROC / "net" / "tcp6") if table.exists()]
    rows = (line.split() for table in tables for line in table.read_text().splitlines()[1:])
    return next((row[9] for row in rows if row[1].endswith(ends[0]) and row[2].endswith(ends[1])), None)


def _service(socket: str) -> str | None:
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
    except OSError:  # it was closed meanwhile
        return False
