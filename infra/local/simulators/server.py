"""What the simulators of Zalo, the portal and the mailbox share: SQLite state, faults, pages, the server.

A simulator is one aiohttp process on 127.0.0.1. What it holds is in one SQLite file and survives a restart;
faults are orders of a running test and live in memory. Times shown to people are Hanoi's.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt, ValidationError

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
_HERE = Path(__file__).parent
_LARGEST_REQUEST = 30 * 1024 * 1024


def open_database(path: Path, schema: str) -> sqlite3.Connection:
    """The simulator's SQLite file (made when missing), in autocommit; rows answer to column names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, isolation_level=None)
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.executescript(schema)
    return database


def empty_database(database: sqlite3.Connection) -> None:
    """Delete every row of every table; numbering starts again."""
    names = [row["name"] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    with transaction(database):
        for name in names:
            database.execute(f"DELETE FROM {name}")  # noqa: S608 - names come from the schema itself


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All statements inside, or none. No await may stand inside: one connection serves the whole process."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


class Fault(BaseModel):
    """An order to misbehave `count` times at one target (a path of Zalo, a service of the portal).

    `error` answers that code and `http_status` that status without doing anything; otherwise the effect
    happens, then the answer is held for `hang_seconds` of real time and, with `drop_reply`, never given:
    the connection is cut.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    target: str = Field(validation_alias=AliasChoices("path", "service"))
    error: int | str | None = None
    http_status: int | None = Field(default=None, ge=400, le=599)
    hang_seconds: PositiveFloat | None = None
    drop_reply: bool = False
    count: PositiveInt = 1


class Faults:
    """The orders still open, oldest first; `POST`, `GET` and `DELETE /sim/faults`."""

    def __init__(self) -> None:
        self._open: list[Fault] = []

    def add_routes(self, app: web.Application) -> None:
        """Serve the orders under `/sim/faults`."""
        app.router.add_post("/sim/faults", self._order)
        app.router.add_get("/sim/faults", self._list)
        app.router.add_delete("/sim/faults", self._clear)

    async def answer(
        self,
        request: web.Request,
        target: str,
        act: Callable[[], Awaitable[web.StreamResponse]],
        refuse: Callable[[int | str], web.StreamResponse],
    ) -> web.StreamResponse:
        """What `act` answers, unless an open order for `target` says otherwise; `refuse` words an error."""
        fault = self._take(target)
        if fault is None:
            return await act()
        if fault.http_status is not None:
            return web.Response(status=fault.http_status)
        response = await act() if fault.error is None else refuse(fault.error)
        if fault.hang_seconds is not None:
            await asyncio.sleep(fault.hang_seconds)
        if fault.drop_reply and request.transport is not None:
            request.transport.abort()
        return response

    def _take(self, target: str) -> Fault | None:
        fault = next((each for each in self._open if each.target == target), None)
        if fault is not None:
            fault.count -= 1
            if fault.count == 0:
                self._open.remove(fault)
        return fault

    async def _order(self, request: web.Request) -> web.Response:
        self._open.append(Fault.model_validate(await read_json(request)))
        return await self._list(request)

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response([fault.model_dump(exclude_none=True) for fault in self._open])

    async def _clear(self, request: web.Request) -> web.Response:
        self.clear()
        return await self._list(request)

    def clear(self) -> None:
        """Forget every order."""
        self._open.clear()


async def read_json(request: web.Request) -> Any:
    """The request's JSON; answers 400 when it is none."""
    try:
        return json.loads(await request.read())
    except ValueError as error:
        raise web.HTTPBadRequest(text="the body is not JSON") from error


@web.middleware
async def _explain_bad_input(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        return web.json_response({"problems": problems}, status=400)


def make_app(reset: Callable[[], Awaitable[None]]) -> web.Application:
    """An application with what all simulators serve: `GET /health`, `POST /reset`, the shared style sheet."""

    async def health(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def start_again(_request: web.Request) -> web.Response:
        await reset()
        return web.json_response({"status": "empty"})

    app = web.Application(middlewares=[_explain_bad_input], client_max_size=_LARGEST_REQUEST)
    app.router.add_get("/health", health)
    app.router.add_post("/reset", start_again)
    app.router.add_static("/pages/", _HERE / "pages")
    return app


def serve(app: web.Application, port: int) -> None:
    """Serve on 127.0.0.1 until SIGINT or SIGTERM; streams and held answers are cut after one second."""
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None, shutdown_timeout=1.0)


class Pages:
    """Renders the `templates/` beside a simulator's modules; everything is escaped."""

    def __init__(self, folder: Path) -> None:
        loader = jinja2.FileSystemLoader([folder / "templates", _HERE / "pages"])
        self._environment = jinja2.Environment(
            loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.ChainableUndefined
        )
        self._environment.filters.update(clock_time=_clock_time, full_time=_full_time)

    def text(self, template: str, **values: Any) -> str:
        """The filled template."""
        return self._environment.get_template(template).render(**values)

    def response(self, template: str, **values: Any) -> web.Response:
        """The filled template as a page that no browser keeps."""
        page = self.text(template, **values)
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})


def _hanoi(instant: datetime | int) -> datetime:
    moment = datetime.fromtimestamp(instant / 1000, HANOI) if isinstance(instant, int) else instant
    return moment.astimezone(HANOI)


def _clock_time(instant: datetime | int) -> str:
    """Hours and minutes in Hanoi of an aware time or of milliseconds since 1970."""
    return f"{_hanoi(instant):%H:%M}"


def _full_time(instant: datetime | int) -> str:
    """Date and time in Hanoi of an aware time or of milliseconds since 1970."""
    return f"{_hanoi(instant):%d/%m/%Y %H:%M:%S}"
