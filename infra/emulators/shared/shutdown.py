"""Wait for the request to stop a server process."""

from __future__ import annotations

import asyncio
import signal
import sys


def stop_requested(*, with_stdin: bool) -> asyncio.Event:
    """Return an event set by SIGTERM or SIGINT and, with `with_stdin`, by the end of standard input."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if with_stdin:
        loop.add_reader(sys.stdin.fileno(), stopped.set)
    return stopped
