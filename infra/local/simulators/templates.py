"""The pages of a simulator, rendered with Jinja. Times on pages are in Hanoi's time zone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from aiohttp import web

from infra.local.simulators.server import PAGES

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


class Pages:
    """Renders a simulator's `templates/` folder, with all values escaped."""

    def __init__(self, folder: Path) -> None:
        loader = jinja2.FileSystemLoader([folder / "templates", PAGES])
        self._environment = jinja2.Environment(
            loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.ChainableUndefined
        )
        self._environment.filters.update(clock_time=_clock_time, full_time=_full_time)

    def text(self, template: str, **values: Any) -> str:
        return self._environment.get_template(template).render(**values)

    def response(self, template: str, **values: Any) -> web.Response:
        page = self.text(template, **values)
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})


def _hanoi(instant: datetime | int | str) -> datetime:
    if isinstance(instant, str):
        return datetime.strptime(instant, "%Y%m%d%H%M%S").replace(tzinfo=HANOI)
    moment = datetime.fromtimestamp(instant / 1000, HANOI) if isinstance(instant, int) else instant
    return moment.astimezone(HANOI)


def _clock_time(instant: datetime | int) -> str:
    """Return hours and minutes in Hanoi, for an aware time or milliseconds since 1970."""
    return f"{_hanoi(instant):%H:%M}"


def _full_time(instant: datetime | int | str) -> str:
    """Return date and time in Hanoi, for an aware time, milliseconds since 1970, or a timestamp of the portal."""
    return f"{_hanoi(instant):%d/%m/%Y %H:%M:%S}"
