"""The deadlines in messages to a citizen whose petition continues after a pause."""

from __future__ import annotations

from datetime import datetime

from petitions.domain.citizen.citizen import Citizen
from petitions.domain.language.texts import Texts
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.notices.notice import About, Notice
from petitions.domain.petition.petition import Petition


def due_in_words(petition: Petition, texts: Texts) -> dict[str, str]:
    """Return the deadline that concerns the citizen now, as values for a text in their language.

    Raise ValueError if no clock is open.
    """
    clock = petition.citizens_clock
    if clock is None:
        raise ValueError(f"{petition.code} has no open clock")
    return {"clock": texts.render(f"clock_{clock.name}").lower(), "due": texts.time(clock.due_at)}


def resumed_notice(petition: Petition, texts: Texts, citizen: Citizen, now: datetime) -> Notice:
    """Return the notice that the office continues without further waiting, with the deadline of its next step."""
    theirs = texts.to(citizen.language)
    params = {"code": petition.code, **due_in_words(petition, theirs)}
    return Notice(
        id=f"{petition.code}-{petition.version}",
        kind=NoticeKind.RESUMED,
        channel="zalo",
        citizen=petition.citizen,
        text=theirs.render("resumed", **params),
        about=About(code=petition.code, seq=petition.version),
        template=params,
        created_at=now,
    )
