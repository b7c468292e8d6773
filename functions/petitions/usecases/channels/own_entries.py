"""The petitions that an officer entered recently, limited to the data that anybody with the code can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.domain.lifecycle.states import State
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition
from petitions.domain.publishing.public import shown_state
from petitions.domain.shared.channel import Channel
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock

LISTED_FOR = timedelta(days=30)
MOST_LISTED = 500


@dataclass(frozen=True)
class OwnEntry:
    """A petition that the officer entered.

    It looks the same whether or not the officer may still read the petition.
    """

    code: str
    received_at: datetime
    entered_at: datetime
    channel: Channel | None
    state: State
    """The public state of the petition."""


@dataclass(frozen=True)
class OwnEntries:
    """Lists the petitions that an officer entered on behalf of their filers."""

    store: Store
    clock: Clock

    def __call__(self, officer: Officer) -> list[OwnEntry]:
        """Return the petitions that the officer entered in the last 30 days, newest first."""
        where = (("taken.by", "==", officer.id), ("taken.at", ">=", self.clock.now() - LISTED_FOR))
        found = self.store.find(Query("petitions", where, order_by=("-taken.at",), limit=MOST_LISTED))
        petitions = [Petition.model_validate(document.data) for document in found]
        return [
            OwnEntry(item.code, item.filed_at, item.taken.at, item.taken.channel, shown_state(item.state))
            for item in petitions
            if item.taken
        ]
