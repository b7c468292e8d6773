"""News for the unit that holds a petition: changes that it must hear of within minutes."""

from __future__ import annotations

from datetime import datetime

from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, Role
from petitions.domain.petition.history_actions import history_action
from petitions.domain.petition.petition import NewsKind, Petition, UnitNews


def news_kind(action: str, role: str) -> NewsKind | None:
    """Return the kind of news in a history line, or None. Going on without a supplement is the unit's own doing."""
    if action == Action.SUPPLEMENT and role == Role.CITIZEN:
        return "supplement"
    if action == Action.SUPPLEMENT and role == Role.SYSTEM:
        return "wait_over"
    return history_action(action).news


def news_after(before: Petition, after: Petition, kind: NewsKind | None, now: datetime) -> UnitNews | None:
    """Return the news that waits after the change. New items do not delay those that wait already.

    News for a previous unit, or for one that no longer owes anything, is dropped.
    """
    moved = before.unit != after.unit
    waiting = None if moved or after.state not in OPEN_STATES else after.news
    if kind is None:
        return waiting
    if waiting is None:
        return UnitNews(at=now, kinds=[kind])
    return waiting.model_copy(update={"kinds": list(dict.fromkeys([*waiting.kinds, kind])), "told": []})
