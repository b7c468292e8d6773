"""Officers: who works where, in which role. What they may do: domain/policy.py."""

from __future__ import annotations

from pydantic import Field

from petitions.domain.lifecycle import Role
from petitions.domain.records import Record, Root


class SavedFilter(Record):
    """A work list that an officer comes back to: `query` as in the address, `text` what is searched for."""

    name: str
    query: str
    text: str = ""


class Officer(Root):
    """One officer: `officers/{id}`. Who entered a phone hears of the morning's work by Zalo template too.

    Coordinators on duty are told of what is urgent outside working hours.
    """

    id: str
    name: str
    email: str
    unit: str
    role: Role
    phone: str | None = None
    on_duty: bool = False
    filters: list[SavedFilter] = Field(default_factory=list)


def officer_path(officer_id: str) -> str:
    """Where the officer is stored."""
    return f"officers/{officer_id}"
