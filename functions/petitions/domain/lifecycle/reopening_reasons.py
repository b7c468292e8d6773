"""Reasons to reopen a petition, which decide who gets it: the unit that answered, or the coordinators (LAW 7.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReopeningReason(StrEnum):
    """The reasons for which a coordinator can reopen a petition."""

    INCOMPLETE = "incomplete"
    NOT_DONE = "not_done"
    WRONG_UNIT = "wrong_unit"
    CONDUCT = "conduct"
    REFUSED_WRONGLY = "refused_wrongly"


@dataclass(frozen=True)
class ReopeningRow:
    """The label of a reason, and whether the petition goes to the coordinators instead of back to its unit."""

    label: str
    to_coordinators: bool = False


REOPENING_REASONS = {
    ReopeningReason.INCOMPLETE: ReopeningRow("Câu trả lời chưa đúng hoặc chưa đủ nội dung"),
    ReopeningReason.NOT_DONE: ReopeningRow("Đơn vị chưa làm điều đã trả lời"),
    ReopeningReason.WRONG_UNIT: ReopeningRow("Việc thuộc trách nhiệm của đơn vị khác", to_coordinators=True),
    ReopeningReason.CONDUCT: ReopeningRow("Nói về hành vi của chính đơn vị đã giải quyết", to_coordinators=True),
    ReopeningReason.REFUSED_WRONGLY: ReopeningRow("Từ chối không đúng", to_coordinators=True),
}
