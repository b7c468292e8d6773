"""The officers with the same petition open, so that two of them do not unknowingly work on it at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from petitions.domain.officers.officer import Officer, OpenPage, officer_path
from petitions.domain.shared.edges import Until
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock

STILL_OPEN = timedelta(seconds=45)
"""How long a page counts as open. An open page reports itself about every twenty seconds (`desk.js`)."""
MOST_OTHERS = 20


@dataclass(frozen=True)
class SharePage:
    """Records that a petition's page is open and finds its other readers, with one write and one query."""

    store: Store
    clock: Clock

    def __call__(self, officer: Officer, code: str) -> list[str]:
        """Record that the officer has this petition open, and return the names of its other readers."""
        now = self.clock.now()
        self.store.update(officer_path(officer.id), {"looks_at": OpenPage(code=code, at=now).stored()})
        found = self.store.find(Query("officers", where=(("looks_at.code", "==", code),), limit=MOST_OTHERS))
        others = [Officer.model_validate(document.data) for document in found]
        return sorted(
            other.name
            for other in others
            if other.id != officer.id and other.looks_at and now in Until(other.looks_at.at + STILL_OPEN)
        )
