"""The officers of a unit and the recipients of a rung, read once per sweep, so that petitions cost no further reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from petitions.domain.clock.ladder import Recipient
from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import COORDINATORS, Petition
from petitions.domain.shared.instants import hanoi
from petitions.ports.store import Query, Store


class People:
    """The officers of units, for one sweep."""

    def __init__(self, store: Store, now: datetime) -> None:
        """Take the deputies of the day of `now`."""
        self._store = store
        self._day = hanoi(now).date()
        self._units: dict[str, list[Officer]] = {}

    def of_unit(self, unit: str) -> list[Officer]:
        """Return the officers of one unit, without those who left."""
        if unit not in self._units:
            found = self._store.find(Query("officers", where=(("unit", "==", unit),)))
            staff = (Officer.model_validate(each.data) for each in found)
            self._units[unit] = [each for each in staff if each.left_at is None]
        return self._units[unit]

    def coordinators(self) -> list[Officer]:
        """Return the coordinators of Văn phòng UBND."""
        return [officer for officer in self.of_unit(COORDINATORS) if officer.role is Role.COORDINATOR]

    def on_duty(self) -> list[Officer]:
        """Return the coordinators on duty, or all of them if nobody is."""
        everyone = self.coordinators()
        return [officer for officer in everyone if officer.on_duty] or everyone

    def meant(self, petition: Petition, wanted: Iterable[Recipient]) -> list[Officer]:
        """Return the recipients without repetition; the coordinators stand in for a unit without officers."""
        people: dict[str, Officer] = {}
        for recipient in wanted:
            for officer in self._choose(petition, recipient):
                people |= {each.id: each for each in (officer, *self._deputy(officer))}
        return list(people.values())

    def _deputy(self, officer: Officer) -> list[Officer]:
        """Return the officer's deputy of today, if any: both are told of what is due."""
        deputy = officer.deputy
        if deputy is None or not deputy.on(self._day):
            return []
        return [each for each in self.of_unit(officer.unit) if each.id == deputy.officer]

    def _choose(self, petition: Petition, recipient: Recipient) -> list[Officer]:
        if recipient is Recipient.COORDINATORS:
            return self.coordinators()
        staff = self.of_unit(petition.unit)
        if recipient is Recipient.HEAD:
            return [officer for officer in staff if officer.role is Role.HEAD] or self.coordinators()
        handler = [officer for officer in staff if officer.id == petition.handler]
        return handler or [officer for officer in staff if officer.role is Role.OFFICER] or self.coordinators()
