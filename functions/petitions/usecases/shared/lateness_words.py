"""The lateness of a petition in words, the same in a message and in the status on Zalo."""

from __future__ import annotations

from petitions.domain.language.texts import Texts
from petitions.domain.petition.lateness import Lateness
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.publication import clean


def lateness_words(petition: Petition, late: Lateness, texts: Texts) -> str:
    """Return which step is late since when, and the reason with the new date or who was reminded of giving them."""
    step = texts.render(f"clock_{late.clock}").lower()
    parts = [texts.render("late_step", clock=step, since=texts.time(late.since))]
    if late.plan is not None and not late.missed:
        until = f"{late.plan.until:%d/%m/%Y}"
        return " ".join([*parts, texts.render("late_reason", reason=clean(late.plan.text, petition), until=until)])
    if late.plan is not None:
        parts.append(texts.render("late_missed", until=f"{late.plan.until:%d/%m/%Y}"))
    parts.append(texts.render("late_no_reason", who=texts.render(f"late_who_{late.reminded}")))
    return " ".join(parts)
