"""Comparison of a petition with its record on the portal: the differences and their repairs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from petitions.domain.lifecycle.lifecycle import OPEN_STATES, State
from petitions.domain.petition.petition import Petition
from petitions.domain.portal.portal_differences import DifferenceKind


@dataclass(frozen=True)
class ComparedSide:
    """The compared values of a petition on one side."""

    state: str
    """The portal's word."""
    unit: str
    """The unit's national code, or empty if it has none."""
    answer: str
    level: int
    """0 means no rating."""

    @property
    def hash(self) -> str:
        """Return a hash that is equal on both sides if nothing differs."""
        parts = f"{self.state}\n{self.unit}\n{self.answer}\n{self.level}"
        return hashlib.sha256(parts.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class PortalSide:
    """The record on the portal with the decisions of its officers."""

    side: ComparedSide
    away: bool
    """Whether another authority holds it."""
    returned: bool
    """Whether its answer was returned."""
    at: datetime | None


@dataclass(frozen=True)
class FoundDifference:
    """A difference."""

    kind: DifferenceKind
    here: str
    there: str
    take: str = ""
    """The kind of change that would bring the portal's value here, or empty to send our value to the portal."""


def local_side(petition: Petition, word: str, unit: str, there: ComparedSide) -> ComparedSide:
    """Return our side in the portal's words and codes.

    Not compared are an answer under revision, an answer of a petition given away, and a rating on the portal of a
    petition that was never answered here. The last one is a conflict for a person.
    """
    reply = petition.reply
    answer = reply.with_basis if reply and reply.approved_at else there.answer
    gone = petition.state in {State.TRANSFERRED_OUT, State.CLOSED} and not reply
    unrated = 0 if reply and reply.approved_at else there.level
    return ComparedSide(
        word, unit, there.answer if gone else answer, petition.rating.level if petition.rating else unrated
    )


def compare(petition: Petition, here: ComparedSide, there: PortalSide) -> list[FoundDifference]:
    """Return the differences. National transfers and returns that never came as changes are taken over."""
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
        return "returned" if answered_at and there.at and there.at > answered_at else ""
    if not there.away and petition.state is State.TRANSFERRED_OUT:
        return "answered" if there.side.answer else "sent_back"
    return ""


def _changed_since(petition: Petition, there: PortalSide) -> bool:
    sent_at = petition.sync.told_at
    return there.at is not None and (sent_at is None or there.at > sent_at)


def _digest(text: str) -> str:
    """Return a hash of the text, because a difference must not contain personal words."""
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""
