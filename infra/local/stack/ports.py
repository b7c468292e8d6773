"""Choose the ports of a stack's servers: a requested one, else the one of the last start, else a free one."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterable, Mapping

# Below the range of ports for outgoing connections, so that no port is taken between runs.
FIRST, SPAN = 20_000, 9_000


def is_free(port: int) -> bool:
    """Return whether the port of the loopback address is free at this moment."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def allocate(
    names: Iterable[str],
    environment: Mapping[str, str],
    remembered: Mapping[str, int],
    seed: str,
) -> tuple[dict[str, int], list[str]]:
    """Return a port for every name, and one line per requested port that is invalid or taken.

    A variable requests a port, such as `ZALO_WEBHOOK_PORT` for `zalo_webhook`. The search for a free port starts at a
    number derived from `seed`, so that stacks started at the same moment do not choose the same ports.
    """
    ports: dict[str, int] = {}
    faults: list[str] = []
    wanted = list(names)
    for name in wanted:
        variable = f"{name.upper()}_PORT"
        text = environment.get(variable, "")
        if not text:
            continue
        if not text.isdecimal() or not 0 < int(text) < 65_536:  # noqa: PLR2004
            faults.append(f"{variable}: {text!r} is not a port (1-65535)")
        elif int(text) in ports.values():
            faults.append(f"{variable}: {text} is given twice")
        elif not is_free(int(text)):
            faults.append(f"{variable}: port {text} is taken by another program")
        else:
            ports[name] = int(text)
    candidate = FIRST + zlib.crc32(seed.encode()) % SPAN
    for name in wanted:
        if name in ports or faults:
            continue
        last = remembered.get(name)
        if last is not None and last not in ports.values() and is_free(last):
            ports[name] = last
            continue
        while candidate in ports.values() or candidate in remembered.values() or not is_free(candidate):
            candidate = candidate + 1 if candidate < FIRST + SPAN + 2_000 else FIRST
        ports[name] = candidate
    return ports, faults
