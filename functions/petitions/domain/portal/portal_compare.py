"""Compare a petition with its record on the national portal, and propose repairs for the differences."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.lifecycle.lifecycle import OPEN_STATES, State
from petitions.domain.petition.petition import Petition
from petitions.domain.portal.portal_differences import DifferenceKind
from petitions.domain.shared.edges import UpTo


@dataclass(frozen=True)
class ComparedSide:
    """The values of a petition that are compared, as they are here or on the portal."""

    state: str
    """The portal's name of the state."""
    unit: str
    """The unit's national code, or "" if it has none."""
    answer: str
    level: int
    """The level of the rating. 0 means no rating."""

    @property
    def hash(self) -> str:
        """Return a hash of the compared values. It is equal on both sides if no value differs."""
        parts = f"{self.state}\n{self.unit}\n{self.answer}\n{self.level}"
        return hashlib.sha256(parts.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class PortalSide:
    """The petition's record on the portal, with the decisions of the portal's officers."""

    side: ComparedSide
    away: bool
    """Whether another authority handles the petition now."""
    returned: bool
    """Whether the portal returned the answer to the petition as unsuitable."""
    at: datetime | None


@dataclass(frozen=True)
class FoundDifference:
    """One value that differs between the two sides."""

    kind: DifferenceKind
    here: str
    there: str
    take: str = ""
    """The kind of change that would apply the portal's value here. "" to send this system's value to the portal."""


def local_side(petition: Petition, word: str, unit: str, there: ComparedSide) -> ComparedSide:
    """Return this system's values, with the portal's name for the state (`word`) and the unit's national code (`unit`).

    Values that are not compared come from the portal's side (`there`): the answer and the rating of a petition whose
    answer is under revision, or that was never answered here.
    """
    reply = petition.reply if petition.reply and petition.reply.approved_at else None
    unrated = 0 if reply else there.level
    return ComparedSide(
        word,
        unit,
        reply.with_basis if reply else there.answer,
        petition.rating.level if petition.rating else unrated,
    )


def compare(petition: Petition, here: ComparedSide, there: PortalSide) -> list[FoundDifference]:
    """Return the differences. Empty if both sides agree.

    If the portal transferred the petition or returned its answer and the change never arrived, the repair applies it
    here.
    """
    mine, other = here, there.side
    if mine.hash == other.hash:
        return []
    found = []
    if mine.state != other.state:
        found.append(FoundDifference(DifferenceKind.STATE, mine.state, other.state, _decided_there(petition, there)))
    if mine.unit != other.unit:
        moved = petition.state in OPEN_STATES and not there.away and _changed_since(petition, there)
        found.append(FoundDifference(DifferenceKind.UNIT, mine.unit, other.unit, "moved" if moved else ""))
    if mine.answer != other.answer:
        found.append(FoundDifference(DifferenceKind.ANSWER, _digest(mine.answer), _digest(other.answer)))
    if mine.level != other.level:
        found.append(
            FoundDifference(DifferenceKind.RATING, str(mine.level), str(other.level), "" if mine.level else "rated")
        )
    return found


def _decided_there(petition: Petition, there: PortalSide) -> str:
    reply = petition.reply
    answered_at = reply.approved_at if reply else None
    if there.away and petition.state in OPEN_STATES:
        return "transferred"
    if there.returned and petition.state in {State.ANSWERED, State.PUBLISHED}:
        return "returned" if answered_at and there.at and UpTo(answered_at).is_over(there.at) else ""
    if not there.away and petition.state is State.TRANSFERRED_OUT:
        return "answered" if there.side.answer else "sent_back"
    return ""


def _changed_since(petition: Petition, there: PortalSide) -> bool:
    sent_at = petition.sync.told_at
    return there.at is not None and (sent_at is None or UpTo(sent_at).is_over(there.at))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""
