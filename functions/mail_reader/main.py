"""`mail_reader`: copies e-mails of citizens from a mailbox to the tray at the desk, where officers decide on them."""

from __future__ import annotations

from typing import Any

from petitions.entry import Response
from petitions.wiring import base, mail_reader

_entry = base.entry("mail_reader", pushes={}, schedules={"mailbox-read": mail_reader.read_mailbox})


def main(request: Any) -> Response:
    """Handle an HTTP request: a call of the scheduler."""
    return _entry(request)
