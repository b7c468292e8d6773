"""Whether a petition was handled in time: its reception, its transfer and its answer (LAW 7.4).

A step that was late in one run stays late, even if a later run of the same step is in time.
"""

from __future__ import annotations

from collections.abc import Mapping

from petitions.domain.clock.clocks import PetitionClock
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.shared.edges import UpTo

ON_TIME_WORDS = "trả lời đúng hạn trên tổng số đã trả lời và đang mở mà quá hạn"
"""The definition printed beside every share of petitions on time."""
_COUNTS_AS: Mapping[str, bool] = {"on_time": True, "late": False, "overdue": False}
STEPS = (ClockName.RECEPTION, ClockName.TRANSFER, ClockName.ANSWER)
"""The clocks for which the office is responsible. The citizen is responsible for the clock of a supplement."""


def late_steps(clocks: Mapping[str, PetitionClock]) -> list[ClockName]:
    """Return the steps (reception, transfer, answer) that were late in any finished run of their clock."""
    return [name for name in STEPS if (clock := clocks.get(name)) is not None and _was_late(clock)]


def in_time(verdict: str) -> bool | None:
    """Return True for the verdict `on_time`, False for `late` and `overdue`, and None for any other."""
    return _COUNTS_AS.get(verdict)


def on_time(numbers: Mapping[str, int | None]) -> tuple[int, int]:
    """Return the number of petitions on time, and the number of all that count: answered, or open and overdue.

    Open and overdue petitions count, so that an office gains nothing by not answering. `numbers` are by verdict. Both
    results are 0 if one of the needed numbers is None.
    """
    counted = [(in_time(verdict), number) for verdict, number in numbers.items() if in_time(verdict) is not None]
    known = [(good, number) for good, number in counted if number is not None]
    if len(known) < len(counted):
        return 0, 0
    return sum(number for good, number in known if good), sum(number for _, number in known)


def _was_late(clock: PetitionClock) -> bool:
    ended = clock.stopped_at is not None and clock.deadline.is_over(clock.stopped_at)
    return ended or any(UpTo(run.due_at).is_over(run.stopped_at) for run in clock.runs)
