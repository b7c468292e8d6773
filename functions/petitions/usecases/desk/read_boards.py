"""The coordinators' boards: overdue petitions by unit, reminders, undelivered notices. A board takes one query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from petitions.domain.notices.notice import Notice, NoticeState
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import is_closed_to
from petitions.domain.petition.lateness import has_missed_plan
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.privacy.original_words import without_filer
from petitions.ports.store import Query, Store
from petitions.ports.world import Clock
from petitions.usecases.desk.cursors import cursor_after, position
from petitions.usecases.desk.work_list_query import OPEN_STATE_NAMES
from petitions.usecases.shared.timekeeping import Timekeeping

MOST_LISTED = 80
NEWEST = 100


@dataclass(frozen=True)
class LatePetition:
    """An overdue petition on the coordinators' board."""

    petition: Petition
    by: timedelta
    """The working time since the petition was due. It does not grow during a pause."""
    waits_for_filer: bool
    """Whether the office waited in time for a reply of the filer, and the wait went on for too long."""
    missed: bool
    """Whether the day that the head planned for the answer has passed too."""


@dataclass(frozen=True)
class UnitLateness:
    """The overdue petitions of one unit, the longest overdue first."""

    unit: str
    late: list[LatePetition]

    @property
    def planned(self) -> int:
        """Return the number of petitions with a recovery plan (a new day for the answer) that has not passed."""
        return sum(petition.petition.recovery is not None and not petition.missed for petition in self.late)


@dataclass(frozen=True)
class BoardPage:
    """The contents of the board of overdue petitions, by unit."""

    units: list[UnitLateness]
    more: bool
    """Whether there are more overdue petitions than were read."""
    as_of: datetime
    """The time at which the petitions were read."""


@dataclass(frozen=True)
class NoticePage:
    """A page of notices, newest first. `next` is the cursor of the following page, or None."""

    notices: list[Notice]
    next: str | None

    @property
    def by_petition(self) -> list[tuple[str, list[Notice]]]:
        """Return the notices grouped by the code of the petition, newest first."""
        petitions: dict[str, list[Notice]] = {}
        for notice in self.notices:
            petitions.setdefault(notice.about.code if notice.about else "", []).append(notice)
        return list(petitions.items())


@dataclass(frozen=True)
class ReadBoards:
    """Reads the boards: overdue petitions, reminders and undelivered notices."""

    store: Store
    clock: Clock
    timekeeping: Timekeeping

    def lateness(self, officer: Officer) -> BoardPage:
        """Return the overdue petitions that the officer may see, by unit, the unit with the most first."""
        now = self.clock.now()
        where = (("state", "in", list(OPEN_STATE_NAMES)), ("due_at", "<", now))
        found = self.store.find(Query("petitions", where, order_by=("due_at", "code"), limit=MOST_LISTED + 1))
        units: dict[str, list[LatePetition]] = {}
        for document in found[:MOST_LISTED]:
            petition = Petition.model_validate(document.data)
            if is_closed_to(officer, petition):
                continue
            clock, missed = petition.nearest_clock, has_missed_plan(petition, now)
            by = max(-self.timekeeping.left(clock, now), timedelta()) if clock else timedelta()
            late = LatePetition(without_filer(petition, officer), by, petition.waits_for_filer, missed)
            units.setdefault(petition.unit, []).append(late)
        ordered = sorted(units.items(), key=lambda item: (-len(item[1]), item[0]))
        return BoardPage([UnitLateness(unit, late) for unit, late in ordered], len(found) > MOST_LISTED, now)

    def reminders(self, officer: Officer, after: str = "") -> NoticePage:
        """Return a page of the reminders to officers. Raise Rejected for a malformed cursor."""
        return self._open_to(officer, self._notices(("kind", "==", "reminder"), after))

    def undelivered(self, officer: Officer, after: str = "") -> NoticePage:
        """Return a page of the notices that could not be delivered. Raise Rejected for a malformed cursor."""
        return self._open_to(officer, self._notices(("state", "==", NoticeState.UNDELIVERABLE.value), after))

    def newest_on_zalo(self) -> datetime | None:
        """Return the time of the newest message sent on Zalo, or None if there is none among the newest notices."""
        sent = self._notices(("state", "==", NoticeState.SENT.value)).notices
        return next((notice.created_at for notice in sent if notice.channel == "zalo"), None)

    def _open_to(self, officer: Officer, page: NoticePage) -> NoticePage:
        about = {
            notice.id: {*notice.mentions, *([notice.about.code] if notice.about else [])} for notice in page.notices
        }
        codes = sorted(set[str]().union(*about.values()))
        known = self.store.get_all([petition_path(code) for code in codes]) if codes else []
        closed = {
            petition.code
            for petition in map(Petition.model_validate, filter(None, known))
            if is_closed_to(officer, petition)
        }
        return replace(page, notices=[notice for notice in page.notices if not closed & about[notice.id]])

    def _notices(self, which: tuple[str, str, str], after: str = "") -> NoticePage:
        order, start = ("-created_at", "-__name__"), position(after)
        found = self.store.find(Query("notices", (which,), order, limit=NEWEST + 1, start_after=start))
        shown = [Notice.model_validate(document.data) for document in found[:NEWEST]]
        return NoticePage(shown, cursor_after(found[NEWEST - 1], "created_at") if len(found) > NEWEST else None)
