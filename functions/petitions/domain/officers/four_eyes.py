"""The four-eyes rule: nobody approves their own answer, not even as head or deputy of a head (LAW 7.11).

Only the author can take a submitted answer back, and only while nobody has decided on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer, standing_in
from petitions.domain.petition.petition import Petition

_OWN = (
    "Câu trả lời này do anh/chị trình, nên phải do người khác duyệt: lãnh đạo khác của đơn vị, "
    "người khác được cử thay lãnh đạo, hoặc cán bộ điều phối."
)

_NOT_OWN = "Chỉ người đã trình câu trả lời rút lại được; lãnh đạo yêu cầu làm lại."


def why_not_approved(officer: Officer, petition: Petition) -> str | None:
    """Return the reason, in Vietnamese, why the officer may not approve the answer, or None.

    The author of an answer may not approve it.
    """
    return _OWN if petition.reply and petition.reply.author == officer.id else None


def why_not_recalled(officer: Officer, petition: Petition) -> str | None:
    """Return the reason, in Vietnamese, why the officer may not take the answer back, or None.

    Only its author may take it back.
    """
    return None if petition.reply and petition.reply.author == officer.id else _NOT_OWN


def approvers(author: str, team: Iterable[Officer], day: date) -> list[Officer]:
    """Return the members of a unit who may approve an answer of `author` on this day, with their roles of that day.

    They are the heads present and the deputies of absent heads. An absent officer counts as present if the deputy has
    left the unit.
    """
    people = list(team)
    known = {person.id for person in people}
    others = [person for person in people if person.id != author and person.deputy_on(day) not in known]
    here = [standing_in(other, people, day) for other in others]
    return [officer for officer in here if officer.role is Role.HEAD]
