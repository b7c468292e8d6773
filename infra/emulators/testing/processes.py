"""Helpers for processes that tests start: their folder, free ports, and their end together with the tests."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The folder in which `python -m infra.emulators...` runs."""

BELOW_EPHEMERAL = range(10_000, 32_768)
"""The ports for test servers: the kernel gives its own from 32768 on."""

LIFELINE, _HELD = os.pipe()
"""The standard input of the emulators (`--stop-with-stdin`): it ends with this process, also after a SIGKILL."""


def free_ports(count: int) -> list[int]:
    """Return free ports of the loopback address.

    They lie below the range from which the kernel assigns ports to connections, so that no connection takes one before
    its server listens.
    """
    found: set[int] = set()
    while len(found) < count:
        port = secrets.choice(BELOW_EPHEMERAL)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.add(port)
    return list(found)


def free_port() -> int:
    return free_ports(1)[0]
