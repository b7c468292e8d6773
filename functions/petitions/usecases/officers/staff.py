"""The officers, read together and kept for a minute: who somebody is, what they are called, who works in a unit."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.officers.officer import Officer, standing_in
from petitions.domain.shared.instants import hanoi
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock

KEEP = timedelta(seconds=60)
MOST = 5000


class Staff:
    """`officers/*` in one query a minute; whatever changes there (a role, a leaver) is in force a minute later."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: tuple[datetime, dict[str, Officer]] | None = None

    def everyone(self, *, fresh: bool = False) -> list[Officer]:
        """All officers who work here, by unit and name; `fresh` reads them now."""
        return [each for each in self.known(fresh=fresh) if each.left_at is None]

    def known(self, *, fresh: bool = False) -> list[Officer]:
        """The same with those who left."""
        return sorted(self._officers(fresh=fresh).values(), key=lambda each: (each.unit, each.role, each.name))

    def find(self, officer_id: str) -> Officer | None:
        """The officer with this id as they may act today, or None; also for one who left."""
        officer = self._officers().get(officer_id)
        return self._today(officer) if officer and officer.left_at is None else None

    def with_email(self, email: str) -> Officer | None:
        """The one officer with this address, in any case; None for nobody and for an address that two share."""
        found = [each for each in self.everyone() if each.email.lower() == email.lower()]
        return self._today(found[0]) if len(found) == 1 else None

    def name(self, officer_id: str) -> str:
        """What the officer is called; someone who is gone keeps their id."""
        officer = self._officers().get(officer_id)
        return officer.name if officer else officer_id

    def of_unit(self, unit: str) -> list[Officer]:
        """The officers of one unit."""
        return [officer for officer in self.everyone() if officer.unit == unit]

    def _today(self, officer: Officer) -> Officer:
        return standing_in(officer, self._officers().values(), hanoi(self._clock.now()).date())

    def _officers(self, *, fresh: bool = False) -> dict[str, Officer]:
        now = self._clock.now()
        if self._known is None or fresh or now - self._known[0] >= KEEP:
            found = self._store.find(Query("officers", limit=MOST))
            self._known = now, {each.id: Officer.model_validate(each.data) for each in found}
        return self._known[1]
