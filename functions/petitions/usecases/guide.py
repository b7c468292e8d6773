"""What the conversation asks of Hanoi's map and of the routing: wards, their names, and what kind of text it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain.directory import Directory
from petitions.domain.guidance import nature_of
from petitions.domain.petition import Location
from petitions.domain.places import Places
from petitions.domain.routing import Router


@dataclass(frozen=True)
class HanoiGuide:
    """`domain.turns.Guide` over one version of the directory and the rules."""

    directory: Directory
    finder: Places
    router: Router

    def wards(self, address: str | None, location: Location | None) -> tuple[Sequence[str], bool]:
        """Codes of the wards that fit, best first, and whether the first is sure."""
        match = self.finder.find("", address, location)
        return [candidate.code for candidate in match.wards], match.sure

    def ward_name(self, code: str) -> str:
        """The ward's name, with its type."""
        ward = self.directory.ward(code)
        return ward.name if ward else code

    def nature(self, text: str) -> str | None:
        """What kind of guidance a text calls for, or None."""
        decision = self.router.route(text)
        return nature_of(decision.kind, decision.facet)
