"""`notifications`: a notice -> a Zalo message or an e-mail; receipts and echoes; the Zalo tokens."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from petitions import wiring
from petitions.entry import Push, Response
from petitions.errors import NotFound


def _notice(push: Push) -> None:
    with suppress(NotFound):  # erased with its citizen, while the message was under way
        wiring.send_notice()(push.text("id"))


def _receipt(push: Push) -> None:
    event = push.json()
    wiring.settle_notice()(event)
    if event.get("event_name") == "user_feedback":
        wiring.take_feedback()(event)


def _consent(push: Push) -> None:
    wiring.take_consent()(push.text("state"), push.text("code"), push.text("oa_id"))


_entry = wiring.entry(
    "notifications",
    pushes={
        "notices-notifications": _notice,
        "zalo-receipts-notifications": _receipt,
        "zalo-consents-notifications": _consent,
    },
    schedules={
        "notices-sweep": wiring.sweep_notices,
        "zalo-recovery": wiring.recover_messages,
        "token-refresh": lambda: wiring.zalo_tokens().refresh_early,
    },
)


def main(request: Any) -> Response:
    """The HTTP target."""
    return _entry(request)
