"""Permissions at the desk, in one place that every route, the API and the use cases ask.

A permission belongs to a role. On a petition it also depends on whose petition it is (its unit), and an action also on
the petition's state (the lifecycle's table).
"""

from __future__ import annotations

from enum import StrEnum

from petitions.domain.lifecycle.lifecycle import (
    OPEN_STATES,
    Action,
    ForbiddenTransition,
    Role,
    State,
    Transition,
    TransitionRow,
    allowed,
    transition,
)
from petitions.domain.officers.officer import Officer
from petitions.domain.petition.confidentiality import (
    grounds,
    is_accused,
    is_denunciation,
)
from petitions.domain.petition.petition import COORDINATORS, Petition
from petitions.domain.shared.records import replace


class Permission(StrEnum):
    """A permission that a route of the desk, or a part of what it does, requires."""

    ENTER = "enter"
    LIST = "list"
    READ = "read"
    REVEAL = "reveal"
    ACT = "act"
    ANSWER = "answer"
    ERASE = "erase"
    PLAN = "plan"
    PAPERS = "papers"
    SIGN_PAPERS = "sign_papers"
    NOTE = "note"
    INVITE = "invite"
    CONTACT = "contact"
    CONNECT = "connect"
    KEY_IN = "key_in"
    MAILS = "mails"
    STAFF = "staff"
    RECEIPT = "receipt"
    REPAIR = "repair"
    FIGURES = "figures"
    DIFFICULTY = "difficulty"
    RESOLVE = "resolve"
    DIFFICULTIES = "difficulties"
    WATCH = "watch"
    REPLAY = "replay"
    ADMINISTER = "administer"
    TRACE = "trace"
    AUDIT = "audit"
    REPORT = "report"
    MANAGEMENT = "management"
    SCORE = "score"
    SCORES = "scores"
    CONTEST = "contest"


_HANDLERS = frozenset({Role.OFFICER, Role.HEAD, Role.COORDINATOR})
_EVERYBODY = _HANDLERS | {Role.INSPECTOR}

PERMISSION_ROLES: dict[Permission, frozenset[Role]] = {
    Permission.ENTER: _EVERYBODY | {Role.ADMIN},
    Permission.LIST: _EVERYBODY,
    Permission.READ: _EVERYBODY,
    # Inspectors judge units by figures and texts and do not need to know the petitioners (least privilege).
    Permission.REVEAL: _HANDLERS,
    Permission.ACT: _HANDLERS,
    Permission.ANSWER: frozenset({Role.OFFICER, Role.HEAD}),
    Permission.ERASE: frozenset({Role.COORDINATOR}),
    # The head of a unit plans how overdue work gets done.
    Permission.PLAN: frozenset({Role.HEAD}),
    Permission.PAPERS: _HANDLERS,
    # Who approves answers for a unit signs its papers; coordinators sign those of the receiving point.
    Permission.SIGN_PAPERS: frozenset({Role.HEAD, Role.COORDINATOR}),
    Permission.NOTE: _HANDLERS,
    # Only the unit that holds it opens it to others (LAW 7.8).
    Permission.INVITE: _HANDLERS,
    # Units see the requests about their own answers; the use case decides which.
    Permission.CONTACT: _HANDLERS,
    Permission.KEY_IN: _HANDLERS,
    # The unit that has the mailbox, and the coordinators; the use case decides which mails (LAW 7.8).
    Permission.MAILS: _HANDLERS,
    # Those who answer for a unit decide who does what there and who stands in for whom.
    Permission.STAFF: frozenset({Role.HEAD, Role.COORDINATOR}),
    Permission.RECEIPT: _HANDLERS,
    # The receiving point runs the channel, so its coordinators connect the Official Account.
    Permission.CONNECT: frozenset({Role.COORDINATOR}),
    Permission.REPAIR: frozenset({Role.COORDINATOR}),
    # Units see their own figures; the use case decides which.
    Permission.FIGURES: _EVERYBODY,
    # Whoever works at the desk meets difficulties there; the use case decides whose one reads (LAW 6.1).
    Permission.DIFFICULTY: _EVERYBODY | {Role.ADMIN},
    Permission.RESOLVE: frozenset({Role.COORDINATOR}),
    Permission.DIFFICULTIES: frozenset({Role.COORDINATOR, Role.INSPECTOR}),
    Permission.WATCH: frozenset({Role.COORDINATOR}),
    Permission.REPLAY: frozenset({Role.COORDINATOR}),
    # An administrator decides who may see petitions and sees none, so that nobody can admit themselves unnoticed.
    Permission.ADMINISTER: frozenset({Role.ADMIN}),
    # Those who answer for a unit or for the channel see who looked at and changed a petition that they may read.
    Permission.TRACE: frozenset({Role.HEAD, Role.COORDINATOR, Role.INSPECTOR}),
    # The whole audit belongs to those who handle no petition. It shows no words about one that they may not read.
    Permission.AUDIT: frozenset({Role.INSPECTOR, Role.ADMIN}),
    # The receiving point reports, and those who score units judge by the reports (LAW 6.1).
    Permission.REPORT: frozenset({Role.COORDINATOR, Role.INSPECTOR}),
    # Those who lead, and those who answer to them for the whole channel; it names units and no petition.
    Permission.MANAGEMENT: frozenset({Role.HEAD, Role.COORDINATOR, Role.INSPECTOR}),
    # Sở Nội vụ scores; a unit reads its own score, and its head answers for what is said against it.
    Permission.SCORE: frozenset({Role.INSPECTOR}),
    Permission.SCORES: _EVERYBODY,
    Permission.CONTEST: frozenset({Role.HEAD}),
}


def may(officer: Officer, permission: Permission, petition: Petition | None = None) -> bool:
    """Return whether the officer's role has the permission and, if a petition is given, whether it covers that one."""
    if officer.role not in PERMISSION_ROLES[permission]:
        return False
    if petition and permission is Permission.REVEAL and not _may_know_filer(officer, petition):
        return False
    whose = may_see if permission in _BESIDE else holds
    if permission in _TAKEN_IN and petition and petition.taken and petition.taken.by == officer.id:
        # Who took the petition in goes on hearing from the filer, wherever it lies, unless it is closed to them.
        return not is_closed(officer, petition)
    return petition is None or whose(officer, petition)


_TAKEN_IN = frozenset({Permission.RECEIPT, Permission.NOTE})
"""The permissions that whoever took the petition in keeps: to hand over the receipt, and to write what was heard."""
_BESIDE = frozenset({Permission.READ, Permission.NOTE})
"""The permissions that a coordinating unit has too; the others belong to the unit that holds the petition."""


def sees_all(officer: Officer) -> bool:
    """Return whether the officer sees the petitions of all units, as coordinators and inspectors do."""
    return officer.role in {Role.COORDINATOR, Role.INSPECTOR}


def holds(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer's unit holds the petition; coordinators and inspectors count as holding all."""
    return not is_closed(officer, petition) and (sees_all(officer) or officer.unit == petition.unit)


def may_see(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer may see the petition: their unit holds it or helps with it, or they see all."""
    return holds(officer, petition) or (officer.unit in petition.coordinating and not is_closed(officer, petition))


def gives_opinion(officer: Officer, petition: Petition) -> bool:
    """Return whether a note of the officer is the opinion of a unit that helps another."""
    return officer.unit in petition.coordinating and officer.unit != petition.unit


def is_asked_to_help(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer's unit was asked for an opinion on a petition of another, and still owes it.

    It does after the answer too: whoever was asked reads that they were, until they say something.
    """
    asked = officer.unit in petition.help_awaited and officer.unit in petition.coordinating
    return asked and petition.state in _HELPED and officer.role in _HANDLERS and may_see(officer, petition)


_HELPED = OPEN_STATES | {State.ANSWERED, State.PUBLISHED}


def has_tray(officer: Officer, unit: str) -> bool:
    """Return whether the officer handles the mails of a mailbox that belongs to `unit`."""
    return may(officer, Permission.MAILS) and (officer.role is Role.COORDINATOR or officer.unit == unit)


def is_closed(officer: Officer, petition: Petition) -> bool:
    """Return whether confidentiality closes it to the officer, whoever holds it (LAW 7.8).

    A denunciation is open to coordinators alone, and what is about a unit's conduct closed to that unit. What is about
    the coordinators is open to the people of the office alone that handles it in their place.
    """
    if petition.accuses_coordinators:
        return not petition.is_kept_by(officer.unit)
    if officer.role is Role.COORDINATOR:
        return officer.unit in grounds(petition)
    return is_denunciation(petition) or is_accused(petition, officer.unit)


def coordinates(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer does for this petition what coordinators do: who leads the office in their place."""
    if petition.accuses_coordinators:
        return officer.role is Role.HEAD and petition.is_kept_by(officer.unit)
    return officer.role is Role.COORDINATOR


def _may_know_filer(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer may ask who filed it: not while it may be about them, as far as anybody has decided.

    Whoever decided that it accuses nobody leaves that to others, so that nobody opens to themselves what is about them.
    """
    return not (petition.is_doubted or is_accused(petition, officer.unit) or petition.opened_by == officer.id)


def meets_closed(officer: Officer) -> bool:
    """Return whether petitions that are closed to the officer lie where they look: anywhere, or with the coordinators.

    No other unit holds one that is closed to its people.
    """
    return sees_all(officer) or officer.unit == COORDINATORS


def actions(officer: Officer, petition: Petition) -> list[TransitionRow]:
    """Return the actions open to this officer on this petition now, in the order of the table: the desk's buttons."""
    if not may(officer, Permission.ACT, petition):
        return []
    rows = (row for role in _roles(officer, petition) for row in allowed(petition.state, role))
    return list(dict.fromkeys(rows))


def _roles(officer: Officer, petition: Petition) -> list[Role]:
    """Return the roles in which the officer may act on the petition, their own first."""
    also = [Role.COORDINATOR] if coordinates(officer, petition) else []
    return list(dict.fromkeys([officer.role, *also]))


def may_approve(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer could approve an answer to the petition, once another has handed one in."""
    handed_in = replace(petition, state=State.AWAITING_APPROVAL)
    return any(row.action is Action.APPROVE for row in actions(officer, handed_in))


def step(officer: Officer, petition: Petition, action: Action) -> Transition:
    """Return the transition that the officer's action makes. Raise ForbiddenTransition with words for them."""
    roles = _roles(officer, petition)
    here = [role for role in roles if any(row.action is action for row in allowed(petition.state, role))]
    found = transition(petition.state, action, (here or roles)[0], petition.came_from)
    if not may(officer, Permission.ACT, petition):
        words = "Hồ sơ này không thuộc đơn vị của anh/chị."
        raise ForbiddenTransition(words, petition.state, action, officer.role)
    return found
