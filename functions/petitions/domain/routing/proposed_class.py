"""What the routing proposes for an officer's classification of a petition, and whose conduct it is about."""

from __future__ import annotations

from petitions.domain.petition.classification import Nature, PetitionClass, Statement
from petitions.domain.routing.kinds import PetitionFacet, PetitionKind
from petitions.domain.routing.reading import WARD
from petitions.domain.routing.routing import RoutingDecision
from petitions.domain.units.directory import UNKNOWN_WARD

_NATURES = {
    PetitionFacet.BOTH: Nature.BOTH,
    PetitionFacet.CONTENT: Nature.CONTENT,
    PetitionFacet.LEGAL_DOCUMENT: Nature.CONTENT,
}
_CLASSES: dict[PetitionKind, PetitionClass] = {
    PetitionKind.COMPLAINT: "complaint",
    PetitionKind.DENUNCIATION: "denunciation",
}


def proposed_nature(decision: RoutingDecision) -> Nature:
    """Return the nature of the petition (LAW 1.2); what is about no rule is about conduct."""
    return _NATURES.get(decision.facet, Nature.CONDUCT)


def proposed_statement(decision: RoutingDecision) -> Statement:
    """Return whether it reports or proposes."""
    return Statement.PROPOSAL if decision.kind is PetitionKind.REGULATION else Statement.REPORT


def proposed_class(decision: RoutingDecision) -> PetitionClass:
    """Return the class of the petition."""
    legal = decision.facet is PetitionFacet.LEGAL_DOCUMENT
    return _CLASSES.get(decision.kind, "vbqppl" if legal else "pakn")


def accused_unit(decision: RoutingDecision, ward: str | None) -> str | None:
    """Return the unit whose conduct is meant, UNKNOWN_WARD if it is a ward nobody knows; `ward` is the citizen's."""
    if decision.accused == WARD:
        return ward or decision.ward or UNKNOWN_WARD
    return decision.accused
