"""The messages that make `relay` update or close a citizen's page after a change of the draft or petition."""

from __future__ import annotations

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.pages.links import page_of
from petitions.domain.shared.records import replace
from petitions.ports.messages import Message
from petitions.usecases.shared.outbox import nudge

TOPIC = "citizen-pages"


def nudge_draft_page(who: str, page: str) -> Message:
    """Return the message that updates the page of the citizen's draft."""
    return nudge(TOPIC, who, {"citizen": who, "page": page})


def nudge_petition_page(code: str) -> Message:
    """Return the message that updates a petition's page, for changes without a new history line."""
    return nudge(TOPIC, code, {"code": code})


def with_change_counted(before: Citizen | None, after: Citizen) -> Citizen:
    """Return the citizen with the counter `changes` increased if the page of their draft has to change."""
    changed = before is not None and _shown(before) != _shown(after) and _page(after) is not None
    return replace(after, changes=after.changes + 1) if changed or _is_new(before, after) else after


def page_nudges(who: str, before: Citizen | None, after: Citizen) -> list[Message]:
    """Return the messages that update the pages of drafts affected by a change of the citizen's document."""
    if before is not None and before.changes == after.changes and _page(before) == _page(after):
        return []
    pages = {_page(citizen) for citizen in (before, after) if citizen is not None}
    pages -= {own.page for own in after.petitions}  # pages of petitions are updated by the petition's events
    return [nudge_draft_page(who, page) for page in sorted(page for page in pages if page)]


def _is_new(before: Citizen | None, after: Citizen) -> bool:
    return _page(after) is not None and (before is None or _page(before) != _page(after))


def _page(citizen: Citizen) -> str | None:
    draft = citizen.conversation.draft
    return page_of(draft.page) if draft is not None and draft.page else None


def _shown(citizen: Citizen) -> tuple[object, ...]:
    return citizen.conversation.draft, citizen.posts, citizen.consent, citizen.language, citizen.petitions
