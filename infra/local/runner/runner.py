"""A running stack: it starts the planned processes, replaces the cloud platform for them, and stops them."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from infra.local.clock import LocalClock
from infra.local.console import api
from infra.local.platform.backlog import Backlog, Pushes
from infra.local.platform.event_log import EventLog
from infra.local.platform.gate import Gate
from infra.local.platform.scheduler import Jobs, Scheduler
from infra.local.platform.timetable import Timetable
from infra.local.runner import procfs, provision_process
from infra.local.runner.processes import StartFailureError, Supervised
from infra.local.stack.plan import LOOPBACK_ADDRESS, StackPlan
from infra.local.stack.process_spec import ProcessSpec
from infra.local.stack.settings import OA_KEYS
from infra.local.training.begin import begin

PATIENCE = 60.0
HANG_UP_SECONDS = 1.0


class Runner:
    """A running stack. Call `start`, then `stop`. The console calls the other methods in between."""

    def __init__(self, plan: StackPlan, sources: Path, session: aiohttp.ClientSession) -> None:
        self.plan = plan
        self.clock = LocalClock(plan.folder.clock_file)
        self.event_log = EventLog(self.clock)
        self._pushes = Pushes()
        self.backlog = Backlog(
            session,
            plan.pubsub_admin_url,
            {name for name, sub in plan.manifest.subscriptions.items() if sub.function},
            self._pushes,
        )
        self._sources = sources
        self._session = session
        self.notices: list[str] = []
        self._ready = False
        self._changing = asyncio.Lock()
        self.processes = [
            Supervised(spec, plan.folder.logs / f"{spec.name}.log", self.event_log, self._describe)
            for spec in (*plan.emulators, *plan.functions)
        ]
        names = plan.manifest.functions
        schedules = {} if plan.frozen else plan.manifest.schedules
        self.timetable = Timetable(
            {name: schedule.cron for name, schedule in schedules.items()}, plan.manifest.time_zone
        )
        self.jobs = Jobs(
            plan.manifest,
            private_urls={name: plan.private_urls(name) for name in names},
            audiences={name: plan.urls[name] for name in names},
            key=plan.key,
            session=session,
            event_log=self.event_log,
        )
        self.scheduler = Scheduler(
            self.timetable,
            self.jobs,
            self.clock,
            ZoneInfo(plan.manifest.time_zone),
            self.event_log,
            self.backlog.settle,
        )

    async def start(self, exits: AsyncExitStack) -> None:
        """Open the functions' proxies, start every process, and wait until all are healthy.

        Raise StartFailureError if a process does not become healthy or a port is taken.
        """
        for name, function in self.plan.manifest.functions.items():
            front = Gate(
                name,
                public=function.public,
                timeout=function.timeout_seconds,
                audience=self.plan.urls[name],
                private_urls=self.plan.private_urls(name),
                key=self.plan.key,
                push_secret=self.plan.push_secret,
                session=self._session,
                event_log=self.event_log,
                pushes=self._pushes,
            )
            server = web.ServerRunner(web.Server(front.handle), shutdown_timeout=HANG_UP_SECONDS)
            await serve(server, self.plan.ports[name], exits)
        await self._bring_up()
        site = web.AppRunner(api.build(self), access_log=None, shutdown_timeout=HANG_UP_SECONDS)
        await serve(site, self.plan.ports["console"], exits)

    async def stop(self) -> None:
        """Stop every process, functions first, so that none of them calls a stopped emulator."""
        self._ready = False
        self.plan.folder.description_file.unlink(missing_ok=True)
        emulators = len(self.plan.emulators)
        await asyncio.gather(*(process.stop() for process in self.processes[emulators:]))
        await asyncio.gather(*(process.stop() for process in self.processes[:emulators]))

    async def reset(self) -> None:
        """Stop every process, delete the stored state, and restart at the same addresses and real time."""
        async with self._changing:
            await self.stop()
            self.plan.folder.empty()
            await self._bring_up()
            self.scheduler.restart()
            self.event_log.add("reset")

    async def train(self) -> tuple[bool, str]:
        """Create the practice cases: invented petitions on which officers learn to use their web pages.

        Return whether they were created, and a message for the user.
        """
        async with self._changing:
            return await begin(self.plan)

    async def mails(self) -> int | None:
        url = self.plan.description["mailbox_url"]
        if url is None:
            return None
        with suppress(aiohttp.ClientError, TimeoutError, ValueError):
            async with self._session.get(f"{url}/messages") as answer:
                return len(await answer.json())
        return None

    async def _bring_up(self) -> None:
        count = len(self.plan.emulators)
        try:
            async with asyncio.TaskGroup() as group:
                starts = [group.create_task(process.start(self._session, PATIENCE)) for process in self.processes]
                for start in starts[:count]:
                    await start
                self.notices = [*self.plan.notices, *await provision_process.provision(self.plan, self._sources)]
                if self.plan.training:
                    self.notices.append((await begin(self.plan, morning=True))[1])
        except BaseExceptionGroup as failures:
            await self.stop()
            first = failures.subgroup(StartFailureError)
            raise (first.exceptions[0] if first else failures.exceptions[0]) from None
        except asyncio.CancelledError:
            await self.stop()
            raise
        self._ready = True
        self._describe()

    def _describe(self) -> None:
        """Write stack.json. Call it once every process is up, and again when a restarted process has a new id."""
        if self._ready:
            pids = {process.spec.name: process.pid for process in self.processes if process.pid}
            for values in self.plan.description["env"].values():
                if OA_KEYS in values:  # `make rotate-key` may have changed them
                    values[OA_KEYS] = self.plan.folder.oa_keys_file.read_text().strip()
            self.plan.folder.write(
                "stack.json", {**self.plan.description, "processes": {"runner": os.getpid(), **pids}}
            )

    def process_table(self) -> list[dict[str, Any]]:
        """Return every process of the stack with its memory in KiB. It reads /proc, so call it from a thread."""
        groups = procfs.groups()
        rows: list[dict[str, Any]] = [
            {"name": "runner", "pid": os.getpid(), "state": "up", "restarts": 0, "ports": {}}
            | {"ports": {"console": self.plan.ports["console"]}, "memory": procfs.usage([os.getpid()])}
        ]
        for process in self.processes:
            spec: ProcessSpec = process.spec
            pid = process.pid
            rows.append(
                {
                    "name": spec.name,
                    "pid": pid,
                    "state": process.state,
                    "restarts": process.restarts,
                    "ports": dict(spec.ports),
                    "memory": procfs.usage(groups.get(pid, [])) if pid else None,
                }
            )
        return rows


async def serve(site: web.BaseRunner, port: int, exits: AsyncExitStack) -> None:
    """Serve a web application on a port of 127.0.0.1 until the exit stack is closed.

    Raise StartFailureError if the port is taken.
    """
    await site.setup()
    exits.push_async_callback(site.cleanup)
    try:
        await web.TCPSite(site, LOOPBACK_ADDRESS, port, reuse_address=True).start()
    except OSError as error:
        raise StartFailureError(f"port {port} cannot be listened on: {error.strerror}") from error
