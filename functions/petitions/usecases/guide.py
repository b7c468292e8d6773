"""What the conversation asks of Hanoi's map: which wards an address may mean, and their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.domain import places
from petitions.domain.directory import Directory
from petitions.domain.petition import Location


@dataclass(frozen=True)
class HanoiGuide:
    """`domain.conversation.Guide` over one version of the directory."""

    directory: Directory
    finder: places.Places

    def wards(self, address: str | None, location: Location | None) -> tuple[Sequence[str], bool]:
        """Codes of the wards that fit, best first, and whether the first is sure."""
        point = places.Location(location.latitude, location.longitude) if location else None
        match = self.finder.find("", address, point)
        return [candidate.code for candidate in match.wards], match.sure

    def ward_name(self, code: str) -> str:
        """The ward's name, with its type."""
        ward = self.directory.ward(code)
        return ward.name if ward else code
