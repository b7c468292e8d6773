"""Kill the processes that a killed runner left behind. Standard library only."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

from infra.local.runner import procfs
from infra.local.stack.folder import StackFolder

PATIENCE = 5.0


def kill_orphans(folder: StackFolder) -> None:
    """Kill the processes of this stack that outlived their runner.

    They are recognized by the stack's clock file in their environment.
    """
    entry = f"LOCAL_CLOCK_FILE={folder.clock_file}"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        left = [pid for pid in procfs.with_environment(entry) if pid != os.getpid()]
        if not left:
            return
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
