"""The console of a running stack: its web page, the stream of events, and the API for the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.typedefs import Handler

from infra.local.clock import LocalClock
from infra.local.platform.backlog import Backlog
from infra.local.platform.event_log import EventLog
from infra.local.platform.scheduler import Jobs, Scheduler
from infra.local.platform.target_time import parse_target
from infra.local.platform.timetable import Timetable
from infra.local.simulators.server import PAGES
from infra.local.stack.plan import StackPlan

HERE = Path(__file__).parent
FILES = {
    "/": HERE / "page.html",
    "/console.css": HERE / "console.css",
    "/console.js": HERE / "console.js",
    "/pages/base.css": PAGES / "base.css",
}
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
PROGRESS_PAUSE = 0.2
SAMPLE_PAUSE = 2.0


class RunningStack(Protocol):
    """The parts of a running stack that the console uses. Implemented by the runner."""

    plan: StackPlan
    clock: LocalClock
    event_log: EventLog
    backlog: Backlog
    timetable: Timetable
    jobs: Jobs
    scheduler: Scheduler

    def process_table(self) -> list[dict[str, Any]]:
        """Return every process of the stack with its memory in KiB. It reads /proc, so call it from a thread."""
        ...

    async def mails(self) -> int | None:
        """Return the number of e-mails in the mailbox, or None without a mailbox or a response."""
        ...

    async def reset(self) -> None:
        """Delete the stack's stored state and restart the stack."""
        ...

    async def train(self) -> tuple[bool, str]:
        """Create the practice cases: invented petitions on which officers learn to use their web pages.

        Return whether they were created, and a message for the user.
        """
        ...


def build(runner: RunningStack) -> web.Application:
    console = Console(runner)
    app = web.Application(middlewares=[own_pages_only])
    for path, file in FILES.items():
        app.router.add_get(path, _file(file))
    app.router.add_get("/health", console.health)
    app.router.add_get("/api/status", console.status)
    app.router.add_get("/api/backlog", console.backlog)
    app.router.add_get("/api/events", console.events)
    app.router.add_post("/api/clock", console.clock)
    app.router.add_post("/api/clock/halt", console.halt)
    app.router.add_post("/api/fire/{name}", console.fire)
    app.router.add_post("/api/reset", console.reset)
    app.router.add_post("/api/training", console.train)
    app.cleanup_ctx.append(console.sampling)
    return app


def _file(path: Path) -> Handler:
    text = path.read_text()

    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(
            text=text,
            content_type=TYPES[path.suffix],
            charset="utf-8",
            headers={"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'self'; img-src data:"},
        )

    return handler


@web.middleware
async def own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Reject requests from other sites' pages in the same browser, by Origin and Host.

    A foreign page must not be able to move the clock or to empty the stack.
    """
    host = urlsplit(f"//{request.host}").hostname
    origin = request.headers.get("Origin")
    if host not in {"127.0.0.1", "localhost", "::1"} or origin not in {None, f"http://{request.host}"}:
        raise web.HTTPForbidden(text="Only this stack's own console may ask for this\n")
    return await handler(request)


class Console:
    """Handlers of the console. They respond with JSON, and with {"error": message} for an error."""

    def __init__(self, runner: RunningStack) -> None:
        self._runner = runner
        self._zone = ZoneInfo(runner.plan.manifest.time_zone)
        self._moves: set[asyncio.Task[None]] = set()

    async def health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def status(self, _request: web.Request) -> web.Response:
        """Return the data shown by the page and by the command `status`."""
        return web.json_response(await self._status())

    async def _status(self) -> dict[str, Any]:
        runner = self._runner
        processes = await asyncio.to_thread(runner.process_table)
        figures = await runner.backlog.stats()
        now = runner.clock.now()
        plan = runner.plan
        memories = [row["memory"] for row in processes if row["memory"]]
        return {
            "stack": plan.folder.name,
            "project": plan.settings.project,
            "urls": {name: plan.description[name] for name in plan.description if name.endswith("_url")},
            "clock": {
                "now": now.astimezone(self._zone).isoformat(timespec="seconds"),
                "ahead_seconds": round(runner.clock.offset().total_seconds()),
                "moving": runner.scheduler.move_in_progress,
            },
            "schedules": [
                {
                    "name": name,
                    "function": schedule.function,
                    "cron": schedule.cron,
                    "description": schedule.description,
                    "next": None
                    if plan.frozen
                    else runner.timetable.next(name, now).astimezone(self._zone).isoformat(),
                    "last": runner.jobs.last.get(name),
                }
                for name, schedule in plan.manifest.schedules.items()
            ],
            "subscriptions": (figures or {}).get("subscriptions"),
            "published": (figures or {}).get("published"),
            "processes": processes,
            "memory": {kind: sum(one[kind] for one in memories) for kind in ("pss", "rss")},
        }

    async def backlog(self, _request: web.Request) -> web.Response:
        return web.json_response(await self._runner.backlog.unhandled())

    async def clock(self, request: web.Request) -> web.StreamResponse:
        """Move the clock to {"to": "+3d" or a time}. Return the progress as JSON lines, the last with the key "done".

        Respond with an error if a move is in progress. With {"wait": true}, the new move starts after it.
        """
        scheduler = self._runner.scheduler
        try:
            body = await request.json()
            wanted = str(body["to"])
            while body.get("wait") and self._moves:
                await asyncio.wait(self._moves)
            target = parse_target(wanted, self._runner.clock.now(), self._zone)
            scheduler.check_move(target)
        except (ValueError, KeyError, TypeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        move = asyncio.create_task(scheduler.move(target), name="clock move")
        self._moves.add(move)  # a move continues when its client disconnects
        move.add_done_callback(self._moves.discard)
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        progress: dict[str, Any] = {}
        while not move.done():
            await asyncio.wait([move], timeout=PROGRESS_PAUSE)
            progress = scheduler.move_in_progress or scheduler.last_move
            await response.write(json.dumps({"done": False, **progress}).encode() + b"\n")
        failure = move.exception()
        now = self._runner.clock.now().astimezone(self._zone).isoformat(timespec="seconds")
        last = {"error": str(failure)} if failure else {"done": True, **scheduler.last_move, "now": now}
        await response.write(json.dumps(last).encode() + b"\n")
        await response.write_eof()
        return response

    async def halt(self, _request: web.Request) -> web.Response:
        """Stop the clock move in progress, and respond when the clock has stopped."""
        if not self._runner.scheduler.halt():
            return web.json_response({"error": "the clock is not moving"}, status=409)
        if self._moves:
            await asyncio.wait(self._moves)
        now = self._runner.clock.now().astimezone(self._zone).isoformat(timespec="seconds")
        return web.json_response({"now": now, **self._runner.scheduler.last_move, "to": now})

    async def fire(self, request: web.Request) -> web.Response:
        """Run a schedule as if it were due in the current minute of the stack's movable clock.

        Respond when the run has ended, with status 502 if it failed.
        """
        name = request.match_info["name"]
        schedules = self._runner.plan.manifest.schedules
        if name not in schedules:
            known = ", ".join(schedules)
            return web.json_response({"error": f"no schedule {name!r}; there are: {known}"}, status=404)
        instant: datetime = self._runner.clock.now().replace(second=0, microsecond=0)
        fine = await self._runner.jobs.start(name, instant)
        return web.json_response(self._runner.jobs.last[name], status=200 if fine else 502)

    async def reset(self, _request: web.Request) -> web.Response:
        """Delete the stack's stored state, and respond when every process is healthy again."""
        if self._runner.scheduler.move_in_progress:
            return web.json_response({"error": "the clock is moving; wait until it stands"}, status=409)
        await self._runner.reset()
        return web.json_response({"status": "empty"})

    async def train(self, _request: web.Request) -> web.Response:
        """Create the practice petitions, and respond when they exist."""
        made, words = await self._runner.train()
        return web.json_response({"words": words} if made else {"error": words}, status=200 if made else 409)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream the stack's log as server-sent events: first the last few hundred events, then every new one."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        with suppress(ConnectionError):
            async with aclosing(self._runner.event_log.listen()) as events:
                async for event in events:
                    await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
        return response

    async def sampling(self, _app: web.Application) -> AsyncIterator[None]:
        """While a page is open, log the data that it shows every two seconds, and new messages and e-mails."""
        task = asyncio.create_task(self._sample(), name="samples")
        yield
        task.cancel()

    async def _sample(self) -> None:
        event_log = self._runner.event_log
        before: dict[str, int] = {}
        while True:
            await asyncio.sleep(SAMPLE_PAUSE)
            if not event_log.listeners:
                continue
            status = await self._status()
            counts = {"published": status["published"], "mail": await self._runner.mails()}
            known = {kind: count for kind, count in counts.items() if count is not None}
            for kind, count in known.items():
                if kind in before and count > before[kind]:
                    event_log.add(kind, count=count - before[kind])
            before = known
            event_log.add("sample", keep=False, status=status)
