"""Helpers for processes that tests start: their folder, free ports, and an end together with the tests."""

from __future__ import annotations

import os
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
"""The folder in which `python -m infra.emulators...` runs."""

LIFELINE, _HELD = os.pipe()
"""The standard input of the emulators (`--stop-with-stdin`): it ends with this process, also after a SIGKILL."""


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback address on which nobody listens now."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
