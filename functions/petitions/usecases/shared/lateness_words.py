"""The lateness of a petition as a text for its filer, used in notices and for the status on Zalo."""

from __future__ import annotations

from datetime import datetime

from petitions.domain.language.texts import Texts
from petitions.domain.publishing.late_step import LateStep


def lateness_words(late: LateStep, texts: Texts, now: datetime) -> str:
    """Return a text that names the late step with its deadline, and the unit's reason and new date.

    Until the unit gives these, the text names the officer who was asked for them.
    """
    step = texts.render(f"clock_{late.clock}").lower()
    parts = [texts.render("late_step", clock=step, since=texts.time(late.due_at))]
    if late.until is not None and not late.is_missed(now):
        return " ".join([*parts, texts.render("late_reason", reason=late.reason, until=f"{late.until:%d/%m/%Y}")])
    if late.until is not None:
        parts.append(texts.render("late_missed", until=f"{late.until:%d/%m/%Y}"))
    parts.append(texts.render("late_no_reason", who=texts.render(f"late_who_{late.reminded}")))
    return " ".join(parts)
