"""Who may do what at the desk: the one place that says so, asked by every route, the API and the use cases.

A permission is a role's; what concerns a petition is also a matter of whose it is (its unit), and an action one of
the petition's state (the lifecycle's table).
"""

from __future__ import annotations

from enum import StrEnum

from petitions.domain.lifecycle.lifecycle import Action, ForbiddenTransition, Role, Row, Transition, allowed, transition
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.petition import Petition


class Permission(StrEnum):
    """What a route of the desk lets one do."""

    ENTER = "enter"
    LIST = "list"
    READ = "read"
    REVEAL = "reveal"
    ACT = "act"
    ANSWER = "answer"
    ERASE = "erase"
    PLAN = "plan"
    NOTE = "note"
    CONNECT = "connect"
    KEY_IN = "key_in"
    STAFF = "staff"
    RECEIPT = "receipt"
    REPAIR = "repair"
    FIGURES = "figures"
    WATCH = "watch"
    REPLAY = "replay"
    ADMINISTER = "administer"


_HANDLERS = frozenset({Role.OFFICER, Role.HEAD, Role.COORDINATOR})
_EVERYBODY = _HANDLERS | {Role.INSPECTOR}

ROLES: dict[Permission, frozenset[Role]] = {
    Permission.ENTER: _EVERYBODY | {Role.ADMIN},
    Permission.LIST: _EVERYBODY,
    Permission.READ: _EVERYBODY,
    # Inspectors judge units by figures and texts: who filed is nothing to them (least privilege).
    Permission.REVEAL: _HANDLERS,
    Permission.ACT: _HANDLERS,
    Permission.ANSWER: frozenset({Role.OFFICER, Role.HEAD}),
    Permission.ERASE: frozenset({Role.COORDINATOR}),
    # Whoever answers for a unit says how what is overdue gets done.
    Permission.PLAN: frozenset({Role.HEAD}),
    Permission.NOTE: _HANDLERS,
    Permission.KEY_IN: _HANDLERS,
    # Who answers for a unit says who does what there, and who stands in for whom.
    Permission.STAFF: frozenset({Role.HEAD, Role.COORDINATOR}),
    Permission.RECEIPT: _HANDLERS,
    # The receiving point runs the channel: its coordinators connect the Official Account.
    Permission.CONNECT: frozenset({Role.COORDINATOR}),
    Permission.REPAIR: frozenset({Role.COORDINATOR}),
    # Units see their own figures; which ones, the use case decides.
    Permission.FIGURES: _EVERYBODY,
    Permission.WATCH: frozenset({Role.COORDINATOR}),
    Permission.REPLAY: frozenset({Role.COORDINATOR}),
    # Who says who may see petitions sees none: nobody can let themselves in unnoticed.
    Permission.ADMINISTER: frozenset({Role.ADMIN}),
}


def may(officer: Officer, permission: Permission, petition: Petition | None = None) -> bool:
    """Whether the officer's role has the permission, and the petition in question is theirs to see."""
    if officer.role not in ROLES[permission]:
        return False
    whose = may_see if permission in _BESIDE else holds
    if permission is Permission.RECEIPT and petition and petition.taken and petition.taken.by == officer.id:
        return True  # whoever took it hands over the receipt, wherever it was routed to
    return petition is None or whose(officer, petition)


_BESIDE = frozenset({Permission.READ, Permission.NOTE})
"""What a unit that helps may do too; the rest is for the unit that holds the petition."""


def sees_all(officer: Officer) -> bool:
    """Coordinators and inspectors see the petitions of all units."""
    return officer.role in {Role.COORDINATOR, Role.INSPECTOR}


def holds(officer: Officer, petition: Petition) -> bool:
    """Whether it lies with the officer's unit; for coordinators every petition does."""
    return sees_all(officer) or officer.unit == petition.unit


def may_see(officer: Officer, petition: Petition) -> bool:
    """Officers and heads see what their unit holds or helps with; coordinators and inspectors see all."""
    return holds(officer, petition) or officer.unit in petition.coordinating


def actions(officer: Officer, petition: Petition) -> list[Row]:
    """What this officer may do to this petition now, in the order of the lifecycle's table: the desk's buttons."""
    if not may(officer, Permission.ACT, petition):
        return []
    return allowed(petition.state, officer.role)


def step(officer: Officer, petition: Petition, action: Action) -> Transition:
    """What follows when the officer does it. Raises ForbiddenTransition with words for them."""
    found = transition(petition.state, action, officer.role, petition.came_from)
    if not may(officer, Permission.ACT, petition):
        words = "Hồ sơ này không thuộc đơn vị của anh/chị."
        raise ForbiddenTransition(words, petition.state, action, officer.role)
    return found
