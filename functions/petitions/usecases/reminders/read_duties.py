"""An officer's duties this morning, for the digest by e-mail and for the notifications at the desk.

The work of a unit is read once. Every officer then gets a part of it: petitions that the ladder of reminders assigns,
people who wait for a contact and, for coordinators, overdue petitions of other units. A petition that waits in time for
its filer is no duty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from petitions.domain.clock.ladder import Recipient
from petitions.domain.contact.contact_request import ATTENTION, ContactRequest, may_know_of
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_asked_to_help, is_closed_to
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.reminders.digests import DigestItem, DigestSection, digest_items, horizon
from petitions.domain.reminders.duties import Duty
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.store import Document, Query, Reader, Store
from petitions.ports.world import Clock
from petitions.usecases.officers.duty_entries import DutyEntries, DutyEntry
from petitions.usecases.officers.staff import Staff
from petitions.usecases.shared.timekeeping import Timekeeping

MOST_OF_UNIT = 500
MOST_OF_CITY = 1000
MOST_ASKED = 1000


@dataclass(frozen=True)
class UnitDuties:
    """The work of a unit, read once for all its officers."""

    found: Sequence[DigestItem]
    late: Sequence[DigestItem]
    """The overdue petitions of the whole city, for coordinators. Empty for other units."""
    people: Sequence[ContactRequest]
    """The contact requests to the unit or, for coordinators, of the whole city, oldest first."""
    petitions: Mapping[str, Petition]
    """The petitions that the contact requests are about, by code."""
    at: datetime
    helping: Sequence[Petition] = ()
    """The petitions of other units that wait for this unit's opinion."""
    back: Sequence[Petition] = ()
    """Petitions that came back: answers to be redone and reopened petitions, whatever their deadline."""


@dataclass(frozen=True)
class Duties:
    """The work of one officer, urgent petitions first. A petition is listed once, with its first deadline."""

    entries: Sequence[DutyEntry]
    standings: Mapping[DigestSection, int]
    """The numbers of the officer's petitions, by section of the digest."""


@dataclass(frozen=True)
class ReadDuties:
    """Reads the duties of officers, with six queries for a unit and eight for the coordinators."""

    store: Store
    clock: Clock
    entries: DutyEntries
    timekeeping: Timekeeping

    def __call__(self, officer: Officer, staff: Staff) -> Duties:
        """Return the officer's duties now. Raise Retryable."""
        return self.of_officer(officer, self.of_unit(self.store, officer.unit, self.clock.now()), staff)

    def of_unit(self, reader: Reader, unit: str, now: datetime) -> UnitDuties:
        """Return the work of the unit. Raise Retryable."""
        calendar, ladder = self.timekeeping.calendar, self.timekeeping.ladder
        found = self._items(reader, now, (("unit", "==", unit),), horizon(calendar, ladder, now), MOST_OF_UNIT)
        city = self._items(reader, now, (), now, MOST_OF_CITY) if unit == COORDINATORS else []
        late = [item for item in city if item.standing is DigestSection.OVERDUE]
        scope = () if unit == COORDINATORS else (("unit", "==", unit),)
        where = (*scope, ("state", "in", [state.value for state in ATTENTION]))
        asked = reader.find(Query("contact_requests", where, order_by=("at",), limit=MOST_ASKED))
        people = [ContactRequest.model_validate(document.data) for document in asked]
        codes = sorted({person.code for person in people if person.code})
        known = reader.get_all([petition_path(code) for code in codes]) if codes else []
        petitions = (Petition.model_validate(one) for one in known if one)
        awaited = reader.find(Query("petitions", (("help_awaited", "array_contains", unit),), limit=MOST_OF_UNIT))
        helping = [petition for petition in map(_readable, awaited) if petition is not None]
        came_back = (("unit", "==", unit), ("state", "in", [State.REDO.value, State.REOPENED.value]))
        again = reader.find(Query("petitions", came_back, limit=MOST_OF_UNIT))
        back = [petition for petition in map(_readable, again) if petition is not None]
        return UnitDuties(found, late, people, {petition.code: petition for petition in petitions}, now, helping, back)

    def of_officer(self, officer: Officer, unit: UnitDuties, staff: Staff) -> Duties:
        """Return the officer's part of the work, by the role in which they act today."""
        now, entries = unit.at, list(self._people(officer, unit, staff))
        mine: dict[str, DigestItem] = {}
        for item in unit.found:
            meant = {one.id: one for one in staff.meant(item.petition, item.recipients)}
            if officer.id in meant and mine.setdefault(item.petition.code, item) is item:
                entries.append(self.entries.of_petition(item.petition, item.clock, meant[officer.id], staff, now))
        entries += self._came_back(officer, [item for item in unit.back if item.code not in mine], staff, now)
        acting = staff.find(officer.id) or officer
        entries += [
            self.entries.of_petition(petition, petition.nearest_clock, acting, staff, now, duty=Duty.HELP)
            for petition in unit.helping
            if is_asked_to_help(acting, petition)
        ]
        if acting.role is Role.COORDINATOR and officer.unit == COORDINATORS:
            late = {item.petition.code: item for item in reversed(unit.late) if item.petition.code not in mine}
            entries += [
                self.entries.of_petition(item.petition, item.clock, acting, staff, now, duty=Duty.URGE)
                for item in reversed(late.values())
            ]
        return Duties(
            sorted(entries, key=lambda entry: not entry.urgent), Counter(item.standing for item in mine.values())
        )

    def _came_back(
        self, officer: Officer, back: Sequence[Petition], staff: Staff, now: datetime
    ) -> Iterator[DutyEntry]:
        for petition in back:
            meant = {one.id: one for one in staff.meant(petition, (Recipient.HANDLER,))}
            if officer.id in meant:
                clock, again = petition.nearest_clock, petition.state is State.REOPENED
                why = self.entries.texts.render("news_reopened").lower() if again else ""
                yield self.entries.of_petition(petition, clock, meant[officer.id], staff, now, why=why)

    def _people(self, officer: Officer, unit: UnitDuties, staff: Staff) -> Iterator[DutyEntry]:
        acting = staff.find(officer.id) or officer
        coordinates = acting.role is Role.COORDINATOR and officer.unit == COORDINATORS
        works = coordinates or (acting.role in {Role.OFFICER, Role.HEAD} and officer.unit != COORDINATORS)
        for request in unit.people:
            petition = unit.petitions.get(request.code or "")
            if (
                not works
                or not may_know_of(acting, request)
                or (petition is not None and is_closed_to(acting, petition))
            ):
                continue
            handler = petition.handler if petition is not None and acting.role is Role.OFFICER else None
            own = request.unit == officer.unit and handler in {None, officer.id}
            if own or (coordinates and request.is_late(unit.at)):
                yield self.entries.of_contact(request, petition, acting, staff, unit.at)

    def _items(
        self, reader: Reader, now: datetime, where: tuple[tuple[str, str, object], ...], until: datetime, most: int
    ) -> list[DigestItem]:
        query = Query("petitions", (*where, ("due_at", "<=", until)), order_by=("due_at", "code"), limit=most)
        found = reader.find(query)
        if where:
            # While a petition waits for its filer, `due_at` is the office's. The handler must notice a missing reply.
            waiting = (*where, ("state", "==", State.AWAITING_CITIZEN.value))
            found += reader.find(replace(query, where=waiting))
            # A submitted answer is a duty at once, even if its deadline is far away.
            found += reader.find(replace(query, where=(*where, ("state", "==", State.AWAITING_APPROVAL.value))))
        petitions = {document.id: _readable(document) for document in found}.values()
        calendar, ladder = self.timekeeping.calendar, self.timekeeping.ladder
        items = [
            item
            for petition in petitions
            if petition is not None
            for item in digest_items(petition, calendar, ladder, now)
        ]
        return sorted(items, key=lambda item: item.clock.due_at)


def _readable(document: Document) -> Petition | None:
    try:
        return Petition.model_validate(document.data)
    except ValueError:
        return None
