"""Guidance in place of a petition, `guidance/{id}`: emergencies, complaints, denunciations, field reports, questions.

The citizen may always go on and file; the record has the outcome. Texts are masked (`language.redaction`).
"""

from __future__ import annotations

from typing import Literal

from petitions.domain.routing.kinds import Facet, Kind
from petitions.domain.shared.records import Instant, Root

EMERGENCY = "emergency"

KINDS: dict[Kind, str] = {
    Kind.EMERGENCY: EMERGENCY,
    Kind.COMPLAINT: "complaint",
    Kind.DENUNCIATION: "denunciation",
    Kind.QUESTION: "question",
}
"""The kinds that get guidance, whose text is `guide_{kind}`. Source: LAW 1.1."""

FIELD = "field"

MOST_TEXT = 2000


def nature_of(kind: Kind, facet: Facet) -> str | None:
    """Return the kind of guidance that a routing verdict calls for, or None."""
    return KINDS.get(kind) or (FIELD if facet is Facet.FIELD else None)


class Guidance(Root):
    """A record of guidance."""

    citizen: str
    kind: str
    text: str
    at: Instant
    outcome: Literal["guided", "filed", "cancelled"] = "guided"
    code: str | None = None
    """The petition, if one was filed nevertheless."""


def guidance_path(guidance_id: str) -> str:
    """Return the path of the record."""
    return f"guidance/{guidance_id}"
