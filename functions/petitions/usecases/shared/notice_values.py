"""The values that fill the placeholders of texts to a filer about an officer's action."""

from __future__ import annotations

from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import ClockName, State
from petitions.domain.notices.kinds import NoticeKind
from petitions.domain.petition.petition import Petition
from petitions.domain.units.directory import Directory

_WITH_ANSWER_DUE = frozenset(
    {
        NoticeKind.ACCEPTED,
        NoticeKind.EXTENDED,
        NoticeKind.RELEVELLED,
        NoticeKind.RECLASSIFIED,
        NoticeKind.REASSIGNED,
        NoticeKind.REOPENED,
    }
)
"""The kinds of notices with the deadline for the answer."""

WITH_WORDS = frozenset(
    {
        NoticeKind.SUPPLEMENT_ASKED,
        NoticeKind.REFUSED,
        NoticeKind.TRANSFERRED_OUT,
        NoticeKind.EXTENDED,
    }
)
"""The kinds of notices that quote the officer's text."""

_ACTED = WITH_WORDS - {NoticeKind.SUPPLEMENT_ASKED}
"""The kinds of notices with the name of the unit whose officer acted. All others name the unit that has the petition.
"""


def notice_values(
    kind: NoticeKind, petition: Petition, words: str, by: str, directory: Directory, texts: Texts
) -> dict[str, str]:
    """Return the values by placeholder: code, unit, the officer's text, a new level, the deadline of reply or answer.

    `petition` is the petition after the action, and `by` the unit of the officer, "" for the software. The officer's
    text is left out where it is not quoted.
    """
    unit = by if by and kind in _ACTED else petition.unit
    values = {
        "code": petition.code,
        "unit": directory.name_of(unit),
        "office_words": words if kind in WITH_WORDS else "",
    }
    values |= {"level": texts.render(f"level_{petition.level}")} if kind is NoticeKind.RELEVELLED else {}
    if petition.state is State.AWAITING_CITIZEN:
        return values | {"until": texts.time(petition.promised[ClockName.SUPPLEMENT])}
    named = kind in _WITH_ANSWER_DUE and ClockName.ANSWER in petition.clocks
    return values | ({"answer_due": texts.time(petition.clocks[ClockName.ANSWER].due_at)} if named else {})
