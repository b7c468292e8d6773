"""Units that coordinate on a petition with several issues, beside the one that is accountable."""

from __future__ import annotations

from petitions.domain.routing.kinds import KindVerdict, PetitionFacet
from petitions.domain.routing.reading import WARD, PetitionReading
from petitions.domain.routing.routing_rules import Superiors
from petitions.domain.routing.superiors import Accusation
from petitions.domain.units.directory import OUT_OF_SCOPE

_OWN_ISSUE = 2.2
_MOST = 3


def coordinating(
    first: str,
    reading: PetitionReading,
    verdict: KindVerdict,
    superiors: Superiors,
    accused: Accusation | None,
) -> tuple[str, ...]:
    """Return at most three coordinating units: the superior if the first unit's delay is meant, then units of issues.

    If conduct is meant, the superior is already the first unit, and the accused unit is never included. A further issue
    is a phrase that points mainly, and strongly, to another unit. Source: LAW 7.8.
    """
    if verdict.guidance or reading.place.outside or first == OUT_OF_SCOPE:
        return ()
    found: list[str] = []
    main = WARD if first.startswith(WARD) else first
    if not accused and verdict.facet in (PetitionFacet.CONDUCT, PetitionFacet.BOTH):
        found.append(superiors.of(first, reading.ward_field))
    strongest: dict[str, tuple[float, str]] = {}
    for item in reading.evidence:
        strongest[item.words[0]] = max(strongest.get(item.words[0], (0.0, "")), (item.weight, item.code))
    for _, (weight, code) in sorted(strongest.items(), key=lambda row: (-row[1][0], row[0])):
        if weight < _OWN_ISSUE or code in (main, OUT_OF_SCOPE) or (accused and code == accused.unit):
            continue
        named = (reading.place.ward if reading.place.sure else None) if code == WARD else code
        if named:
            found.append(named)
    return tuple(code for code in dict.fromkeys(found) if code != first)[:_MOST]
