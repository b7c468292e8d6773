"""The locking of a citizen's web pages: they get new links, so that no browser and no old link opens them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.conversation.turn import with_draft
from petitions.domain.pages.links import OPEN_FOR, page_of
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.shared.records import replace
from petitions.ports.messages import Message
from petitions.ports.store import Transaction
from petitions.ports.world import Ids
from petitions.usecases.shared.page_nudges import nudge_draft_page, nudge_petition_page


@dataclass(frozen=True)
class LockedPages:
    """The links and messages to send after a citizen's pages were locked."""

    citizen: Citizen
    links: Mapping[str, str]
    """The secret part of each new link, by the key of the text that gives it. For draft and newest petition only."""
    messages: Sequence[Message]
    """The messages that make the relay remove the old pages and write new ones."""


def lock_pages(tx: Transaction, who: str, citizen: Citizen, ids: Ids, now: datetime) -> LockedPages:
    """Give all web pages of the citizen new links, and return the links and messages to send.

    Only the links to the draft and the newest petition are sent at once. The citizen can get the others by asking for a
    petition by its code.
    """
    links: dict[str, str] = {}
    messages: list[Message] = []
    draft = citizen.conversation.draft
    if draft is not None and draft.page is not None:
        links["page_draft"] = ids.token()
        messages.append(nudge_draft_page(who, page_of(draft.page)))
        citizen = with_draft(citizen, page=links["page_draft"], page_at=now)
    found = tx.get_all([petition_path(own.code) for own in citizen.petitions])
    petitions = {one["code"]: Petition.model_validate(one) for one in found if one and one["citizen"] == who}
    anew = {}
    for own in citizen.petitions:
        petition = petitions.get(own.code)
        if petition is None or petition.page is None:
            continue
        letters = ids.token()
        given = "page_petition" not in links and petition.restricted_at is None
        if given:
            links["page_petition"] = letters
        tx.update(petition_path(own.code), {"page": letters, "page_until": now + OPEN_FOR if given else now})
        messages += [nudge_draft_page(who, page_of(petition.page)), nudge_petition_page(own.code)]
        anew[own.code] = page_of(letters)
    own_ones = [replace(own, page=anew.get(own.code, own.page)) for own in citizen.petitions]
    return LockedPages(replace(citizen, petitions=own_ones), links, messages)
