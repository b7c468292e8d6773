"""Ends what a runner left behind when it was killed. Standard library alone."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

from infra.local import memory
from infra.local.stack import StackFolder

SWEEP_SECONDS = 5.0


def sweep(folder: StackFolder) -> None:
    """End processes of this stack that outlived their runner; they are known by the clock file they were given."""
    entry = f"LOCAL_CLOCK_FILE={folder.clock_file}"
    deadline = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < deadline:
        left = [pid for pid in memory.with_environment(entry) if pid != os.getpid()]
        if not left:
            return
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
