"""Cloud Scheduler on a stack's movable clock: run the manifest's schedules when that clock reaches their times.

Passing real time and moves of the clock share one cursor, the time up to which all due schedules were run. So no
schedule runs twice for a time or is left out.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import aiohttp

from infra.local import oidc
from infra.local.clock import LocalClock
from infra.local.platform.event_log import EventLog
from infra.local.platform.timetable import Timetable
from infra.manifest import Manifest, Schedule

EMAIL = "scheduler@local.invalid"
TOKEN_SECONDS = 1800
RETRY_PAUSE = 1.0
LONGEST_SLEEP = 1.0
OK_STATUSES = range(200, 300)


class Jobs:
    """Runs schedules as signed POST requests to their functions, at most one run per schedule at a time."""

    def __init__(
        self,
        manifest: Manifest,
        private_urls: Mapping[str, Sequence[str]],
        audiences: Mapping[str, str],
        key: bytes,
        session: aiohttp.ClientSession,
        event_log: EventLog,
    ) -> None:
        self._schedules = manifest.schedules
        self._private_urls = {name: itertools.cycle(urls) for name, urls in private_urls.items()}
        self._audiences = audiences
        self._key = key
        self._session = session
        self._event_log = event_log
        self._tokens: dict[str, tuple[str, float]] = {}
        self._running: dict[str, asyncio.Task[bool]] = {}
        self.last: dict[str, dict[str, Any]] = {}

    def start(self, name: str, instant: datetime, *, quiet: bool = False) -> asyncio.Task[bool]:
        """Start a run of a schedule that was due at `instant`, or return the run in progress.

        A `quiet` run is logged only if it fails.
        """
        task = self._running.get(name)
        if task is None or task.done():
            task = asyncio.create_task(self._run(name, instant, quiet=quiet), name=f"schedule {name}")
            self._running[name] = task
        return task

    async def finish(self) -> None:
        await asyncio.gather(*(task for task in self._running.values() if not task.done()))

    async def _run(self, name: str, instant: datetime, *, quiet: bool) -> bool:
        """Call the function, with retries, and return whether it succeeded."""
        schedule = self._schedules[name]
        begun = time.perf_counter()
        outcome: int | str = ""
        for attempt in range(schedule.retry_count + 1):
            if attempt:
                await asyncio.sleep(RETRY_PAUSE)
            outcome = await self._post(name, schedule, instant)
            if outcome in OK_STATUSES:
                break
        fine = outcome in OK_STATUSES
        facts: dict[str, Any] = {
            "function": schedule.function,
            "status": outcome,
            "ms": round((time.perf_counter() - begun) * 1000, 1),
        }
        self.last[name] = {"at": instant.isoformat(), "ok": fine, **facts}
        if not (fine and quiet):
            self._event_log.add("schedule", name=name, due=instant.isoformat(), ok=fine, **facts)
        if not fine:
            print(f"schedule {name}, due {instant.isoformat()}: {outcome}", flush=True)
        return fine

    async def _post(self, name: str, schedule: Schedule, instant: datetime) -> int | str:
        due = instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        headers = {
            "Authorization": f"Bearer {self._token(schedule.function)}",
            "User-Agent": "Google-Cloud-Scheduler",
            "X-CloudScheduler": "true",
            "X-CloudScheduler-JobName": name,
            "X-CloudScheduler-ScheduleTime": due,
        }
        url = f"{next(self._private_urls[schedule.function])}/schedule/{name}"
        timeout = aiohttp.ClientTimeout(total=schedule.attempt_deadline_seconds)
        try:
            async with self._session.post(url, headers=headers, timeout=timeout) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            return type(error).__name__

    def _token(self, function: str) -> str:
        token, good_until = self._tokens.get(function, ("", 0.0))
        if time.monotonic() > good_until:
            token = oidc.issue(self._key, self._audiences[function], EMAIL)
            self._tokens[function] = (token, time.monotonic() + TOKEN_SECONDS)
        return token


class Scheduler:
    """Runs schedules when they are due.

    `run` does so as real time passes. `move` moves the clock of the stack to a later time and runs every schedule that
    is due on the way.
    """

    def __init__(
        self,
        timetable: Timetable,
        jobs: Jobs,
        clock: LocalClock,
        zone: tzinfo,
        event_log: EventLog,
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        self._timetable = timetable
        self._jobs = jobs
        self._clock = clock
        self._zone = zone
        self._event_log = event_log
        self._settle = settle
        self._turn = asyncio.Lock()
        self._cursor = clock.now()
        self.move_in_progress: dict[str, Any] | None = None
        self.last_move: dict[str, Any] = {}
        self._halted = False

    def restart(self) -> None:
        """Forget all due times before now. Call it after a reset of the stack."""
        self._cursor = self._clock.now()

    async def run(self) -> None:
        """Run due schedules forever.

        After a pause, such as of a sleeping laptop, a schedule runs once, for its latest time.
        """
        while True:
            async with self._turn:
                now = self._clock.now()
                latest: dict[str, datetime] = {}
                for instant, names in self._timetable.after(self._cursor, now):
                    latest |= dict.fromkeys(names, instant)
                for name, instant in latest.items():
                    self._jobs.start(name, instant)
                self._cursor = max(self._cursor, now)
            until_minute = 60 - self._clock.now().timestamp() % 60
            await asyncio.sleep(min(LONGEST_SLEEP, until_minute))

    def check_move(self, target: datetime) -> None:
        """Raise ValueError with a message for the user if the clock cannot move to `target` now."""
        if self.move_in_progress is not None:
            raise ValueError("the clock is moving already; wait until it stands")
        now = self._clock.now().astimezone(self._zone)
        if target <= now:
            raise ValueError(f"the clock moves forward only; it stands at {now:%Y-%m-%dT%H:%M:%S}")

    def halt(self) -> bool:
        """Stop the clock move in progress at the time that the clock has reached.

        Return False if the clock is not being moved.
        """
        self._halted = self.move_in_progress is not None
        return self._halted

    async def move(self, target: datetime) -> None:
        """Move the clock to `target`, stopping at every due time to run schedules in order.

        Raise ValueError if `check_move` does.
        """
        self.check_move(target)
        self._halted = False
        start = self._clock.now()
        span = {"from": start.isoformat(), "to": target.isoformat(), "now": start.isoformat()}
        progress: dict[str, Any] = {**span, "share": 0.0, "fired": 0, "failed": 0}
        self.move_in_progress = self.last_move = progress
        try:
            async with self._turn:
                await self._jobs.finish()
                await self._settle()
                await self._step_through(start, target, progress)
                if self._halted:
                    progress["to"] = progress["now"]
                else:
                    if self._clock.now() < target:
                        self._clock.move_to(target)
                    self._cursor = max(self._cursor, target)
                    progress["share"] = 1.0
                await self._settle()
            self._event_log.add("clock", **progress)
        finally:
            self.move_in_progress = None

    async def _step_through(self, start: datetime, target: datetime, progress: dict[str, Any]) -> None:
        span = (target - start) / timedelta(seconds=1)
        shown = 0.0
        for instant, names in self._timetable.after(self._cursor, target):
            if self._halted:
                return
            if self._clock.now() < instant:
                self._clock.move_to(instant)
            results = await asyncio.gather(*(self._jobs.start(name, instant, quiet=True) for name in names))
            self._cursor = instant
            progress["now"] = instant.isoformat()
            progress["share"] = round((instant - start) / timedelta(seconds=1) / span, 4)
            progress["fired"] += len(results)
            progress["failed"] += results.count(False)
            await self._settle()
            if time.monotonic() - shown > 0.2:  # noqa: PLR2004 - the page is updated five times a second
                shown = time.monotonic()
                self._event_log.add("moving", keep=False, **progress)
