"""News for the unit that handles a petition, i.e. changes that its officers must learn of within minutes."""

from __future__ import annotations

from datetime import datetime

from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Action, Role, State
from petitions.domain.petition.history_actions import RecordedAction, history_action
from petitions.domain.petition.petition import NewsKind, Petition, UnitNews
from petitions.domain.shared.records import replace


def news_of(action: str, role: str, before: Petition, after: Petition) -> NewsKind | None:
    """Return the kind of news that a change is to the unit that handles the petition, or None.

    A supplement is news from the citizen or the portal. If the system ends the wait for it, the news is "wait_over".
    Coordinators get news if a unit loses an open petition automatically.
    """
    if action == RecordedAction.KEPT_CLOSED:
        return "returned" if after.unit != before.unit and after.state in OPEN_STATES else None
    if action == Action.SUPPLEMENT and role in {Role.CITIZEN, Role.PORTAL}:
        return "supplement"
    if action == Action.SUPPLEMENT and role == Role.SYSTEM:
        return "wait_over"
    return history_action(action).news


def news_after(
    before: Petition, after: Petition, kind: NewsKind | None, now: datetime, by: str | None = None
) -> UnitNews | None:
    """Return the news still to be sent after a change. A new item does not delay items that already wait.

    News for a previous unit, or about a petition that is no longer open, are dropped, except the approval of an answer.
    News of a submitted answer are dropped once the answer no longer waits for approval. The officer `by`, who made the
    change, gets no news of it.
    """
    moved, over = before.unit != after.unit, after.state not in OPEN_STATES
    settled = over and "approved" not in (after.news.kinds if after.news else [])
    waiting = None if moved or settled else _still_true(after)
    if kind is None:
        return waiting
    informed = [by] if by else []
    if waiting is None or kind == "approved":
        return UnitNews(at=now, kinds=[kind], first=moved, informed=informed)
    kinds = list(dict.fromkeys([*waiting.kinds, kind]))
    return replace(waiting, at=min(waiting.at, now), kinds=kinds, informed=informed)


def _still_true(after: Petition) -> UnitNews | None:
    if after.news is None or after.state is State.AWAITING_APPROVAL:
        return after.news
    kinds: list[NewsKind] = [kind for kind in after.news.kinds if kind != "submitted"]
    return replace(after.news, kinds=kinds) if kinds else None
