"""Officers with their units, roles and deputies; `domain/officers/policy.py` has their permissions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import Field

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.shared.records import Day, Instant, Record, Root


class SavedFilter(Record):
    """A work list that an officer has saved."""

    name: str
    query: str
    """The filter as it appears in the address."""
    text: str = ""
    """The words searched for."""


class Deputy(Record):
    """A deputy of an officer."""

    officer: str
    """The id of the officer who stands in."""
    since: Day
    """The first day, in Hanoi."""
    until: Day
    """The last day, in Hanoi."""

    def on(self, day: date) -> bool:
        """Return whether the deputy stands in on this day."""
        return self.since <= day <= self.until


class Officer(Root):
    """An officer, stored as `officers/{id}`."""

    id: str
    name: str
    email: str
    unit: str
    role: Role
    phone: str | None = None
    """If present, the morning's work is also announced by Zalo template."""
    on_duty: bool = False
    """Whether this coordinator gets urgent news outside working hours."""
    deputy: Deputy | None = None
    left_at: Instant | None = None
    """The time at which the officer left."""
    filters: list[SavedFilter] = Field(default_factory=list)


def standing_in(officer: Officer, everyone: Iterable[Officer], day: date) -> Officer:
    """Return the officer with the role they may act in on this day: the deputy of their unit's head acts as head."""
    heads = (each for each in everyone if each.unit == officer.unit and each.role is Role.HEAD)
    acts = any(each.deputy and each.deputy.officer == officer.id and each.deputy.on(day) for each in heads)
    return officer.model_copy(update={"role": Role.HEAD}) if acts and officer.role is Role.OFFICER else officer


def officer_path(officer_id: str) -> str:
    """Return the path of the officer's document."""
    return f"officers/{officer_id}"
