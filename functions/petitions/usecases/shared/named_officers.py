"""Accusations that give an officer's full name, judged as if the text named the officer's office.

The rest of the sentence is judged as usual, so a mere name, or that of a namesake, does not make a petition
confidential.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from petitions.domain.language.words import fold
from petitions.domain.officers.officer import Officer
from petitions.domain.routing.proposed_class import as_office, mentions, with_office, with_staff, without
from petitions.domain.routing.routing_rules import Superiors
from petitions.domain.units.directory import COORDINATORS, INSPECTORATE, Directory
from petitions.ports.store import Query, Reader

MOST_UNITS = 10
_STAFF = "cán bộ Văn phòng UBND thành phố"
"""The text that replaces a mention of the coordinators by their work or place."""


def accused_by_name(
    reader: Reader, text: str, filer: str, units: Collection[str], reports_misconduct: Callable[[str], bool]
) -> str | None:
    """Return the first of the units with an officer whom the text names and accuses of misconduct, or None.

    `filer` is the name of the text's author, which does not count as the name of an officer.
    """
    wanted = list(dict.fromkeys(units))[:MOST_UNITS]
    officers = _people(reader, wanted, filer) if wanted and text else []
    for unit in wanted:
        read = as_office(text, [officer.name for officer in officers if officer.unit == unit])
        if read and reports_misconduct(read):
            return unit
    return None


@dataclass(frozen=True)
class CoordinatorsJudge:
    """Judges whether texts accuse the coordinators. Only the office above them may read such texts (LAW 7.8)."""

    superiors: Superiors
    directory: Directory
    reports_misconduct: Callable[[str], bool]
    may_report: Callable[[str], bool]
    """A function that returns whether a text mentioning coordinators may report their misconduct. A suspicion is
    enough.
    """
    doubts: Callable[[str], bool]
    """A function that returns whether a text may report misconduct, so that a person must decide before a unit reads
    it.
    """

    @property
    def superior(self) -> str:
        """Return the office above the coordinators, which handles such texts."""
        return self.directory.heir(INSPECTORATE)

    def accused(self, reader: Reader, text: str, filer: str = "", *, office: bool = True) -> bool:
        """Return whether the text accuses a coordinator by name or, with `office`, may accuse any of them.

        Coordinators must not decide themselves whether a text is about them. It is therefore enough that the text may
        report misconduct and mentions a coordinator's given name, their duties or their place. The office is often only
        the addressee: it does not count if another office is certainly accused, or if the office is only asked for
        something. A name beside another trade, post, home or unit belongs to somebody else.
        """
        people = _people(reader, [COORDINATORS], filer) if text else []
        names, others = [officer.name for officer in people], self.superiors.others
        named = as_office(text, names, others=others)
        if named and self.reports_misconduct(named):
            return True
        if not (text and office):
            return False
        here = [officer.name.split()[-1] for officer in people if officer.left_at is None]
        text = without(text, self.superiors.requests)
        staff = with_staff(text, self.superiors, _STAFF)
        rest = with_staff(text, self.superiors, "")
        if staff != rest and (self.reports_misconduct(staff) or self.may_report(text) or self.may_report(rest)):
            return True
        known = ([*self.superiors.coordinators, *names], (), here, others)
        if (called := as_office(text, *known)) and (
            self.may_report(called) or self.may_report(with_office(text, *known))
        ):
            return True
        on_duty = as_office(text, (), self.superiors.duties)
        if on_duty and (self.reports_misconduct(on_duty) or self.reports_misconduct(text)):
            return True
        hinted = mentions(text, self.superiors.hints)
        return hinted and (mentions(text, self.superiors.gains) or self.may_report(text))

    def names_one(self, reader: Reader, text: str) -> bool:
        """Return whether the text names a person of the coordinators' office, with or without an accusation."""
        people = _people(reader, [COORDINATORS], "") if text else []
        names = [officer.name for officer in people]
        return bool(as_office(text, names, given=[name.split()[-1] for name in names]))


def _people(reader: Reader, units: list[str], filer: str) -> list[Officer]:
    found = reader.find(Query("officers", where=(("unit", "in", units),)))
    officers = [Officer.model_validate(document.data) for document in found]
    return [officer for officer in officers if fold(officer.name) != fold(filer)]
