"""Deliver signed events to the webhook. A delivery without a 200 response within two seconds is retried.

The first attempts for one user are made one after the other in the order of the events. A retry waits for its own pause
and does not delay other events, because Zalo promises no order (PLATFORM 1.7). It repeats the identical body and adds
`num_retry` (PLATFORM 1.6). Attempts and pauses are in real time. Waiting events are stored in the database and survive
a restart. `POST /sim/trouble` disturbs deliveries as real networks do. A seed and the delivery's number select the
disturbed ones.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import time
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from infra.local.zalo.account import Account
from infra.local.zalo.events import signed_headers
from infra.local.zalo.settings import ZaloSettings

TABLES_SQL = """
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id TEXT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0,
    status INTEGER, error TEXT, next_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (state);
"""
ANSWER_SECONDS = 2.0
RETRY_PAUSES = (30.0, 300.0, 900.0, 1800.0, 3600.0)
_OK = 200


class Trouble(BaseModel):
    """A disturbance of deliveries, by the shares (0 to 1) that are duplicated, reordered or lost.

    A reordered delivery arrives `late_seconds` after later ones. `retry_scale` multiplies the pauses before retries, in
    addition to the factor on the command line.
    """

    model_config = ConfigDict(extra="forbid")

    duplicate: float = Field(default=0.0, ge=0, le=1)
    reorder: float = Field(default=0.0, ge=0, le=1)
    lose: float = Field(default=0.0, ge=0, le=1)
    late_seconds: float = Field(default=1.0, ge=0, le=60)
    seed: int = 0
    retry_scale: float = Field(default=1.0, gt=0)

    def meets(self, kind: str, number: int) -> bool:
        """Return whether a delivery is disturbed in this way. The result depends only on seed, kind and number."""
        drawn = hashlib.sha256(f"{self.seed}:{kind}:{number}".encode()).digest()
        share: float = getattr(self, kind)
        return int.from_bytes(drawn[:8]) / 2**64 < share


class Deliveries:
    """The queue of events for the webhook. Every event in progress has an asyncio task."""

    def __init__(self, database: sqlite3.Connection, settings: ZaloSettings, account: Account) -> None:
        self._database = database
        self._settings = settings
        self._account = account
        self.trouble = Trouble()
        self._locks: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the HTTP client, and resume the deliveries that were waiting when the process ended."""
        self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))
        waiting = self._database.execute("SELECT id FROM deliveries WHERE state = 'waiting' ORDER BY id").fetchall()
        for row in waiting:
            self._carry(row["id"])

    async def stop(self) -> None:
        """End all tasks. Waiting deliveries stay in the database."""
        await self.abandon()
        if self._client is not None:
            await self._client.close()

    async def abandon(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def send(self, user_id: str, body: str) -> tuple[int, asyncio.Future[None]]:
        """Queue an event. Return its number, and a future that is done when the first attempt has ended."""
        number = self._database.execute(
            "INSERT INTO deliveries (user_id, body, next_at) VALUES (?, ?, ?)", (user_id, body, time.time())
        ).lastrowid
        assert number is not None  # noqa: S101 - an INSERT has a row id
        return number, self._carry(number)

    async def send_and_see(self, user_id: str, body: str) -> dict[str, Any]:
        number, first_attempt = self.send(user_id, body)
        await first_attempt
        return self.report(number)

    def report(self, number: int) -> dict[str, Any]:
        """Return an event with the results of its attempts. `body` is the exact signed text.

        Raise LookupError for an unknown number.
        """
        row = self._row(number)
        return {
            "id": row["id"],
            "user_id": row["user_id"],
            "body": row["body"],
            "headers": self._headers(row["body"]),
            "state": row["state"],
            "delivered": row["state"] == "delivered",
            "attempts": row["attempts"],
            "status": row["status"],
            "error": row["error"],
        }

    def _headers(self, body: str) -> dict[str, str]:
        return signed_headers(body, self._settings.app_id, self._account.rules.oa_secret_key)

    async def probe(self) -> dict[str, int | None]:
        """Send the requests by which Zalo's console checks a new webhook address. Return the status of each."""
        assert self._client is not None  # noqa: S101 - start() comes first
        statuses: dict[str, int | None] = {"POST": (await self._post(b"{}", {}))[0]}
        for method in ("GET", "HEAD"):
            try:
                async with self._client.request(method, self._settings.webhook_url) as response:
                    statuses[method] = response.status
            except (aiohttp.ClientError, TimeoutError):
                statuses[method] = None
        return statuses

    def all(self) -> list[dict[str, Any]]:
        rows = self._database.execute("SELECT id FROM deliveries ORDER BY id").fetchall()
        return [self.report(row["id"]) for row in rows]

    def under_way(self) -> int:
        counted = self._database.execute("SELECT count(*) FROM deliveries WHERE state = 'waiting' AND attempts = 0")
        return int(counted.fetchone()[0])

    def _row(self, number: int) -> sqlite3.Row:
        row: sqlite3.Row | None = self._database.execute("SELECT * FROM deliveries WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise LookupError(number)
        return row

    def _carry(self, number: int) -> asyncio.Future[None]:
        first_attempt: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._deliver(number, first_attempt))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # The caller must not wait for a cancelled task.
        task.add_done_callback(lambda _task: _settle(first_attempt))
        return first_attempt

    async def _deliver(self, number: int, first_attempt: asyncio.Future[None]) -> None:
        row = self._row(number)
        lock = self._locks.setdefault(row["user_id"], asyncio.Lock())
        if row["attempts"] == 0 and self.trouble.meets("lose", number):
            self._database.execute("UPDATE deliveries SET state = 'lost', error = 'trouble' WHERE id = ?", (number,))
            return
        if row["attempts"] == 0 and self.trouble.meets("reorder", number):
            await asyncio.sleep(self.trouble.late_seconds)
        while row["state"] == "waiting":
            await asyncio.sleep(max(0.0, row["next_at"] - time.time()))
            if row["attempts"] == 0:
                async with lock:
                    await self._attempt(row)
                _settle(first_attempt)
            else:
                await self._attempt(row)
            row = self._row(number)
        if row["state"] == "delivered" and self.trouble.meets("duplicate", number):
            await self._post(row["body"].encode(), {**self._headers(row["body"]), "num_retry": "1"})

    async def _attempt(self, row: sqlite3.Row) -> None:
        retries = row["attempts"]
        headers = self._headers(row["body"])
        if retries:
            headers["num_retry"] = str(retries)
        status, error = await self._post(row["body"].encode(), headers)
        state, next_at = "waiting", time.time()
        if status == _OK:
            state = "delivered"
        elif retries == len(RETRY_PAUSES):
            state = "lost"
        else:
            next_at += RETRY_PAUSES[retries] * self._settings.retry_scale * self.trouble.retry_scale
        self._database.execute(
            "UPDATE deliveries SET state = ?, attempts = attempts + 1, status = ?, error = ?, next_at = ? WHERE id = ?",
            (state, status, error, next_at, row["id"]),
        )

    async def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int | None, str | None]:
        assert self._client is not None  # noqa: S101 - start() comes first
        try:
            async with self._client.post(self._settings.webhook_url, data=body, headers=headers) as response:
                return response.status, None
        except (aiohttp.ClientError, TimeoutError) as error:
            return None, type(error).__name__


def _settle(attempt: asyncio.Future[None]) -> None:
    if not attempt.done():
        attempt.set_result(None)
