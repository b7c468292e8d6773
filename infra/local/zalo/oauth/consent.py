"""Zalo's consent page: an administrator of the Official Account consents and is redirected back with a code.

A code is valid for ten minutes and one use (PLATFORM 2.1). If a challenge was given, it needs the verifier
(PLATFORM 2.2).
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
import sqlite3
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from infra.local.zalo.settings import ZaloSettings

TABLES_SQL = """
CREATE TABLE IF NOT EXISTS consents (
    code TEXT PRIMARY KEY, challenge TEXT NOT NULL, made_at INTEGER NOT NULL, spent_at INTEGER);
"""
PERMISSION_PATH = "/v4/oa/permission"
_LIVES_MS = 600_000


class Consents:
    """Handlers of the consent page, and the codes that it has issued."""

    def __init__(self, database: sqlite3.Connection, settings: ZaloSettings, stamp: Callable[[], int]) -> None:
        self._database = database
        self._settings = settings
        self._stamp = stamp

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get(PERMISSION_PATH, self._page)
        app.router.add_post(PERMISSION_PATH, self._allow)

    def spend(self, code: str | None, verifier: str | None, now: int) -> bool:
        """Use up a code. Return whether it was valid at `now` (milliseconds) with this verifier."""
        row = self._database.execute(
            "UPDATE consents SET spent_at = ? WHERE code = ? AND spent_at IS NULL AND made_at > ? RETURNING challenge",
            (now, code, now - _LIVES_MS),
        ).fetchone()
        return row is not None and row["challenge"] in {"", _challenge(verifier or "")}

    async def _page(self, request: web.Request) -> web.Response:
        asked = request.query
        if asked.get("app_id") != self._settings.app_id or urlsplit(asked.get("redirect_uri", "")).hostname is None:
            return web.Response(status=400, text='{"error":-14003,"error_name":"Invalid redirect uri"}')
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(asked.get(name, ""))}">'
            for name in ("redirect_uri", "code_challenge", "state")
        )
        page = (
            '<!doctype html><meta charset="utf-8"><title>Zalo</title>'
            "<h1>Cho phép ứng dụng quản lý Official Account?</h1>"
            f'<form method="post">{fields}<button>Đồng ý</button></form>'
        )
        return web.Response(text=page, content_type="text/html")

    async def _allow(self, request: web.Request) -> web.Response:
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        code = secrets.token_urlsafe(32)
        self._database.execute(
            "INSERT INTO consents (code, challenge, made_at) VALUES (?, ?, ?)",
            (code, form.get("code_challenge", ""), self._stamp()),
        )
        back = {"code": code, "oa_id": self._settings.oa_id}
        if form.get("state"):
            back["state"] = form["state"]
        raise web.HTTPFound(f"{form['redirect_uri']}?{urlencode(back)}")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
