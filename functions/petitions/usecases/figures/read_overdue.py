"""The numbers of petitions that are overdue now, by the step that they wait for and, in a unit, by officer.

The dashboards have only their total (`read_figures`). These numbers are counted when a page is read, with five
counting queries and, for a unit, a read of the petitions that have been overdue longest. Every number equals the
length of its list (`list_figures`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from petitions.domain.figures.stands import Stand
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.history_counts import CITY, TOTAL
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.figures.hidden_figures import HiddenFigures
from petitions.usecases.figures.list_figures import KEYED_LATE, PAGE, open_query

COUNTED = (Stand.RECEPTION, Stand.PLACING, Stand.WORK, Stand.APPROVAL)


@dataclass(frozen=True)
class Overdue:
    """The numbers of overdue petitions of a unit or the city."""

    stands: Mapping[Stand, int]
    """The number by step, for the steps in COUNTED. All other overdue petitions wait for their filer."""
    handlers: Mapping[str, int]
    """The number by officer id, "" for petitions without one. Of the PAGE longest overdue. Empty for the city."""
    keyed_late: int
    """The number of petitions that an officer entered only after they should have been accepted."""
    keyed_by: Mapping[str, int]
    """The numbers of `keyed_late` by the unit of that officer. Only the PAGE longest overdue are counted."""


@dataclass(frozen=True)
class ReadOverdue:
    """Reads the numbers of overdue petitions.

    To check first that an officer may see a unit, call `list_figures.unit_of`.
    """

    store: Store
    clock: Clock

    def __call__(self, unit: str, to: Officer | None = None) -> Overdue:
        """Return the numbers of overdue petitions of a unit, or of the whole city for CITY. Raise Retryable.

        Confidential petitions are not counted if the officer `to`, who reads the numbers, may not see them.
        """
        now, hidden = self.clock.now(), HiddenFigures.of(self.store, to)
        queries = {stand: open_query((unit, "stands", stand), overdue_at=now) for stand in COUNTED}
        stands = {stand: self.store.count(query) - hidden.count(query) for stand, query in queries.items()}
        late = open_query((unit, "keyed", KEYED_LATE), overdue_at=now)
        keyed_late = self.store.count(late) - hidden.count(late)
        keyed_by = self._keyed_by(late, hidden) if keyed_late else {}
        return Overdue(stands, {} if unit == CITY else self._handlers(unit), keyed_late, keyed_by)

    def _keyed_by(self, query: Query, hidden: HiddenFigures) -> Counter[str]:
        found = self.store.find(replace(query, limit=PAGE, fields=("taken", "due_at", "code")))
        return Counter(document.data["taken"].get("unit", "") for document in found if document.id not in hidden.codes)

    def _handlers(self, unit: str) -> Counter[str]:
        query = open_query((unit, TOTAL, ""), overdue_at=self.clock.now())
        found = self.store.find(replace(query, limit=PAGE, fields=("handler", "due_at", "code")))
        return Counter(document.data.get("handler") or "" for document in found)
