"""The units that help the responsible unit with a petition about several issues."""

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
    """Return at most three units that should help with the petition.

    If the petition is about a delay of the first unit, that unit's superior comes first. Then come the units for which
    another phrase is strong evidence. The accused unit is never included. Nor is the superior of an accused unit,
    because it already is the first unit. Source: LAW 7.8.
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
