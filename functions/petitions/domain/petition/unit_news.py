"""News for the unit that holds a petition: changes to be reported within minutes."""

from __future__ import annotations

from datetime import datetime

from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, Role, State
from petitions.domain.petition.history_actions import history_action
from petitions.domain.petition.petition import NewsKind, Petition, UnitNews
from petitions.domain.shared.records import replace


def news_kind(action: str, role: str) -> NewsKind | None:
    """Return the kind of news in a history line, or None. Going on without a supplement is the unit's own action."""
    if action == Action.SUPPLEMENT and role in {Role.CITIZEN, Role.PORTAL}:
        return "supplement"
    if action == Action.SUPPLEMENT and role == Role.SYSTEM:
        return "wait_over"
    return history_action(action).news


def news_after(
    before: Petition, after: Petition, kind: NewsKind | None, now: datetime, by: str | None = None
) -> UnitNews | None:
    """Return the pending news after the change. New items do not delay pending ones.

    News for a previous unit, or for one that owes nothing any more, is dropped, except the approval of its answer. The
    submission of an answer is dropped once the answer does not wait for approval. The officer `by` gets no news of
    their own change.
    """
    moved, over = before.unit != after.unit, after.state not in OPEN_STATES
    settled = over and "approved" not in (after.news.kinds if after.news else [])
    waiting = None if moved or settled else _still_true(after)
    if kind is None:
        return waiting
    informed = [by] if by else []
    if waiting is None or kind == "approved":
        return UnitNews(at=now, kinds=[kind], first=moved, told=informed)
    kinds = list(dict.fromkeys([*waiting.kinds, kind]))
    return replace(waiting, at=min(waiting.at, now), kinds=kinds, told=informed)


def _still_true(after: Petition) -> UnitNews | None:
    if after.news is None or after.state is State.AWAITING_APPROVAL:
        return after.news
    kinds: list[NewsKind] = [kind for kind in after.news.kinds if kind != "submitted"]
    return replace(after.news, kinds=kinds) if kinds else None
