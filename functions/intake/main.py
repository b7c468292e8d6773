"""`intake`: a citizen's event -> a step of the conversation -> a petition; and what a citizen's silence means."""

from __future__ import annotations

from typing import Any

from petitions.entry import Push, Response
from petitions.wiring import base, intake


def _event(push: Push) -> None:
    intake.take_input()(push.data, recovered=push.attributes.get("recovered") == "true")


_entry = base.entry("intake", pushes={"zalo-events-intake": _event}, schedules={"intake-sweep": intake.sweep_citizens})


def main(request: Any) -> Response:
    """The HTTP target."""
    return _entry(request)
