"""`intake`: handles citizens' messages from Zalo and the forms that they send from their pages.

A message or form becomes a step of the conversation or a petition. A schedule handles silence: unfinished drafts, and
the erasure of citizens who never consented.
"""

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
    """Handle an HTTP request: a Pub/Sub push with a citizen's event or form, or a call of the scheduler."""
    return _entry(request)
