"""The officers: who somebody is, who works in a unit, who is meant by a rung; read once and kept for a minute."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from petitions.domain.clock.ladder import Recipient
from petitions.domain.lifecycle.lifecycle import Role, State
from petitions.domain.officers.four_eyes import approvers
from petitions.domain.officers.officer import Officer, SavedFilter, standing_in, whoever_works, with_deputies
from petitions.domain.officers.policy import coordinates, is_closed, may_approve
from petitions.domain.petition.petition import Petition
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import COORDINATORS
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock

CACHED_FOR = timedelta(seconds=60)
MOST_OFFICERS = 5000
_TWO = 2


class Staff:
    """`officers/*`: all in one query, or those of a unit in one; a change there is in force a minute later.

    A sweep makes one of its own, so that a petition costs no look at the officers.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: tuple[datetime, dict[str, Officer]] | None = None
        self._units: dict[str, tuple[datetime, list[Officer]]] = {}

    def everyone(self, *, fresh: bool = False) -> list[Officer]:
        """Return all officers who work here, by unit, role and name; `fresh` reads them now."""
        return [officer for officer in self.known(fresh=fresh) if officer.left_at is None]

    def known(self, *, fresh: bool = False) -> list[Officer]:
        """The same with those who left."""
        return _in_order(self._officers(fresh=fresh).values())

    def find(self, officer_id: str) -> Officer | None:
        """Return the officer with this id, with the role that they have today; None also for one who left."""
        officer = self._officers().get(officer_id)
        return self._today(officer) if officer and officer.left_at is None else None

    def with_email(self, email: str) -> Officer | None:
        """Return the one officer with this address, in any case; None if there is none or two share it."""
        found = [officer for officer in self.everyone() if officer.email.lower() == email.lower()]
        return self._today(found[0]) if len(found) == 1 else None

    def name(self, officer_id: str, instead_of: str | None = None) -> str:
        """Return the officer's name, and in whose place they acted; the id if they are unknown."""
        officer = self._officers().get(officer_id)
        name = officer.name if officer else officer_id
        return f"{name} (thay {self.name(instead_of)})" if instead_of else name

    def of_unit(self, unit: str) -> list[Officer]:
        """The officers of one unit; asks for them alone unless all are known."""
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
        """Return the saved filters that the unit's people share, each with its owner, also of one who left."""
        return [(officer, saved) for officer in self.known() for saved in officer.filters if saved.shared == unit]

    def approvers(self, petition: Petition, author: str) -> list[Officer]:
        """Who can approve an answer of `author` to the petition today, each with the role that they act in.

        Where nobody in its unit is there who can, these are the coordinators, then its heads who are away: the step
        refuses neither, and it refuses nobody who is named.
        """
        away = [officer for officer in self.of_unit(petition.unit) if officer.id != author]
        instead = {officer.id: officer for officer in (*self._coordinating(author), *away)}
        return self._approving(petition, author) or [
            officer for officer in instead.values() if may_approve(officer, petition)
        ]

    def without_approver(self, petition: Petition, author: str) -> bool:
        """Whether nobody in its unit can approve an answer of `author` to the petition today."""
        return not self._approving(petition, author)

    def lone_approvers(self) -> dict[str, str | None]:
        """Return the units in which at most one person can approve answers today, with that one's id."""
        people = self.known()
        able = {unit: approvers("", self.of_unit(unit), self._day) for unit in {person.unit for person in people}}
        return {unit: found[0].id if found else None for unit, found in sorted(able.items()) if len(found) < _TWO}

    def coordinators(self) -> list[Officer]:
        """Those of Văn phòng UBND."""
        return [officer for officer in self.of_unit(COORDINATORS) if officer.role is Role.COORDINATOR]

    def heads_of(self, unit: str) -> list[Officer]:
        """Return who leads the unit, and who stands in for them."""
        return self.with_deputies([officer for officer in self.of_unit(unit) if officer.role is Role.HEAD])

    def on_duty(self, petition: Petition) -> list[Officer]:
        """The coordinators on duty who may know of it; where nobody is, all of them, and who stands in for them.

        Of what accuses them, those hear who handle it in their place.
        """
        everyone = self.coordinators()
        duty = self.with_deputies([officer for officer in everyone if officer.on_duty] or everyone)
        if petition.accuses_coordinators:
            duty = self.of_unit(petition.unit)
        return [item for item in duty if self._may_know(item, petition)]

    def meant(self, petition: Petition, wanted: Iterable[Recipient]) -> list[Officer]:
        """Who is meant and may know of it, each once. Where a unit has nobody, the coordinators hear of it instead.

        Nobody does where it accuses them: administrators hear that its unit has nobody (officers/missing_roles.py).

        Who is meant only in the place of somebody else has that one in `stands_in`.
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
        """Return the coordinators who are here today but the author, and who stands in for the others."""
        everyone = [deputy for deputy in self.with_deputies(self.coordinators()) if deputy.id != author]
        here = [officer for officer in everyone if not officer.deputy_on(self._day)] or everyone
        return [self._today(officer) for officer in here]

    @property
    def _day(self) -> date:
        return hanoi(self._clock.now()).date()

    def _may_know(self, officer: Officer, petition: Petition) -> bool:
        return not is_closed(officer, petition) or not is_closed(self._today(officer), petition)

    def with_deputies(self, officers: Collection[Officer]) -> list[Officer]:
        """Return who gets a mail that is for these officers: they and who stands in for them today.

        Who is meant only in the place of somebody else has that one in `stands_in`.
        """
        away = {officer.unit for officer in officers if officer.deputy_on(self._day)}
        return with_deputies(officers, [officer for unit in sorted(away) for officer in self.of_unit(unit)], self._day)

    def _coordinators_of(self, petition: Petition) -> list[Officer]:
        """Return the coordinators, or who leads the office that handles in their place what accuses them."""
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
        # It waits to be approved: what is due is reminded there too.
        return [*meant, *(item for item in self._choose(petition, Recipient.HEAD) if item not in meant)]

    def _today(self, officer: Officer) -> Officer:
        return standing_in(officer, self._officers().values(), self._day)

    def _officers(self, *, fresh: bool = False) -> dict[str, Officer]:
        if self._known is None or fresh or not self._is_fresh(self._known[0]):
            found = self._store.find(Query("officers", limit=MOST_OFFICERS))
            self._known = self._clock.now(), {document.id: Officer.model_validate(document.data) for document in found}
        return self._known[1]

    def _is_fresh(self, read_at: datetime) -> bool:
        return self._clock.now() - read_at < CACHED_FOR


def _in_order(officers: Iterable[Officer]) -> list[Officer]:
    return sorted(officers, key=lambda officer: (officer.unit, officer.role, officer.name))
