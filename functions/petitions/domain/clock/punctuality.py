"""Whether a petition was handled in time: reception, transfer and answer each, in every one of their runs (LAW 7.4).

A step that was late once stays late, so nothing that happens later makes the petition one that was in time.
"""

from __future__ import annotations

from collections.abc import Mapping

from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.lifecycle.states import ClockName

STEPS = (ClockName.RECEPTION, ClockName.TRANSFER, ClockName.ANSWER)
"""The clocks of the office. That of the supplement is the citizen's."""


def late_steps(clocks: Mapping[str, PetitionClock]) -> list[ClockName]:
    """Return the steps of which a finished run was late, in order."""
    return [name for name in STEPS if (clock := clocks.get(name)) is not None and _was_late(clock)]


def _was_late(clock: PetitionClock) -> bool:
    ended = clock.stopped_at is not None and clock.stopped_at > clock.due_at
    return ended or any(run.stopped_at > run.due_at for run in clock.runs)
