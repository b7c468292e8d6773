"""`intake`: turns citizens' events into steps of the conversation and petitions, and handles pauses of citizens."""

from __future__ import annotations

from typing import Any

from petitions.entry import Push, Response
from petitions.wiring import base, intake


def _event(push: Push) -> None:
    intake.take_input()(push.data, recovered=push.attributes.get("recovered") == "true")


def _post(push: Push) -> None:
    intake.take_post()(push.data)


_entry = base.entry(
    "intake",
    pushes={"zalo-events-intake": _event, "page-posts-intake": _post},
    schedules={"intake-sweep": intake.sweep_citizens},
)


def main(request: Any) -> Response:
    """Handle a request to the function."""
    return _entry(request)
