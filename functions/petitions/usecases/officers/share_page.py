"""Who else has a petition's page open, so that two people do not work on one at the same time unawares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from petitions.domain.officers.officer import Officer, OpenPage, officer_path
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock

STILL_OPEN = timedelta(seconds=45)
"""An open page says so every twenty seconds or so (`desk.js`)."""
MOST_OTHERS = 20


@dataclass(frozen=True)
class SharePage:
    """The use case: one write of one field, and one query that reads who looked at this petition last."""

    store: Store
    clock: Clock

    def __call__(self, officer: Officer, code: str) -> list[str]:
        """Say that the officer has the page of this petition open; return the names of the others who have."""
        now = self.clock.now()
        self.store.update(officer_path(officer.id), {"looks_at": OpenPage(code=code, at=now).stored()})
        found = self.store.find(Query("officers", where=(("looks_at.code", "==", code),), limit=MOST_OTHERS))
        others = [Officer.model_validate(document.data) for document in found]
        return sorted(
            other.name
            for other in others
            if other.id != officer.id and other.looks_at and other.looks_at.at > now - STILL_OPEN
        )
