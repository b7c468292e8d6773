"""Extending the answer: before due, with a reason, by whoever may approve it, up to the rule's maximum in all.

Law gives no maximum of its own (LAW 7.1); it is the rule's `max_extension`. After due nothing hides lateness.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.domain.clock.clocks import extension_left
from petitions.domain.clock.explanations import UNITS
from petitions.domain.lifecycle.states import ClockName
from petitions.domain.petition.petition import Petition
from petitions.errors import Forbidden, Rejected
from petitions.usecases.shared.timekeeping import Timekeeping


@dataclass(frozen=True)
class Extension:
    """What may still be added to the answer's time: at most `left`, counted in `unit` (Vietnamese)."""

    left: int
    unit: str


def extension_of(petition: Petition, now: datetime) -> Extension | None:
    """What an approver may give now; None if nothing."""
    clock = petition.clocks.get(ClockName.ANSWER)
    left = extension_left(clock, now) if clock else 0
    return Extension(left, UNITS[clock.rule.unit]) if clock and left else None


def extended(timekeeping: Timekeeping, petition: Petition, amount: int | None, now: datetime) -> Petition:
    """The petition with its answer due later. Raises Forbidden and Rejected, in Vietnamese."""
    clock = petition.clocks.get(ClockName.ANSWER)
    if clock is None or clock.stopped_at is not None:
        raise Forbidden("Hồ sơ không có thời hạn trả lời đang chạy.", reason="no_answer_clock")
    if (clock.paused_at or now) > clock.due_at:
        raise Forbidden("Đã quá hạn trả lời nên không gia hạn được nữa.", reason="extension_after_due")
    left = extension_left(clock, now)
    if not left:
        raise Forbidden("Thời hạn trả lời đã được gia hạn hết mức cho phép.", reason="extension_used_up")
    if amount is None or not 1 <= amount <= left:
        words = f"Xin nhập số {UNITS[clock.rule.unit]} gia hạn, từ 1 đến {left}."
        raise Rejected(words, reason="extension_amount")
    return timekeeping.extended(petition, ClockName.ANSWER, amount, now)
