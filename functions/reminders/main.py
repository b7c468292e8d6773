"""`reminders`: sends reminders and news to officers, recomputes deadlines, and closes answered petitions."""

from __future__ import annotations

from typing import Any

from petitions.entry import Response
from petitions.wiring import base, reminders

_entry = base.entry(
    "reminders",
    pushes={},
    schedules={
        "reminders-sweep": reminders.fire_reminders,
        "news-sweep": reminders.tell_news,
        "digests": reminders.morning,
        "merged-units-sweep": reminders.hand_over,
        "deadlines-recompute": reminders.recompute_deadlines,
        "deadlines-repair": reminders.repair_deadlines,
    },
)


def main(request: Any) -> Response:
    return _entry(request)
