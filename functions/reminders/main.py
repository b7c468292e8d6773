"""`reminders`: what has fallen due is told to the people responsible; what merged units hold goes to their heirs."""

from __future__ import annotations

from typing import Any

from petitions import wiring
from petitions.entry import Response

_entry = wiring.entry(
    "reminders",
    pushes={},
    schedules={"reminders-sweep": wiring.fire_reminders, "merged-units-sweep": wiring.hand_over},
)


def main(request: Any) -> Response:
    """The HTTP target."""
    return _entry(request)
