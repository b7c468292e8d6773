"""A unit's page for administrators: its directory entry, its people, and its open petitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.missing_roles import missing_role_warnings
from petitions.domain.officers.officer import Deputy, Officer, standing_in
from petitions.domain.shared.edges import UpTo
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import COORDINATORS, Directory, EndedUnit, FieldOfWork, FormerWard, Unit, Ward
from petitions.errors import NotFound
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.officers.staff import Staff

MOST_COUNTED = 300
"""The most open petitions of a unit that are read to count them by state."""


@dataclass(frozen=True)
class UnitOfficer:
    """An officer of the unit, as its page lists them."""

    officer: Officer
    stands_in: bool
    """Whether the officer acts as the head today."""
    deputy: Deputy | None
    """The officer's deputy, today or later, or None."""


@dataclass(frozen=True)
class UnitPage:
    """The contents of a unit's page. Exactly one of `unit`, `ward` and `ended` is set."""

    code: str
    name: str
    unit: Unit | None
    ward: Ward | None
    ended: EndedUnit | None
    fields: list[FieldOfWork]
    formers: list[FormerWard]
    people: list[UnitOfficer]
    duty: list[Officer]
    """The coordinators notified of urgent petitions outside working hours."""
    counts: Mapping[State, int]
    """The numbers of open petitions by state. With `more`, only those due first are counted."""
    more: bool
    warnings: list[str]
    """Sentences about missing roles, without which petitions of the unit would not be handled."""

    @property
    def total(self) -> int:
        """Return the sum of `counts`."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class ReadUnit:
    """Reads a unit's page for administrators, with one query for petitions and one for officers."""

    store: Store
    clock: Clock
    directory: Directory
    staff: Staff

    def __call__(self, code: str) -> UnitPage:
        """Return the page of the unit with this code. Raise NotFound if there is no such unit."""
        unit, ward = self.directory.unit(code), self.directory.ward(code)
        ended = next((ended_unit for ended_unit in self.directory.ended if ended_unit.code == code), None)
        if (unit is None and ward is None and ended is None) or (unit and unit.kind == "special"):
            raise NotFound("Không có đơn vị này.", reason="unit_unknown")
        people, states = self._people(code), self._states(code)
        counted = Counter(states[:MOST_COUNTED])
        return UnitPage(
            code=code,
            name=self.directory.name_of(code),
            unit=unit,
            ward=ward,
            ended=ended,
            fields=[field for field in self.directory.fields if field.unit == code],
            formers=[former_ward for former_ward in self.directory.former_wards if code in former_ward.wards],
            people=people,
            duty=self._duty(people) if code == COORDINATORS else [],
            counts={state: counted[state] for state in State if counted[state]},
            more=len(states) > MOST_COUNTED,
            warnings=[] if ended else missing_role_warnings(code, [person.officer for person in people]),
        )

    def _people(self, code: str) -> list[UnitOfficer]:
        everyone, day = self.staff.everyone(fresh=True), hanoi(self.clock.now()).date()
        return [
            UnitOfficer(
                officer,
                stands_in=standing_in(officer, everyone, day).role is not officer.role,
                deputy=officer.deputy if officer.deputy and day in UpTo(officer.deputy.until) else None,
            )
            for officer in everyone
            if officer.unit == code
        ]

    def _duty(self, people: list[UnitOfficer]) -> list[Officer]:
        coordinators = [person.officer for person in people if person.officer.role is Role.COORDINATOR]
        return [coordinator for coordinator in coordinators if coordinator.on_duty] or coordinators

    def _states(self, code: str) -> list[State]:
        of_unit, most = (("unit", "==", code),), MOST_COUNTED + 1
        query = Query("petitions", of_unit, order_by=("due_at", "code"), limit=most, fields=("state",))
        return [State(document.data["state"]) for document in self.store.find(query)]
