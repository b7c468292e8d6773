"""Advice given instead of taking a petition, stored as `guidance/{id}`: in emergencies, for complaints and so on.

The citizen may still file a petition, and the record shows the outcome. Personal data in its text are masked
(`language.redaction`).
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
"""The kinds of text that get advice, from the catalogue's `guide_{kind}`. Source: LAW 1.1."""

FIELD_REPORT = "field"
CIVIL_MATTER = "civil"

LONGEST_STORED_TEXT = 2000


def guidance_kind(kind: PetitionKind, facet: PetitionFacet) -> str | None:
    """Return the kind of advice for a text of this kind and facet, or None for no advice."""
    if kind is PetitionKind.QUESTION and facet is PetitionFacet.CIVIL:
        return CIVIL_MATTER
    return GUIDANCE_KINDS.get(kind) or (FIELD_REPORT if facet is PetitionFacet.FIELD else None)


class Guidance(Root):
    """A record of advice that a citizen got, and of its outcome."""

    citizen: str
    kind: str
    text: str
    at: Instant
    outcome: Literal["guided", "filed", "cancelled"] = "guided"
    code: str | None = None
    """The code of the petition, if the citizen filed one nevertheless."""


def guidance_path(guidance_id: str) -> str:
    return f"guidance/{guidance_id}"
