"""The units to which a petition may be given: as options of a form, and as proposals of the routing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from petitions.domain.language.words import fold
from petitions.domain.lifecycle.lifecycle import State
from petitions.domain.officers.officer import WORKING
from petitions.domain.petition.classification import GivenClassification
from petitions.domain.petition.confidentiality import why_closed_to, why_kept
from petitions.domain.petition.petition import Petition
from petitions.domain.petition.transfers import senders
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import COORDINATORS, UNKNOWN_OFFICE, Directory
from petitions.usecases.lifecycle.classify_petition import ClassifyPetition
from petitions.usecases.officers.staff import Staff

Why = Literal["round", "returned", "unsure", "sent"]
"""The reason why the coordinators hold a petition:

- "round": it came back from a unit that had it before (A-B-A)
- "returned": a unit gave it back
- "unsure": the routing was not sure
- "sent": it was assigned to them
"""
_GIVEN_AT_ONCE = frozenset({State.NEW, State.ACCEPTED, State.RETURNED})
"""The states from which a coordinator can assign a petition without a comment."""


@dataclass(frozen=True)
class NamedChoice:
    """An option of a form: the id of a unit or person, and the name."""

    id: str
    name: str


@dataclass(frozen=True)
class UnitChoices:
    """The units that can handle petitions, as options of a form."""

    units: tuple[NamedChoice, ...]
    """Departments and agencies, in the order of the directory."""
    wards: tuple[NamedChoice, ...]
    """Wards and communes, sorted by their bare names, so that typing the first letters finds one."""

    def noting_empty(self, staffed: frozenset[str]) -> UnitChoices:
        """Return the options with a remark on the units without staff, i.e. those not in `staffed`."""
        both = (self.units, self.wards)
        units, wards = (
            tuple(named_choice if named_choice.id in staffed else _empty(named_choice) for named_choice in kind)
            for kind in both
        )
        return UnitChoices(units, wards)


@lru_cache(maxsize=2)
def unit_choices(directory: Directory) -> UnitChoices:
    """Return the options for this version of the directory."""
    return UnitChoices(
        tuple(NamedChoice(unit.code, unit.name) for unit in directory.units if unit.kind != "special"),
        tuple(
            NamedChoice(ward.code, directory.listed_name(ward.code))
            for ward in sorted(directory.wards, key=lambda ward: fold(ward.bare))
        ),
    )


def _empty(unit: NamedChoice) -> NamedChoice:
    lacks = "chưa có cán bộ xử lý" if unit.id == COORDINATORS else "chưa có cán bộ"
    return replace(unit, name=f"{unit.name} ({lacks})")


@dataclass(frozen=True)
class Placement:
    """The ways in which the coordinators could pass on a petition that they hold."""

    why: Why
    held_by: list[str]
    """The names of the units that held the petition, in order."""
    proposed: list[NamedChoice]
    """The units that the routing proposes and that may have the petition, the likeliest first."""
    unit: NamedChoice | None
    """The unit to which one click gives the petition, or None."""
    classified: GivenClassification
    """The classification by an officer, or the proposal that applies when the petition is accepted."""
    kept: bool
    """Whether the petition is a complaint or denunciation, which coordinators keep and refuse with guidance."""
    empty: NamedChoice | None
    """The unit that the petition would go to, or was given to, if that unit has no staff. Otherwise None."""


@dataclass(frozen=True)
class PlacePetition:
    """Finds the units to which a petition could go. It writes nothing."""

    directory: Directory
    staff: Staff
    classifying: ClassifyPetition

    def __call__(self, petition: Petition, staffed: frozenset[str]) -> Placement:
        """Return the ways to pass on a petition that the coordinators hold.

        `staffed` are the units with staff.
        """
        proposed = self.proposed(petition)
        first = self.preselected_unit(petition, proposed)
        ready = self.one_click_unit(petition, proposed, staffed) if petition.state in _GIVEN_AT_ONCE else ""
        return Placement(
            why=_why(petition),
            held_by=[self.directory.name_of(item) for item in petition.held_by],
            proposed=[self._named(named_choice) for named_choice in proposed],
            unit=NamedChoice(ready, self.directory.name_of(ready)) if ready else None,
            classified=self.classifying.proposed(petition),
            kept=why_kept(petition) is not None,
            empty=self._empty(petition, first, staffed),
        )

    def _empty(self, petition: Petition, first: str, staffed: frozenset[str]) -> NamedChoice | None:
        unit = first if petition.state in _GIVEN_AT_ONCE else petition.unit
        return NamedChoice(unit, self.directory.name_of(unit)) if unit and unit not in staffed else None

    def _named(self, unit: NamedChoice) -> NamedChoice:
        return replace(unit, name=self.directory.name_of(unit.id))

    @property
    def staffed(self) -> frozenset[str]:
        """Return the units that have at least one officer or head."""
        return frozenset(officer.unit for officer in self.staff.everyone() if officer.role in WORKING)

    def proposed(self, petition: Petition) -> list[NamedChoice]:
        """Return the units that the routing proposes and that may have the petition.

        Nothing is proposed while the petition may accuse an office that is not known. Once an officer has named the
        accused office, only the office above it is proposed, if it has staff.
        """
        if petition.is_doubted:
            return []
        if petition.opened_by and petition.accused:
            return self._superior(petition, petition.accused)
        codes = [proposal.unit for proposal in petition.routed.proposals] if petition.routed else []
        real = [code for code in codes if (u := self.directory.unit(code)) is None or u.kind != "special"]
        return self.open_to([NamedChoice(code, self.directory.listed_name(code)) for code in real], petition)

    def _superior(self, petition: Petition, accused: str) -> list[NamedChoice]:
        superior = self.classifying.superior_of(accused, petition)
        named = [NamedChoice(superior, self.directory.listed_name(superior))] if superior in self.staffed else []
        return self.open_to(named, petition)

    def open_to(self, units: Iterable[NamedChoice], petition: Petition) -> list[NamedChoice]:
        """Return the units, of those given, to which the petition may be given."""
        return [unit for unit in units if self.is_open_to(unit.id, petition)]

    def is_open_to(self, unit: str, petition: Petition) -> bool:
        """Return whether the unit may have the petition once it is classified.

        Classifying includes a decision on the accused office, so an accusation that is only suspected does not count
        here.
        """
        unread = petition.accused == UNKNOWN_OFFICE and petition.state is State.NEW
        decided = replace(petition, routed=None, accused=None if unread else petition.accused)
        return not why_closed_to(decided, unit, self.directory)

    def one_click_unit(self, petition: Petition, proposed: list[NamedChoice], staffed: frozenset[str]) -> str:
        """Return the unit to which one click gives the petition: the preselected unit, or "" if it has no staff."""
        first = self.preselected_unit(petition, proposed)
        return first if first in staffed else ""

    def preselected_unit(self, petition: Petition, proposed: list[NamedChoice]) -> str:
        """Return the preselected unit, or "" if there is none. It is never a unit that returned or sent the petition.

        If the petition accuses an office that was unknown at first, an officer must choose the unit.
        """
        if petition.unit != COORDINATORS:
            return petition.unit
        if petition.is_doubted or petition.opened_by:
            return ""
        not_at_once = {self.directory.heir(item) for item in petition.held_by} | senders(petition, self.directory)
        return next((named_choice.id for named_choice in proposed if named_choice.id not in not_at_once), "")


def _why(petition: Petition) -> Why:
    held = petition.held_by
    if len(set(held)) < len(held):
        return "round"
    if petition.state is State.RETURNED or any(item != COORDINATORS for item in held):
        return "returned"
    return "unsure" if petition.routed is None or not petition.routed.auto else "sent"
