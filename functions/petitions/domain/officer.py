"""Officers and what they may do. The lifecycle says which role may act in which state; this says on whose petitions."""

from __future__ import annotations

from petitions.domain.lifecycle import Action, Role, Row, allowed
from petitions.domain.petition import Petition
from petitions.domain.records import Root


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


def may_see(officer: Officer, petition: Petition) -> bool:
    """Officers and heads see their unit's petitions; coordinators and inspectors see all."""
    return officer.role in {Role.COORDINATOR, Role.INSPECTOR} or officer.unit == petition.unit


def actions(officer: Officer, petition: Petition) -> list[Row]:
    """What this officer may do to this petition now, in the order of the lifecycle's table: the desk's buttons."""
    if not may_see(officer, petition):
        return []
    return [row for row in allowed(petition.state, officer.role) if row.action is not Action.MERGE]


def officer_path(officer_id: str) -> str:
    """Where the officer is stored."""
    return f"officers/{officer_id}"
