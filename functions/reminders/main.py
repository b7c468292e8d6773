"""`reminders`: deadlines are told to the people responsible, news to units; what is answered is closed in the end."""

from __future__ import annotations

from typing import Any

from petitions.entry import Response
from petitions.wiring import base, reminders

_entry = base.entry(
    "reminders",
    pushes={},
    schedules={
        "reminders-sweep": reminders.fire_reminders,
        "news-sweep": reminders.tell_units,
        "digests": reminders.send_digests,
        "merged-units-sweep": reminders.hand_over,
        "deadlines-recompute": reminders.recompute_deadlines,
        "deadlines-repair": reminders.repair_deadlines,
    },
)


def main(request: Any) -> Response:
    """The HTTP target."""
    return _entry(request)
