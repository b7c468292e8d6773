"""`routing`: chooses the unit that must handle a new petition."""

from __future__ import annotations

from typing import Any

from petitions.entry import Push, Response
from petitions.wiring import base, routing


def _petition_event(push: Push) -> None:
    routing.route_petition()(push.text("code"))


_entry = base.entry("routing", pushes={"petition-events-routing": _petition_event}, schedules={})


def main(request: Any) -> Response:
    """Handle a Pub/Sub push about a changed petition."""
    return _entry(request)
