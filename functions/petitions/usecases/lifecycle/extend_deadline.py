"""The extension of the deadline for an answer: before it is due, with a reason, by an approver.

The law gives no maximum (LAW 7.1). The `max_extension` of the deadline's rule limits the sum of all extensions. There
is no extension after the due date, because nothing may hide lateness.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.domain.clock.clocks import extension_left
from petitions.domain.clock.explanations import UNIT_LABELS
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.petition.petition import Petition
from petitions.errors import Forbidden, Rejected
from petitions.usecases.shared.timekeeping import Timekeeping


@dataclass(frozen=True)
class ExtensionLimit:
    """The longest extension that is still possible."""

    left: int
    """The number of time units by which the deadline can still be extended."""
    unit: str
    """The name of the time unit, in Vietnamese."""


def extension_limit(petition: Petition, now: datetime) -> ExtensionLimit | None:
    """Return the longest extension that an approver may give now, or None if none is possible."""
    clock = petition.clocks.get(ClockName.ANSWER)
    left = clock and extension_left(clock, now)
    return ExtensionLimit(left, UNIT_LABELS[clock.rule.unit]) if clock and left else None


def extend_answer(timekeeping: Timekeeping, petition: Petition, amount: int | None, now: datetime) -> Petition:
    """Return the petition with a later deadline for the answer. Raise Forbidden or Rejected, in Vietnamese."""
    clock = petition.clocks.get(ClockName.ANSWER)
    if clock is None or clock.stopped_at is not None:
        raise Forbidden("Hồ sơ không có thời hạn trả lời đang chạy.", reason="no_answer_clock")
    if clock.deadline.is_over(clock.paused_at or now):
        raise Forbidden("Đã quá hạn trả lời nên không gia hạn được nữa.", reason="extension_after_due")
    left = extension_left(clock, now)
    if not left:
        raise Forbidden("Thời hạn trả lời đã được gia hạn hết mức cho phép.", reason="extension_used_up")
    if amount is None or not 1 <= amount <= left:
        words = f"Xin nhập số {UNIT_LABELS[clock.rule.unit]} gia hạn, từ 1 đến {left}."
        raise Rejected(words, reason="extension_amount")
    return timekeeping.extended(petition, ClockName.ANSWER, amount, now)
