"""The conversation's view of Hanoi's map and of the routing: wards, their names, and the nature of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.citizen.guidance import guidance_kind
from petitions.domain.petition.petition import Location
from petitions.domain.routing.dangers import without_denials
from petitions.domain.routing.kinds import PetitionKind
from petitions.domain.routing.places import Places
from petitions.domain.routing.routing import Router
from petitions.domain.understanding.acts import Situation
from petitions.domain.understanding.message_reader import MessageReader, Said
from petitions.domain.understanding.values import SaidValues
from petitions.domain.units.directory import COORDINATORS, Directory


@dataclass(frozen=True)
class HanoiGuide:
    """An implementation of `effects.CityGuide` over one version of the directory and the rules."""

    directory: Directory
    finder: Places
    router: Router
    reader: MessageReader
    petitions_a_day: int

    def wards(self, address: str | None, location: Location | None) -> tuple[Sequence[str], bool]:
        """Codes of the wards that fit, best first, and whether the first is sure."""
        match = self.finder.find("", address, location)
        return [candidate.code for candidate in match.wards], match.sure

    def ward_name(self, code: str) -> str:
        """Return the ward's name with its type, or the code if it is unknown."""
        ward = self.directory.ward(code)
        return ward.name if ward else code

    def nature(self, text: str) -> str | None:
        """Return the kind of guidance that the text calls for, or None."""
        calm = without_denials(text)
        if text.strip() and not calm.strip():
            return None
        decision = self.router.route(calm)
        return guidance_kind(decision.kind, decision.facet)

    def values(self, text: str) -> SaidValues:
        """Return the values that a message of a story holds."""
        return self.reader.values(text, Situation.CONTENT)

    def responsible(self, text: str, *, surely: bool) -> str | None:
        """Return the unit to which the routing would send the text, `surely` without asking anybody, or None.

        The coordinators get what tells of nobody's matter.
        """
        decision = self.router.route(text)
        unit = decision.units[0].code
        matter = decision.kind in {PetitionKind.CONDUCT, PetitionKind.REGULATION} and unit != COORDINATORS
        return unit if matter and (decision.auto or not surely) else None

    def read(self, text: str, situation: Situation) -> Said:
        """Return the reading of a message."""
        return self.reader.read(text, situation)
