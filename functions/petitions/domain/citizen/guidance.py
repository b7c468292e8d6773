"""Guidance in place of a petition, `guidance/{id}`: emergencies, complaints, denunciations, field reports, questions.

The citizen may still file a petition, and the record shows the outcome. Texts are masked (`language.redaction`).
"""

from __future__ import annotations

from typing import Literal

from petitions.domain.routing.kinds import PetitionFacet, PetitionKind
from petitions.domain.shared.records import Instant, Root

EMERGENCY = "emergency"

GUIDANCE_KINDS: dict[PetitionKind, str] = {
    PetitionKind.EMERGENCY: EMERGENCY,
    PetitionKind.COMPLAINT: "complaint",
    PetitionKind.DENUNCIATION: "denunciation",
    PetitionKind.QUESTION: "question",
}
"""The kinds that get guidance. Their texts are `guide_{kind}`. Source: LAW 1.1."""

FIELD_REPORT = "field"
CIVIL_MATTER = "civil"

LONGEST_STORED_TEXT = 2000


def guidance_kind(kind: PetitionKind, facet: PetitionFacet) -> str | None:
    """Return the kind of guidance that a routing verdict calls for, or None."""
    if kind is PetitionKind.QUESTION and facet is PetitionFacet.CIVIL:
        return CIVIL_MATTER
    return GUIDANCE_KINDS.get(kind) or (FIELD_REPORT if facet is PetitionFacet.FIELD else None)


class Guidance(Root):
    """A record of guidance."""

    citizen: str
    kind: str
    text: str
    at: Instant
    outcome: Literal["guided", "filed", "cancelled"] = "guided"
    code: str | None = None
    """The code of the petition, if one was filed nevertheless."""


def guidance_path(guidance_id: str) -> str:
    """Return the path of the record."""
    return f"guidance/{guidance_id}"
