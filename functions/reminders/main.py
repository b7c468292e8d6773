"""`reminders`: deadlines are told to the people responsible, news to units; what is answered is closed in the end."""

from __future__ import annotations

from typing import Any

from petitions import wiring
from petitions.entry import Response

_entry = wiring.entry(
    "reminders",
    pushes={},
    schedules={
        "reminders-sweep": wiring.fire_reminders,
        "news-sweep": wiring.tell_units,
        "digests": wiring.send_digests,
        "merged-units-sweep": wiring.hand_over,
        "deadlines-recompute": wiring.recompute_deadlines,
        "deadlines-repair": wiring.repair_deadlines,
    },
)


def main(request: Any) -> Response:
    """The HTTP target."""
    return _entry(request)
