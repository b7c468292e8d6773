"""`routing`: routes a petition to the unit that must handle it."""

from __future__ import annotations

from typing import Any

from petitions.entry import Push, Response
from petitions.wiring import base, routing


def _petition_event(push: Push) -> None:
    routing.route_petition()(push.text("code"))


_entry = base.entry("routing", pushes={"petition-events-routing": _petition_event}, schedules={})


def main(request: Any) -> Response:
    """Handle a request to the function."""
    return _entry(request)
