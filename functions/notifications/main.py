"""`notifications`: sends notices by Zalo and e-mail, handles Zalo's receipts, and renews the Zalo tokens."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from petitions.entry import Push, Response
from petitions.errors import NotFound
from petitions.wiring import base, notifications


def _notice(push: Push) -> None:
    with suppress(NotFound):  # the citizen was erased meanwhile
        notifications.send_notice()(push.text("id"), push.json())


def _receipt(push: Push) -> None:
    event = push.json()
    notifications.settle_notice()(event)
    if event.get("event_name") == "user_feedback":
        notifications.take_feedback()(event)


def _consent(push: Push) -> None:
    notifications.take_consent()(push.text("state"), push.text("code"), push.text("oa_id"))


_entry = base.entry(
    "notifications",
    pushes={
        "notices-notifications": _notice,
        "zalo-receipts-notifications": _receipt,
        "zalo-consents-notifications": _consent,
    },
    schedules={
        "notices-sweep": notifications.sweep_notices,
        "zalo-recovery": notifications.recover_messages,
        "token-refresh": lambda: notifications.zalo_tokens().refresh_early,
    },
)


def main(request: Any) -> Response:
    """Handle an HTTP request: a Pub/Sub push with a notice, receipt or consent, or a call of the scheduler."""
    return _entry(request)
