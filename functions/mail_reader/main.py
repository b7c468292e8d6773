"""`mail_reader`: reads citizens' e-mails out of a mailbox into the tray at the desk."""

from __future__ import annotations

from typing import Any

from petitions.entry import Response
from petitions.wiring import base, mail_reader

_entry = base.entry("mail_reader", pushes={}, schedules={"mailbox-read": mail_reader.read_mailbox})


def main(request: Any) -> Response:
    """Handle a request to the function."""
    return _entry(request)
