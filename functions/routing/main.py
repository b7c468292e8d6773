"""`routing`: a petition -> the unit that must handle it."""

from __future__ import annotations

from typing import Any

from petitions import wiring
from petitions.entry import Push, Response


def _petition_event(push: Push) -> None:
    wiring.route_petition()(push.text("code"))


_entry = wiring.entry("routing", pushes={"petition-events-routing": _petition_event}, schedules={})


def main(request: Any) -> Response:
    """The HTTP target."""
    return _entry(request)
