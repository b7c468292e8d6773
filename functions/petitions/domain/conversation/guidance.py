"""What is answered in words: emergencies, complaints, denunciations, field reports, questions. `guidance/{id}`.

The citizen may always go on and file; the record says what became of it. Texts are masked (`language.redaction`).
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
"""The kinds that are guided; each is also a text, `guide_{kind}`. Source: LAW 1.1."""

FIELD = "field"

MOST_TEXT = 2000


def nature_of(kind: Kind, facet: Facet) -> str | None:
    """The kind of guidance that a verdict of the routing calls for."""
    return KINDS.get(kind) or (FIELD if facet is Facet.FIELD else None)


class Guidance(Root):
    """One record; `code` is the petition, if one was filed nevertheless."""

    citizen: str
    kind: str
    text: str
    at: Instant
    outcome: Literal["guided", "filed", "cancelled"] = "guided"
    code: str | None = None


def guidance_path(guidance_id: str) -> str:
    """Where the record is stored."""
    return f"guidance/{guidance_id}"
