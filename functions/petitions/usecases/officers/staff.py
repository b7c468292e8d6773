"""The officers, read together and cached for a minute, to look up by id, e-mail or unit."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitions.domain.officers.officer import Officer, standing_in
from petitions.domain.shared.instants import hanoi
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock

KEEP = timedelta(seconds=60)
MOST = 5000


class Staff:
    """`officers/*` in one query per minute; a change (a role, a leaver) takes effect within a minute."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: tuple[datetime, dict[str, Officer]] | None = None

    def everyone(self, *, fresh: bool = False) -> list[Officer]:
        """Return all officers who work here, by unit, role and name; `fresh` reads them now."""
        return [each for each in self.known(fresh=fresh) if each.left_at is None]

    def known(self, *, fresh: bool = False) -> list[Officer]:
        """Return the same including those who left."""
        return sorted(self._officers(fresh=fresh).values(), key=lambda each: (each.unit, each.role, each.name))

    def find(self, officer_id: str) -> Officer | None:
        """Return the officer with this id, with the role that they have today; None also for one who left."""
        officer = self._officers().get(officer_id)
        return self._today(officer) if officer and officer.left_at is None else None

    def with_email(self, email: str) -> Officer | None:
        """Return the one officer with this address, in any case; None if there is none or two share it."""
        found = [each for each in self.everyone() if each.email.lower() == email.lower()]
        return self._today(found[0]) if len(found) == 1 else None

    def name(self, officer_id: str) -> str:
        """Return the officer's name; the id if they are unknown."""
        officer = self._officers().get(officer_id)
        return officer.name if officer else officer_id

    def of_unit(self, unit: str) -> list[Officer]:
        """Return the officers of one unit."""
        return [officer for officer in self.everyone() if officer.unit == unit]

    def _today(self, officer: Officer) -> Officer:
        return standing_in(officer, self._officers().values(), hanoi(self._clock.now()).date())

    def _officers(self, *, fresh: bool = False) -> dict[str, Officer]:
        now = self._clock.now()
        if self._known is None or fresh or now - self._known[0] >= KEEP:
            found = self._store.find(Query("officers", limit=MOST))
            self._known = now, {each.id: Officer.model_validate(each.data) for each in found}
        return self._known[1]
