"""Officers: who works where, in which role. What they may do: domain/policy.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import Field

from petitions.domain.lifecycle import Role
from petitions.domain.records import Day, Instant, Record, Root


class SavedFilter(Record):
    """A work list that an officer comes back to: `query` as in the address, `text` what is searched for."""

    name: str
    query: str
    text: str = ""


class Deputy(Record):
    """Who stands in for an officer, on which days (both included, Hanoi's)."""

    officer: str
    since: Day
    until: Day

    def on(self, day: date) -> bool:
        """Whether the days include this one."""
        return self.since <= day <= self.until


class Officer(Root):
    """One officer: `officers/{id}`. Who entered a phone hears of the morning's work by Zalo template too.

    Coordinators on duty are told of what is urgent outside working hours. Since `left_at` they work here no more.
    """

    id: str
    name: str
    email: str
    unit: str
    role: Role
    phone: str | None = None
    on_duty: bool = False
    deputy: Deputy | None = None
    left_at: Instant | None = None
    filters: list[SavedFilter] = Field(default_factory=list)


def standing_in(officer: Officer, everyone: Iterable[Officer], day: date) -> Officer:
    """The officer as they may act on this day: whoever stands in for the head of their unit acts as its head."""
    heads = (each for each in everyone if each.unit == officer.unit and each.role is Role.HEAD)
    acts = any(each.deputy and each.deputy.officer == officer.id and each.deputy.on(day) for each in heads)
    return officer.model_copy(update={"role": Role.HEAD}) if acts and officer.role is Role.OFFICER else officer


def officer_path(officer_id: str) -> str:
    """Where the officer is stored."""
    return f"officers/{officer_id}"
