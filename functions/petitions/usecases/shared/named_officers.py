"""A sentence that names an officer in full is read as one that says “cán bộ”: so the name counts as the office does.

Whether it accuses is judged of the sentence all the same, so that a name alone, or a namesake's, closes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from petitions.domain.language.words import fold
from petitions.domain.officers.officer import Officer
from petitions.domain.routing.proposed_class import as_office
from petitions.domain.routing.routing_rules import Superiors
from petitions.domain.units.directory import COORDINATORS, INSPECTORATE, Directory
from petitions.ports.store import Query, Reader

MOST_UNITS = 10


def accused_by_name(
    reader: Reader, text: str, filer: str, units: Collection[str], tells_of_misconduct: Callable[[str], bool]
) -> str | None:
    """Return the first of these units of whose named officers the text tells misconduct; None if it tells none.

    `filer` is the name of who wrote it, which is no officer's there.
    """
    wanted = list(dict.fromkeys(units))[:MOST_UNITS]
    found = reader.find(Query("officers", where=(("unit", "in", wanted),))) if wanted and text else []
    officers = [Officer.model_validate(document.data) for document in found]
    for unit in wanted:
        read = as_office(
            text, [officer.name for officer in officers if officer.unit == unit and fold(officer.name) != fold(filer)]
        )
        if read and tells_of_misconduct(read):
            return unit
    return None


@dataclass(frozen=True)
class CoordinatorsJudge:
    """Judges which texts accuse the coordinators, which are for their superior alone (LAW 7.8)."""

    superiors: Superiors
    directory: Directory
    tells_of_misconduct: Callable[[str], bool]

    @property
    def superior(self) -> str:
        """Return the office that handles such texts."""
        return self.directory.heir(INSPECTORATE)

    def accused(self, reader: Reader, text: str, filer: str = "", *, office: bool = True) -> bool:
        """Return whether the text accuses somebody of the coordinators' office by name or, with `office`, the office.

        The office is often only written to, so it is not meant where another one surely is.
        """
        called = as_office(text, self.superiors.coordinators, self.superiors.duties) if office else ""
        if called and self.tells_of_misconduct(called):
            return True
        return accused_by_name(reader, text, filer, [COORDINATORS], self.tells_of_misconduct) is not None
