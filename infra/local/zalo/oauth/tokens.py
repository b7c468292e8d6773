"""Zalo's OAuth tokens. A refresh token is valid for one use, and there is one valid access token at a time.

Zalo documents no numbers for most of its refusals. Except -14002 and -14003, the numbers here are invented.
"""

from __future__ import annotations

import secrets
import sqlite3
from typing import Any

from aiohttp import web

from infra.local.simulators.database import transaction
from infra.local.zalo.oauth.consent import Consents
from infra.local.zalo.settings import ZaloSettings

TABLES_SQL = """
CREATE TABLE IF NOT EXISTS grants (
    number INTEGER PRIMARY KEY, refresh_token TEXT NOT NULL UNIQUE, access_token TEXT,
    issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, spent_at INTEGER);
CREATE TABLE IF NOT EXISTS refusals (number INTEGER PRIMARY KEY, error INTEGER NOT NULL, at INTEGER NOT NULL);
"""
ACCESS_SECONDS = 90_000
_REFRESH_DAYS = 90
_DAY_MS = 86_400_000

INVALID_TOKEN = -216
EXPIRED_TOKEN = -220
_BAD_APP = -14002
_BAD_CODE = -14003
_BAD_SECRET = -14004
_BAD_GRANT_TYPE = -14005
_BAD_REFRESH_TOKEN = -14014


class Tokens:
    """The access and refresh tokens of the only app. All times are milliseconds of the stack's clock."""

    def __init__(self, database: sqlite3.Connection, settings: ZaloSettings, consents: Consents) -> None:
        self._database = database
        self._consents = consents
        self._settings = settings

    def seed(self, now: int) -> None:
        """Accept the configured first refresh token, as after an administrator's consent, unless there are tokens."""
        if self._latest() is None:
            self._issue(self._settings.first_refresh_token, None, now)

    def check(self, access_token: str | None, now: int) -> int:
        """Return 0 if a call with this access token is allowed, else Zalo's error number."""
        latest = self._latest()
        if latest is None or access_token is None or latest["access_token"] != access_token:
            return INVALID_TOKEN
        return 0 if now < latest["expires_at"] else EXPIRED_TOKEN

    def expire(self) -> None:
        self._database.execute("UPDATE grants SET expires_at = 0 WHERE number = (SELECT max(number) FROM grants)")

    def counts(self, now: int) -> dict[str, Any]:
        """Return the numbers of refreshes and refusals, and whether a valid access token exists."""
        latest = self._latest()
        refreshes = self._count("SELECT count(*) FROM grants WHERE access_token IS NOT NULL")
        live = latest is not None and latest["access_token"] is not None and now < latest["expires_at"]
        return {"refreshes": refreshes, "refused": self._count("SELECT count(*) FROM refusals"), "live": live}

    def grant(self, secret_key: str | None, form: dict[str, str], now: int) -> dict[str, Any]:
        """Return the response to a token request: a new access and refresh token, or an error object."""
        error, reason = self._fault_of(secret_key, form, now)
        if error:
            self._database.execute("INSERT INTO refusals (error, at) VALUES (?, ?)", (error, now))
            return refusal(error, reason)
        refresh_token, access_token = secrets.token_urlsafe(48), secrets.token_urlsafe(48)
        with transaction(self._database):
            self._database.execute(
                "UPDATE grants SET spent_at = ? WHERE refresh_token = ?", (now, form.get("refresh_token"))
            )
            self._issue(refresh_token, access_token, now)
        return {
            "access_token": access_token,
            "refresh_token": refresh_token,
            "expires_in": str(ACCESS_SECONDS),
        }

    def _fault_of(self, secret_key: str | None, form: dict[str, str], now: int) -> tuple[int, str]:
        if form.get("app_id") != self._settings.app_id:
            return _BAD_APP, "Invalid app id"
        if secret_key != self._settings.app_secret_key:
            return _BAD_SECRET, "Invalid secret key"
        if form.get("grant_type") == "authorization_code":
            good = self._consents.spend(form.get("code"), form.get("code_verifier"), now)
            return (0, "") if good else (_BAD_CODE, "Invalid code verifier")
        if form.get("grant_type") != "refresh_token":
            return _BAD_GRANT_TYPE, "Unsupported grant type"
        row = self._database.execute(
            "SELECT * FROM grants WHERE refresh_token = ? AND spent_at IS NULL AND issued_at > ?",
            (form.get("refresh_token"), now - _REFRESH_DAYS * _DAY_MS),
        ).fetchone()
        return (0, "") if row else (_BAD_REFRESH_TOKEN, "Invalid refresh token")

    def _issue(self, refresh_token: str, access_token: str | None, now: int) -> None:
        self._database.execute(
            "INSERT INTO grants (refresh_token, access_token, issued_at, expires_at) VALUES (?, ?, ?, ?)",
            (refresh_token, access_token, now, now + ACCESS_SECONDS * 1000),
        )

    def _latest(self) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._database.execute("SELECT * FROM grants ORDER BY number DESC LIMIT 1").fetchone()
        return row

    def _count(self, query: str) -> int:
        count: int = self._database.execute(query).fetchone()[0]
        return count


def refusal(error: int, reason: str) -> dict[str, Any]:
    """Return the OAuth server's error object, which is sent with HTTP 200."""
    return {"error": error, "error_name": reason, "error_reason": reason, "error_description": reason}


async def read_form(request: web.Request) -> dict[str, str]:
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
