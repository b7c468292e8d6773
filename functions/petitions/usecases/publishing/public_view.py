"""The public pages' reads of the public database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.domain.lifecycle.lifecycle import OPEN_STATES, State
from petitions.domain.publishing.public import PublicStatus, status_path
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock

STATUSES = "statuses"


@dataclass(frozen=True)
class PublicTotals:
    """Public figures at an instant. `open_` and `answered` need not add up to `received`."""

    received: int
    open_: int
    answered: int
    refused: int
    as_of: datetime


@dataclass(frozen=True)
class PublicView:
    """The use case of `public_site`."""

    public: Store
    clock: Clock

    def status(self, code: str) -> PublicStatus | None:
        """Return a petition's status by code, or None."""
        found = self.public.get(status_path(code))
        return None if found is None else PublicStatus.model_validate(found)

    def results(self, limit: int, after: tuple[datetime, str] | None = None) -> list[PublicStatus]:
        """Return published petitions, the newest first, after the one with the time and code `after`."""
        order = ("-published_at", "-__name__")
        query = Query(STATUSES, order_by=order, limit=limit, start_after=after or ())
        return [PublicStatus.model_validate(each.data) for each in self.public.find(query)]

    def totals(self) -> PublicTotals:
        """Return the totals, counted by the database at one read per started thousand."""

        def count(*states: State) -> int:
            return self.public.count(Query(STATUSES, where=(("state", "in", [str(state) for state in states]),)))

        return PublicTotals(
            received=self.public.count(Query(STATUSES)),
            open_=count(*sorted(OPEN_STATES)),
            answered=count(State.ANSWERED, State.PUBLISHED, State.CLOSED),
            refused=count(State.REFUSED, State.TRANSFERRED_OUT),
            as_of=self.clock.now(),
        )
