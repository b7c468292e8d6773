"""Officers with their units, roles and deputies. Their permissions are in `domain/officers/policy.py`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import Field

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.officers.list_layout import ListLayout
from petitions.domain.shared.edges import Until, UpTo
from petitions.domain.shared.records import Day, Instant, Record, Root, replace


class SavedFilter(Record):
    """A filter of the list of petitions that an officer saved under a name."""

    id: str
    name: str
    query: str
    """The filter as it stands in the URL."""
    text: str = ""
    """The search text of the filter."""
    shared: str | None = None
    """The unit in which everyone sees the filter, or None if it is private. Only its owner can change it."""
    until: Instant | None = None
    """The time of deletion. Set only if the search text may name a person."""


class Deputy(Record):
    """The deputy of an absent officer, and the days of the absence."""

    officer: str
    """The id of the deputy."""
    since: Day
    """The first day of the absence, in Hanoi."""
    until: Day
    """The last day of the absence, in Hanoi."""
    mandate: str = ""
    """The number and date of the paper that authorises the deputy to sign (LAW 8.3). Empty if there is none."""

    def on(self, day: date) -> bool:
        return day not in Until(self.since) and day in UpTo(self.until)


class StandsIn(Record):
    """The absent colleague for whom an officer acts today."""

    officer: str
    """The id of the absent officer."""
    mandate: str = ""
    since: Day | None = None
    until: Day | None = None
    """The first and the last day, in Hanoi."""


class OpenPage(Record):
    """The petition on the page that an officer has open."""

    code: str
    at: Instant
    """The time of the last sign that the page is still open."""


class Officer(Root):
    """An officer who works at the desk, stored as `officers/{id}`."""

    id: str
    name: str
    email: str
    unit: str
    role: Role
    position: str = ""
    """The office held, such as "Phó Chủ tịch", as the national portal names it. Empty if not entered."""
    phone: str | None = None
    """If present, the officer is also reminded of the morning's work by a Zalo template."""
    on_duty: bool = False
    """Whether this coordinator gets urgent news outside working hours."""
    deputy: Deputy | None = None
    left_at: Instant | None = None
    """The time at which the officer left. None for a present officer."""
    filters: list[SavedFilter] = Field(default_factory=list)
    filters_until: Instant | None = None
    """The earliest time at which a saved filter must be deleted, or None."""
    layout: ListLayout = ListLayout()
    looks_at: OpenPage | None = None
    """The last opened page. It may be closed by now."""
    stands_in: StandsIn | None = Field(default=None, exclude=True)
    """The absent officer for whom this officer acts today. `role` is then the absent officer's role.

    Computed by `standing_in` and never stored.
    """

    @property
    def instead_of(self) -> str | None:
        """Return the id of the absent officer for whom this officer acts today, or None."""
        return self.stands_in.officer if self.stands_in else None

    def deputy_on(self, day: date) -> str | None:
        return self.deputy.officer if self.deputy and self.deputy.on(day) else None


WORKING = frozenset({Role.OFFICER, Role.HEAD})
"""The roles that handle a unit's petitions. Coordinators only assign petitions to units."""


def whoever_works(officers: Iterable[Officer]) -> list[Officer]:
    """Return the officers who do the work given to a whole unit: its officers, or its heads if it has no officers."""
    here = [officer for officer in officers if officer.left_at is None and officer.role in WORKING]
    return [officer for officer in here if officer.role is Role.OFFICER] or here


def standing_in(officer: Officer, everyone: Iterable[Officer], day: date) -> Officer:
    """Return the officer in the role for this day.

    The deputy of a coordinator in the same unit acts as coordinator, and the deputy of a head as head.
    """
    if officer.role is not Role.OFFICER:
        return officer
    colleagues = (item for item in everyone if item.unit == officer.unit and item.left_at is None)
    absent = [colleague for colleague in colleagues if colleague.deputy_on(day) == officer.id]
    for role in (Role.COORDINATOR, Role.HEAD):
        for item in absent:
            if item.role is role:
                return replace(in_place_of(item, officer), role=role)
    return officer


def with_deputies(officers: Iterable[Officer], colleagues: Iterable[Officer], day: date) -> list[Officer]:
    """Return the officers and the deputies of those absent on this day, without duplicates.

    A deputy who is not among the officers keeps their own role, with the absent officer in `stands_in`.
    """
    known, found = (
        {colleague.id: colleague for colleague in colleagues if colleague.left_at is None},
        dict[str, Officer](),
    )
    for officer in officers:
        found[officer.id] = officer
        deputy = known.get(officer.deputy_on(day) or "")
        if deputy is not None:
            found.setdefault(deputy.id, in_place_of(officer, deputy))
    return list(found.values())


def in_place_of(absent: Officer, deputy: Officer) -> Officer:
    """Return the deputy, in their own role, with the absent officer recorded in `stands_in`."""
    stands, named = StandsIn(officer=absent.id), absent.deputy
    if named:
        stands = StandsIn(officer=absent.id, mandate=named.mandate, since=named.since, until=named.until)
    return replace(deputy, stands_in=stands)


def with_filters(officer: Officer, filters: Sequence[SavedFilter]) -> Officer:
    """Return the officer with the given saved filters, and with `filters_until` computed from them."""
    first = min((saved_filter.until for saved_filter in filters if saved_filter.until), default=None)
    return replace(officer, filters=list(filters), filters_until=first)


def officer_path(officer_id: str) -> str:
    return f"officers/{officer_id}"
