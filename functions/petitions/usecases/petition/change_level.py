"""A change of a petition's level: its open deadlines are counted again from the same starts by the new level's rules.

Law knows no such change. As with an extension, nothing may hide lateness after the due date (LAW 7.1): an overdue
deadline may move earlier, never later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.domain.lifecycle.states import Level
from petitions.domain.petition.petition import Petition
from petitions.domain.reminders.deadline_moves import DeadlineMove, deadline_moves
from petitions.errors import Forbidden, Rejected
from petitions.usecases.shared.timekeeping import Timekeeping

OVERDUE = "Đã quá hạn: đổi mức độ không được làm lùi thời hạn."


@dataclass(frozen=True)
class LevelChoice:
    """A level that the petition might have."""

    level: Level
    moves: list[DeadlineMove]
    """The deadlines that it would move."""
    refused: str | None
    """Why it is not allowed (Vietnamese), or None."""


def level_choices(keeping: Timekeeping, petition: Petition, now: datetime) -> list[LevelChoice]:
    """Return the choices of other levels."""
    return [_choice(keeping, petition, level, now)[0] for level in Level if level != petition.level]


def change_level(
    keeping: Timekeeping, petition: Petition, level: str | None, now: datetime
) -> tuple[Petition, list[DeadlineMove]]:
    """Return the petition with its new level, and the moved deadlines. Raise Rejected or Forbidden, in Vietnamese."""
    if level not in set(Level) or level == petition.level:
        raise Rejected("Xin chọn mức độ khác mức độ hiện tại.", reason="level_missing")
    choice, after = _choice(keeping, petition, Level(level), now)
    if choice.refused:
        raise Forbidden(choice.refused, reason="level_after_due")
    return after, choice.moves


def _choice(keeping: Timekeeping, petition: Petition, level: Level, now: datetime) -> tuple[LevelChoice, Petition]:
    after = keeping.recounted(petition, now, level=level)
    moved = deadline_moves(petition, after)
    hides = any((petition.clocks[each.clock].paused_at or now) > each.old and each.new > each.old for each in moved)
    return LevelChoice(level, moved, OVERDUE if hides else None), after
