"""The Official Account's rules (window for replies, prices, call limit), which a test may change.

Tokens and conversations are in other modules. The OA secret key is stored in the database, because it is changed at
Zalo and not here. The rules for the window and for prices use the simulator's own clock (PLATFORM 3.3). Calls are
counted by minute (PLATFORM 5.4).
"""

from __future__ import annotations

import sqlite3

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from infra.local.simulators.server import read_json
from infra.local.zalo.outgoing import ApiError
from infra.local.zalo.settings import ZaloSettings

TABLES_SQL = "CREATE TABLE IF NOT EXISTS account (field TEXT PRIMARY KEY, value TEXT NOT NULL);"

FREE_MS = 48 * 3_600_000
WINDOW_MS = 7 * 86_400_000
_MINUTE_MS = 60_000
NO_MONEY = -320
NO_INTERACTION_IN_A_WEEK = -230
NEVER_INTERACTED = -232
NEEDS_A_PACKAGE = -224
TOO_MANY = -32


class AccountRules(BaseModel):
    """The rules of the Official Account.

    Without `funded`, messages that cost money are refused. Without `package`, conversations cannot be read.
    `strict_window` also refuses messages to citizens unknown to this simulator. Such citizens occur when a script posts
    their events straight to the webhook.
    """

    model_config = ConfigDict(extra="forbid")

    oa_secret_key: str = Field(pattern=r"^[^\s,]{1,200}$")
    funded: bool = True
    package: bool = True
    strict_window: bool = False
    rate_limit: int = Field(default=4000, ge=1)


class Account:
    """The Official Account with its rules, and the handlers of `GET` and `POST /sim/account`.

    POST changes the given rules.
    """

    def __init__(self, database: sqlite3.Connection, settings: ZaloSettings) -> None:
        self._database = database
        self._settings = settings
        self._minute = 0
        self._calls = 0

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/sim/account", self._show)
        app.router.add_post("/sim/account", self._change)

    @property
    def rules(self) -> AccountRules:
        """The current rules, which are the defaults until a test changes them."""
        row = self._database.execute("SELECT value FROM account WHERE field = 'rules'").fetchone()
        return (
            AccountRules.model_validate_json(row["value"])
            if row
            else AccountRules(oa_secret_key=self._settings.oa_secret_key)
        )

    def check_window(self, last_interaction: int | None, now: int) -> bool:
        """Return whether a message to this citizen is free. Raise ApiError if none may be sent.

        A message is free for 48 hours after the citizen's last action, and possible for 7 days. `now` is in
        milliseconds.
        """
        rules = self.rules
        if last_interaction is None:
            if rules.strict_window:
                raise ApiError(NEVER_INTERACTED, "User has not interacted with the OA")
            return True
        age = now - last_interaction
        if age > WINDOW_MS:
            raise ApiError(NO_INTERACTION_IN_A_WEEK, "User has not interacted with the OA in the past 7 days")
        if age > FREE_MS and not rules.funded:
            raise ApiError(NO_MONEY, "App is not linked to a Zalo Cloud Account")
        return age <= FREE_MS

    def check_package(self) -> None:
        """Raise ApiError unless the account's package includes reading conversations."""
        if not self.rules.package:
            raise ApiError(NEEDS_A_PACKAGE, "OA must upgrade its package to use this feature")

    def count_call(self, now: int) -> dict[str, str]:
        """Count an API call and return headers with the calls left in this minute.

        Raise ApiError beyond the limit.
        """
        limit = self.rules.rate_limit
        minute = now // _MINUTE_MS
        self._calls = self._calls + 1 if minute == self._minute else 1
        self._minute = minute
        if self._calls > limit:
            raise ApiError(TOO_MANY, "The application or OA has exceeded its requests per minute")
        return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remain": str(limit - self._calls)}

    async def _show(self, _request: web.Request) -> web.Response:
        return web.json_response(self.rules.model_dump())

    async def _change(self, request: web.Request) -> web.Response:
        wanted = {**self.rules.model_dump(), **dict(await read_json(request))}
        rules = AccountRules.model_validate(wanted)
        self._database.execute("INSERT OR REPLACE INTO account VALUES ('rules', ?)", (rules.model_dump_json(),))
        return web.json_response(rules.model_dump())
