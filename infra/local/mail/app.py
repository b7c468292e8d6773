"""The SMTP server, the stored e-mails, and the web page that shows them."""

from __future__ import annotations

import asyncio
import email
import email.policy
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.local.clock import LocalClock
from infra.local.simulators.database import empty_database, open_database
from infra.local.simulators.server import make_app
from infra.local.simulators.templates import Pages

_SCHEMA = """
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY, sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL,
    text TEXT NOT NULL, received_at TEXT NOT NULL);
"""
_LARGEST_MAIL = 20 * 1024 * 1024


class Mailbox:
    """The received e-mails, with handlers for aiosmtpd and for the web page."""

    def __init__(self, database: sqlite3.Connection, clock: LocalClock) -> None:
        self._database = database
        self._clock = clock
        self._pages = Pages(Path(__file__).parent)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd
        """Store an e-mail with its envelope's addresses. Return the SMTP status line."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        self._database.execute(
            "INSERT INTO mails (sender, recipients, subject, text, received_at) VALUES (?, ?, ?, ?, ?)",
            (
                envelope.mail_from or "",
                "\n".join(envelope.rcpt_tos),
                str(mail.get("subject", "")),
                _text_of(mail),
                self._clock.now().isoformat(),
            ),
        )
        return "250 OK"

    def mails(self) -> list[dict[str, Any]]:
        rows = self._database.execute("SELECT * FROM mails ORDER BY id")
        return [
            {
                "id": row["id"],
                "from": row["sender"],
                "to": row["recipients"].split("\n"),
                "subject": row["subject"],
                "text": row["text"],
                "received_at": row["received_at"],
            }
            for row in rows
        ]

    async def as_json(self, _request: web.Request) -> web.Response:
        """Answer `GET /messages` with all e-mails as JSON, oldest first."""
        return web.json_response(self.mails())

    async def page(self, request: web.Request) -> web.Response:
        """Answer `GET /?id=` with a page: the list of e-mails, newest first, and the selected or newest e-mail."""
        mails = [mail | {"at": datetime.fromisoformat(mail["received_at"])} for mail in reversed(self.mails())]
        wanted = request.query.get("id")
        chosen = next((mail for mail in mails if str(mail["id"]) == wanted), mails[0] if mails else None)
        return self._pages.response("mailbox.html", mails=mails, chosen=chosen, picked=wanted is not None)


def build(smtp_port: int, data: Path) -> web.Application:
    """Return the mailbox's web application, which also runs the SMTP server on 127.0.0.1:`smtp_port`."""
    database = open_database(data, _SCHEMA)
    mailbox = Mailbox(database, LocalClock.from_environment())

    async def reset() -> None:
        empty_database(database)

    async def life(_app: web.Application) -> AsyncIterator[None]:
        def session() -> SMTP:
            return SMTP(mailbox, data_size_limit=_LARGEST_MAIL, enable_SMTPUTF8=True)

        server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", smtp_port)
        yield
        server.close()
        database.close()

    app = make_app(reset)
    app.cleanup_ctx.append(life)
    app.router.add_get("/messages", mailbox.as_json)
    app.router.add_get("/", mailbox.page)
    return app


def _text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    return str(body.get_content()).replace("\r\n", "\n") if body is not None else ""
