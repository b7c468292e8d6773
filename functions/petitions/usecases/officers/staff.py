"""Queries about officers: by id, by unit, and by their part in a petition. Results are cached for a minute."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from petitions.domain.clock.ladder import Recipient
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.four_eyes import approvers
from petitions.domain.officers.officer import Officer, SavedFilter, standing_in, whoever_works, with_deputies
from petitions.domain.officers.policy import coordinates, is_closed_to, may_approve
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.edges import Until
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock

CACHED_FOR = timedelta(seconds=60)
MOST_OFFICERS = 5000
_TWO = 2


class Staff:
    """The officers in `officers/*`, read by one query for all or one per unit, and cached for a minute.

    A change of an officer takes effect within that minute. A scheduled job uses an instance of its own for all its
    petitions.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: tuple[datetime, dict[str, Officer]] | None = None
        self._units: dict[str, tuple[datetime, list[Officer]]] = {}

    def everyone(self, *, fresh: bool = False) -> list[Officer]:
        """Return all active officers by unit, role and name. `fresh` bypasses the cache."""
        return [officer for officer in self.known(fresh=fresh) if officer.left_at is None]

    def known(self, *, fresh: bool = False) -> list[Officer]:
        """Return all officers by unit, role and name, including former ones. `fresh` bypasses the cache."""
        return _in_order(self._officers(fresh=fresh).values())

    def find(self, officer_id: str) -> Officer | None:
        """Return the active officer with this id, in the role of today, or None."""
        officer = self._officers().get(officer_id)
        return self._today(officer) if officer and officer.left_at is None else None

    def with_email(self, email: str) -> Officer | None:
        """Return the active officer with this address, ignoring case. None if there is none or several share it."""
        found = [officer for officer in self.everyone() if officer.email.lower() == email.lower()]
        return self._today(found[0]) if len(found) == 1 else None

    def name(self, officer_id: str, instead_of: str | None = None) -> str:
        """Return the officer's name, and the replaced officer's name after it. Unknown officers are named by id."""
        officer = self._officers().get(officer_id)
        name = officer.name if officer else officer_id
        return f"{name} (thay {self.name(instead_of)})" if instead_of else name

    def of_unit(self, unit: str) -> list[Officer]:
        """Return the active officers of one unit. Only these are read unless all are cached."""
        if self._known and self._is_fresh(self._known[0]):
            return [officer for officer in self.everyone() if officer.unit == unit]
        kept = self._units.get(unit)
        if kept is None or not self._is_fresh(kept[0]):
            found = self._store.find(Query("officers", where=(("unit", "==", unit),)))
            officers = (Officer.model_validate(document.data) for document in found)
            kept = self._clock.now(), _in_order(item for item in officers if item.left_at is None)
            self._units[unit] = kept
        return kept[1]

    def shared_with(self, unit: str) -> list[tuple[Officer, SavedFilter]]:
        """Return the filters shared with the unit and their owners, who may be former officers."""
        return [(officer, saved) for officer in self.known() for saved in officer.filters if saved.shared == unit]

    def approvers(self, petition: Petition, author: str) -> list[Officer]:
        """Return the officers able to approve `author`'s answer today, with the role in which they act.

        If the unit has no such officer, return the coordinators and the absent heads of the unit. Any of these may
        approve.
        """
        away = [officer for officer in self.of_unit(petition.unit) if officer.id != author]
        instead = {officer.id: officer for officer in (*self._coordinating(author), *away)}
        return self._approving(petition, author) or [
            officer for officer in instead.values() if may_approve(officer, petition)
        ]

    def without_approver(self, petition: Petition, author: str) -> bool:
        """Return whether nobody in the petition's unit can approve `author`'s answer today."""
        return not self._approving(petition, author)

    def lone_approvers(self) -> dict[str, str | None]:
        """Return the units with at most one officer able to approve answers today.

        The values are the ids of these officers, or None for units without any.
        """
        people = self.known()
        able = {unit: approvers("", self.of_unit(unit), self._day) for unit in {person.unit for person in people}}
        return {unit: found[0].id if found else None for unit, found in sorted(able.items()) if len(found) < _TWO}

    def coordinators(self) -> list[Officer]:
        """Return the coordinators of Văn phòng UBND."""
        return [officer for officer in self.of_unit(COORDINATORS) if officer.role is Role.COORDINATOR]

    def heads_of(self, unit: str) -> list[Officer]:
        """Return the heads of the unit and their deputies."""
        return self.with_deputies([officer for officer in self.of_unit(unit) if officer.role is Role.HEAD])

    def on_duty(self, petition: Petition) -> list[Officer]:
        """Return the coordinators on duty, or all coordinators if none is on duty, and their deputies of today.

        Officers who may not see the petition because it is confidential are left out. For a petition that accuses the
        coordinators, return the officers of the unit that handles it.
        """
        everyone = self.coordinators()
        duty = self.with_deputies([officer for officer in everyone if officer.on_duty] or everyone)
        if petition.accuses_coordinators:
            duty = self.of_unit(petition.unit)
        return [item for item in duty if self._may_know(item, petition)]

    def meant(self, petition: Petition, wanted: Iterable[Recipient]) -> list[Officer]:
        """Return the officers who are the `wanted` recipients (handler, head, ...) and may know of the petition.

        If none of a recipient's officers may, the coordinators take their place. If the petition accuses the
        coordinators, the office that replaces them does. Deputies carry the officer they replace in `stands_in`.
        Administrators are notified about units without officers elsewhere (reminders/tell_missing_roles.py).
        """
        people: dict[str, Officer] = {}
        for recipient in wanted:
            chosen = self.with_deputies(self._choose(petition, recipient))
            known = [officer for officer in chosen if self._may_know(officer, petition)]
            if chosen and not known:
                instead = self.with_deputies(self._coordinators_of(petition))
                known = [officer for officer in instead if self._may_know(officer, petition)]
            people |= {officer.id: officer for officer in known if officer.id not in people or not officer.stands_in}
        return list(people.values())

    def _approving(self, petition: Petition, author: str) -> list[Officer]:
        able = approvers(author, self.of_unit(petition.unit), self._day)
        return [officer for officer in able if may_approve(officer, petition)]

    def _coordinating(self, author: str) -> list[Officer]:
        everyone = [deputy for deputy in self.with_deputies(self.coordinators()) if deputy.id != author]
        here = [officer for officer in everyone if not officer.deputy_on(self._day)] or everyone
        return [self._today(officer) for officer in here]

    @property
    def _day(self) -> date:
        return hanoi(self._clock.now()).date()

    def _may_know(self, officer: Officer, petition: Petition) -> bool:
        return not is_closed_to(officer, petition) or not is_closed_to(self._today(officer), petition)

    def with_deputies(self, officers: Collection[Officer]) -> list[Officer]:
        """Return the officers together with their deputies of today, for example as recipients of an e-mail.

        Officers included only as deputies carry the officer they replace in `stands_in`.
        """
        away = {officer.unit for officer in officers if officer.deputy_on(self._day)}
        return with_deputies(officers, [officer for unit in sorted(away) for officer in self.of_unit(unit)], self._day)

    def _coordinators_of(self, petition: Petition) -> list[Officer]:
        if petition.accuses_coordinators:
            return [officer for officer in self.of_unit(petition.unit) if coordinates(officer, petition)]
        return self.coordinators()

    def _choose(self, petition: Petition, recipient: Recipient) -> list[Officer]:
        if recipient is Recipient.COORDINATORS:
            return self._coordinators_of(petition)
        staff = self.of_unit(petition.unit)
        heads = [officer for officer in staff if officer.role is Role.HEAD]
        if recipient is Recipient.HEAD and petition.state is State.AWAITING_APPROVAL and petition.reply:
            author = petition.reply.author
            able = self.approvers(petition, author)
            return able + [head for head in heads if head.id not in {author, *(one.id for one in able)}]
        if recipient is Recipient.HEAD:
            return heads or self.coordinators()
        handler = [officer for officer in staff if officer.id == petition.handler]
        meant = handler or whoever_works(staff) or self.coordinators()
        if petition.state is not State.AWAITING_APPROVAL:
            return meant
        # While the answer waits for approval, the approvers are reminded too.
        return [*meant, *(item for item in self._choose(petition, Recipient.HEAD) if item not in meant)]

    def _today(self, officer: Officer) -> Officer:
        return standing_in(officer, self._officers().values(), self._day)

    def _officers(self, *, fresh: bool = False) -> dict[str, Officer]:
        if self._known is None or fresh or not self._is_fresh(self._known[0]):
            found = self._store.find(Query("officers", limit=MOST_OFFICERS))
            self._known = self._clock.now(), {document.id: Officer.model_validate(document.data) for document in found}
        return self._known[1]

    def _is_fresh(self, read_at: datetime) -> bool:
        return self._clock.now() in Until(read_at + CACHED_FOR)


def _in_order(officers: Iterable[Officer]) -> list[Officer]:
    return sorted(officers, key=lambda officer: (officer.unit, officer.role, officer.name))
