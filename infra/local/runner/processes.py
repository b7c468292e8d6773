"""A supervised process: started in its own process group, watched, and restarted when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from infra.local.platform.event_log import EventLog
from infra.local.stack.process_spec import ProcessSpec
from infra.paths import ROOT

FIRST_PAUSE, LONGEST_PAUSE, SETTLED_AFTER = 0.3, 10.0, 10.0
GRACE = 5.0
LARGEST_LOG = 20_000_000
TAIL_LINES = 25


class StartFailureError(Exception):
    """Raised if a process does not become healthy. The message has its name and the end of its log."""


class Supervised:
    """Runs a process until `stop`, and restarts it when it dies. Every start appends to the same log."""

    def __init__(self, spec: ProcessSpec, log: Path, event_log: EventLog, changed: Callable[[], None]) -> None:
        self.spec = spec
        self.restarts = 0
        self.state = "stopped"
        self._log = log
        self._event_log = event_log
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self, session: aiohttp.ClientSession, patience: float) -> None:
        """Start the process, wait at most `patience` seconds until it is healthy, then keep it running.

        Raise StartFailureError if it does not become healthy.
        """
        await self._spawn()
        try:
            await self._healthy(session, patience)
        except BaseException:
            await self.stop()
            raise
        self._watch = asyncio.create_task(self._keep(session), name=f"keep {self.spec.name}")

    async def stop(self) -> None:
        """Send SIGTERM to the process group, then SIGKILL to the processes that are left."""
        if self._watch:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None
        if self._process is not None:
            self._signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), GRACE)
            self._signal(signal.SIGKILL)
            await self._process.wait()
        self.state = "stopped"

    def log_tail(self) -> str:
        with suppress(OSError):
            return "\n".join(self._log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
        return ""

    async def _spawn(self) -> None:
        if self._log.exists() and self._log.stat().st_size > LARGEST_LOG:
            self._log.replace(self._log.with_suffix(".old.log"))
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.spec.command,
                cwd=ROOT,
                env=dict(self.spec.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.state = "starting"
        self._changed()

    async def _healthy(self, session: aiohttp.ClientSession, patience: float) -> None:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self._process is None or self._process.returncode is not None:
                code = self._process.returncode if self._process else None
                raise StartFailureError(
                    f"{self.spec.name} ended with status {code}; the end of {self._log}:\n{self.log_tail()}"
                )
            if await _answers(session, self.spec.health):
                self.state = "up"
                return
            await asyncio.sleep(0.05)
        raise StartFailureError(
            f"{self.spec.name} was not healthy after {patience:.0f} s; the end of {self._log}:\n{self.log_tail()}"
        )

    async def _keep(self, session: aiohttp.ClientSession) -> None:
        pause = FIRST_PAUSE
        while self._process is not None:
            started = time.monotonic()
            code = await self._process.wait()
            self._signal(signal.SIGKILL)  # a worker that outlived its server still holds the port
            pause = FIRST_PAUSE if time.monotonic() - started > SETTLED_AFTER else min(pause * 2, LONGEST_PAUSE)
            self.state = "restarting"
            self._event_log.add("restart", process=self.spec.name, status=code, pause=pause)
            print(f"{self.spec.name} ended with status {code}; starting it again in {pause:.1f} s", flush=True)
            await asyncio.sleep(pause)
            await self._spawn()
            self.restarts += 1
            with suppress(StartFailureError):
                await self._healthy(session, patience=30)
                self._event_log.add("started", process=self.spec.name)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


async def _answers(session: aiohttp.ClientSession, health: str) -> bool:
    address = urlsplit(health)
    try:
        if address.scheme == "tcp":
            _, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.transport.abort()
        else:
            async with session.get(health, timeout=aiohttp.ClientTimeout(total=5)):
                pass
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
    return True
