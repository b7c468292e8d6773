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

    def results(self, limit: int, after: str = "") -> list[PublicStatus]:
        """Return published petitions, the newest first, after the one that is `listed` there."""
        query = Query(STATUSES, order_by=("-listed",), limit=limit, start_after=(after,) if after else ())
        return [PublicStatus.model_validate(each.data) for each in self.public.find(query)]

    def result(self, public_id: str) -> PublicStatus | None:
        """Return the published petition with this public id, or None."""
        found = self.public.find(Query(STATUSES, where=(("result_id", "==", public_id),), limit=1))
        return PublicStatus.model_validate(found[0].data) if found else None

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
