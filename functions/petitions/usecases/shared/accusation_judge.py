"""The grounds for confidentiality in a petition's own words, judged at its filing and at its routing (LAW 7.8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from petitions.domain.language.similarity import fingerprint, is_alike
from petitions.domain.petition.confidentiality import closed_with, is_protected, without_closed
from petitions.domain.petition.petition import Petition
from petitions.domain.routing.proposed_class import accused_unit, judge_readers, proposed_class, reports_misconduct
from petitions.domain.routing.routing import Router, RoutingDecision
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_OFFICE, UNKNOWN_WARD, Directory
from petitions.ports.store import Query, Reader
from petitions.usecases.shared.named_officers import CoordinatorsJudge, accused_by_name

_MOST_LIKELY = 3
"""The number of likely units among whose officers an accused person is looked for by name."""
_MOST_BEFORE = 20


@dataclass(frozen=True)
class AccusationJudge:
    """Finds the units that a petition accuses."""

    directory: Directory
    router: Callable[[], Router]
    """Returns the router, which is compiled when the first text is judged."""

    def at_filing(self, reader: Reader, new: Petition) -> Petition:
        """Return a new petition with its grounds for confidentiality.

        Without them the officers that it accuses could read it until it is routed. If its unit must not read it, the
        office in charge holds it instead, and the routing finds another unit.
        """
        judged = without_closed(self.judged(reader, new, decided(self.router(), self.directory, new)), self.directory)
        return judged if judged.unit == new.unit else replace(judged, held_by=[], news=None, routed=None)

    def judged(self, reader: Reader, petition: Petition, decision: RoutingDecision) -> Petition:
        """Return the petition with its proposed class and accused units, from its text and everything added to it."""
        accused = self._accused(reader, petition, decision)
        of_family = closed_with(petition, *_before(reader, petition))
        if self._accuses_coordinators(reader, petition, decision):
            if accused in {None, UNKNOWN_OFFICE}:
                accused = COORDINATORS
            else:
                of_family = sorted({*of_family, COORDINATORS})
        grounds: dict[str, Any] = {
            "petition_class": proposed_class(decision),
            "accused": accused,
            "closed_with": of_family,
        }
        return replace(petition, **grounds)

    def _accused(self, reader: Reader, petition: Petition, decision: RoutingDecision) -> str | None:
        # A petition that was kept apart may accuse somebody whom its text alone does not name.
        before = petition.accused if petition.apart_from else None
        known, words = before or accused_unit(decision, petition.ward), added_words(petition)
        if known not in {None, UNKNOWN_OFFICE}:
            return known
        likely = [petition.ward, decision.ward, petition.unit, *(unit.code for unit in decision.units[:_MOST_LIKELY])]
        units = [unit for unit in likely if unit and unit != COORDINATORS]
        text, filer = f"{petition.content}\n{words}", petition.contact.name
        by_name = accused_by_name(reader, text, filer, units, self._tells_of_misconduct)
        return by_name or known or (UNKNOWN_OFFICE if words and self._tells_of_misconduct(words) else None)

    def _accuses_coordinators(self, reader: Reader, petition: Petition, decision: RoutingDecision) -> bool:
        text, filer = f"{petition.content}\n{added_words(petition)}", petition.contact.name
        router = self.router()
        judge = CoordinatorsJudge(router.superiors, self.directory, *judge_readers(router.route))
        # The ward of the address may rank first even if a counter of the city's office is meant, so it is left out.
        unit = accused_unit(router.route(petition.content), None)
        # The hotline is the service centre's, and the coordinators' as well.
        another = unit not in {None, UNKNOWN_OFFICE, UNKNOWN_WARD} and not self.directory.is_service_centre(str(unit))
        return decision.accused == COORDINATORS or judge.accused(reader, text, filer, office=not another)

    def _tells_of_misconduct(self, text: str) -> bool:
        return reports_misconduct(self.router().route(text))


def decided(router: Router, directory: Directory, petition: Petition) -> RoutingDecision:
    """Return the router's decision on the petition in its present state."""
    chosen = directory.ward(petition.ward) if petition.ward else None
    address = f"{chosen.name}, {petition.address}" if chosen else petition.address
    return router.route(petition.content, address, petition.location)


def added_words(petition: Petition) -> str:
    """Return the words that the filer added to the petition, and the names of its files."""
    added = [addition.text for addition in petition.additions if addition.by == "citizen"]
    return "\n".join(filter(None, [*added, *(file.name for file in petition.files)]))


def _before(reader: Reader, petition: Petition) -> list[Petition]:
    """Return the filer's confidential petitions with nearly the same text.

    The units that may not read those must not get this petition either.
    """
    if petition.source != "zalo":
        return []
    own = Query("petitions", (("citizen", "==", petition.citizen),), order_by=("-filed_at",), limit=_MOST_BEFORE)
    mine = fingerprint(petition.content)
    found = [Petition.model_validate(document.data) for document in reader.find(own) if document.id != petition.code]
    return [item for item in found if is_protected(item) and is_alike(mine, fingerprint(item.content))]
