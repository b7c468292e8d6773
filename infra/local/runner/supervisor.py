"""The entry point of the process that runs a stack. `run` calls it in the foreground, `up` in the background."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from infra.local.platform.gate import client_session
from infra.local.runner.orphans import kill_orphans
from infra.local.runner.processes import StartFailureError
from infra.local.runner.runner import Runner
from infra.local.stack import plan
from infra.local.stack.addresses import addresses
from infra.local.stack.folder import StackError, StackFolder


def supervise(folder: StackFolder, sources: Path, environment: Mapping[str, str], ready: Callable[[str], None]) -> None:
    """Run the stack until SIGTERM or SIGINT. When it is healthy, call `ready` with the addresses as text.

    Raise StackError if the stack is running already or cannot be started. After a failed start, its processes are
    stopped before the error is raised.
    """
    folder.make()
    lock = folder.lock()
    if lock is None:
        raise StackError(f"the stack {folder.name} is up already")
    with lock:
        kill_orphans(folder)
        planned = plan.make(folder, sources, environment)
        try:
            asyncio.run(_supervise(planned, sources, ready))
        except StartFailureError as failure:
            raise StackError(str(failure)) from failure
        finally:
            folder.description_file.unlink(missing_ok=True)
            kill_orphans(folder)


async def _supervise(planned: plan.StackPlan, sources: Path, ready: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    begun = time.monotonic()
    async with AsyncExitStack() as exits:
        session = await exits.enter_async_context(client_session())
        runner = Runner(planned, sources, session)
        exits.push_async_callback(runner.stop)
        stopping = asyncio.create_task(stop.wait(), name="stop")
        for action in (runner.start(exits), runner.scheduler.run()):
            task = asyncio.create_task(action)
            await asyncio.wait([task, stopping], return_when=asyncio.FIRST_COMPLETED)
            if stopping.done():
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
                return
            await task
            lines = [*runner.notices, addresses(planned.description)]
            ready("\n".join([*lines, f"Ready in {time.monotonic() - begun:.1f} s."]))
