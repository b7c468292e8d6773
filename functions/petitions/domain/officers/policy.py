"""Permissions at the desk, used by every route, the API and the use cases.

A permission belongs to a role. For a petition it also depends on the unit that handles the petition. An action further
depends on the petition's state (see `lifecycle`).
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
    """A permission needed for a page of the desk, a part of a page, or an action."""

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


_CASE_STAFF = frozenset({Role.OFFICER, Role.HEAD, Role.COORDINATOR})
"""The roles that work on petitions."""
_EVERYBODY = _CASE_STAFF | {Role.INSPECTOR}

PERMISSION_ROLES: dict[Permission, frozenset[Role]] = {
    Permission.ENTER: _EVERYBODY | {Role.ADMIN},
    Permission.LIST: _EVERYBODY,
    Permission.READ: _EVERYBODY,
    # Inspectors judge units by figures and texts and do not need to know the petitioners (least privilege).
    Permission.REVEAL: _CASE_STAFF,
    Permission.ACT: _CASE_STAFF,
    Permission.ANSWER: frozenset({Role.OFFICER, Role.HEAD}),
    Permission.ERASE: frozenset({Role.COORDINATOR}),
    # The head of a unit plans how overdue work gets done.
    Permission.PLAN: frozenset({Role.HEAD}),
    Permission.PAPERS: _CASE_STAFF,
    # Heads approve the answers of a unit and sign its papers. Coordinators sign those of the receiving point.
    Permission.SIGN_PAPERS: frozenset({Role.HEAD, Role.COORDINATOR}),
    Permission.NOTE: _CASE_STAFF,
    # Only the unit that holds it opens it to others (LAW 7.8).
    Permission.INVITE: _CASE_STAFF,
    # Units see the requests about their own answers. The use case decides which.
    Permission.CONTACT: _CASE_STAFF,
    Permission.KEY_IN: _CASE_STAFF,
    # The unit that has the mailbox, and the coordinators. The use case decides which mails (LAW 7.8).
    Permission.MAILS: _CASE_STAFF,
    # The people responsible for a unit divide its work and appoint deputies.
    Permission.STAFF: frozenset({Role.HEAD, Role.COORDINATOR}),
    Permission.RECEIPT: _CASE_STAFF,
    # The receiving point runs the channel, so its coordinators connect the Official Account.
    Permission.CONNECT: frozenset({Role.COORDINATOR}),
    Permission.REPAIR: frozenset({Role.COORDINATOR}),
    # Units see their own figures. The use case decides which.
    Permission.FIGURES: _EVERYBODY,
    # Every user of the desk can report difficulties. The use case decides which reports they can read (LAW 6.1).
    Permission.DIFFICULTY: _EVERYBODY | {Role.ADMIN},
    Permission.RESOLVE: frozenset({Role.COORDINATOR}),
    Permission.DIFFICULTIES: frozenset({Role.COORDINATOR, Role.INSPECTOR}),
    Permission.WATCH: frozenset({Role.COORDINATOR}),
    Permission.REPLAY: frozenset({Role.COORDINATOR}),
    # Administrators manage access to petitions and see none, so that nobody can admit themselves unnoticed.
    Permission.ADMINISTER: frozenset({Role.ADMIN}),
    # Those responsible for a unit or the channel see the audit of petitions that they may read.
    Permission.TRACE: frozenset({Role.HEAD, Role.COORDINATOR, Role.INSPECTOR}),
    # The whole audit is open to roles that handle no petitions. It leaves out the words of petitions closed to them.
    Permission.AUDIT: frozenset({Role.INSPECTOR, Role.ADMIN}),
    # The receiving point writes the reports, and inspectors score the units by them (LAW 6.1).
    Permission.REPORT: frozenset({Role.COORDINATOR, Role.INSPECTOR}),
    # For managers and the officers reporting to them on the whole channel. It names units and no petition.
    Permission.MANAGEMENT: frozenset({Role.HEAD, Role.COORDINATOR, Role.INSPECTOR}),
    # Sở Nội vụ scores the units. A unit reads its own score, and its head can contest it.
    Permission.SCORE: frozenset({Role.INSPECTOR}),
    Permission.SCORES: _EVERYBODY,
    Permission.CONTEST: frozenset({Role.HEAD}),
}


def may(officer: Officer, permission: Permission, petition: Petition | None = None) -> bool:
    """Return whether the officer has the permission and, if a petition is given, has it for that petition."""
    if officer.role not in PERMISSION_ROLES[permission]:
        return False
    if petition and permission is Permission.REVEAL and not _may_know_filer(officer, petition):
        return False
    covers = may_see if permission in _BESIDE else holds
    if permission in _TAKEN_IN and petition and petition.taken and petition.taken.by == officer.id:
        # After recording a petition an officer stays in touch with its filer unless it is closed to them.
        return not is_closed_to(officer, petition)
    return petition is None or covers(officer, petition)


_TAKEN_IN = frozenset({Permission.RECEIPT, Permission.NOTE})
"""Permissions that an officer keeps after entering a petition for its filer: to hand over the receipt and to add notes.
"""
_BESIDE = frozenset({Permission.READ, Permission.NOTE})
"""Permissions that a helping unit has too. All others belong to the unit that handles the petition."""


def sees_all(officer: Officer) -> bool:
    return officer.role in {Role.COORDINATOR, Role.INSPECTOR}


def holds(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer's unit handles the petition, unless it must be hidden from the officer.

    Coordinators and inspectors count as handling all petitions.
    """
    return not is_closed_to(officer, petition) and (sees_all(officer) or officer.unit == petition.unit)


def may_see(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer may see the petition: their unit handles it or helps, or their role sees all."""
    return holds(officer, petition) or (officer.unit in petition.coordinating and not is_closed_to(officer, petition))


def gives_opinion(officer: Officer, petition: Petition) -> bool:
    """Return whether a note by the officer counts as the opinion requested from the officer's unit."""
    return officer.unit in petition.coordinating and officer.unit != petition.unit


def is_asked_to_help(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer's unit still owes an opinion on a petition of another unit.

    The request for an opinion stays open after the petition's answer, until the unit has given the opinion.
    """
    asked = officer.unit in petition.help_awaited and officer.unit in petition.coordinating
    return asked and petition.state in _HELPED and officer.role in _CASE_STAFF and may_see(officer, petition)


_HELPED = OPEN_STATES | {State.ANSWERED, State.PUBLISHED}


def has_tray(officer: Officer, unit: str) -> bool:
    """Return whether the officer may handle mails that arrive in the mailbox of this unit."""
    return may(officer, Permission.MAILS) and (officer.role is Role.COORDINATOR or officer.unit == unit)


def is_closed_to(officer: Officer, petition: Petition) -> bool:
    """Return whether the petition must be hidden from the officer, whatever unit handles it (LAW 7.8).

    Only coordinators may see a denunciation. No officer of a unit may see a petition about that unit's conduct. Only
    the office that handles it in the coordinators' place may see a petition about the coordinators.
    """
    if petition.accuses_coordinators:
        return not petition.is_kept_by(officer.unit)
    if officer.role is Role.COORDINATOR:
        return officer.unit in grounds(petition)
    return is_denunciation(petition) or is_accused(petition, officer.unit)


def coordinates(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer acts as coordinator of this petition.

    If it accuses the coordinators, only the head of the office that handles it in their place does.
    """
    if petition.accuses_coordinators:
        return officer.role is Role.HEAD and petition.is_kept_by(officer.unit)
    return officer.role is Role.COORDINATOR


def _may_know_filer(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer may see the filer's identity: not while the petition may be about the officer's unit.

    After deciding that the petition accuses nobody, an officer may not either. Otherwise anyone could clear a petition
    about themselves and then look up its filer.
    """
    return not (petition.is_doubted or is_accused(petition, officer.unit) or petition.opened_by == officer.id)


def meets_closed(officer: Officer) -> bool:
    """Return whether queries for the officer's lists may find petitions that must be hidden from the officer.

    This is so for roles that see all units, and in the coordinators' unit. No other unit handles a petition that its
    own officers must not see.
    """
    return sees_all(officer) or officer.unit == COORDINATORS


def actions(officer: Officer, petition: Petition) -> list[TransitionRow]:
    """Return the actions that the officer may take on the petition now, in the order of the desk's buttons."""
    if not may(officer, Permission.ACT, petition):
        return []
    rows = (row for role in _roles(officer, petition) for row in allowed(petition.state, role))
    return list(dict.fromkeys(rows))


def _roles(officer: Officer, petition: Petition) -> list[Role]:
    also = [Role.COORDINATOR] if coordinates(officer, petition) else []
    return list(dict.fromkeys([officer.role, *also]))


def may_approve(officer: Officer, petition: Petition) -> bool:
    """Return whether the officer could approve an answer to the petition if a colleague submitted one."""
    handed_in = replace(petition, state=State.AWAITING_APPROVAL)
    return any(row.action is Action.APPROVE for row in actions(officer, handed_in))


def step(officer: Officer, petition: Petition, action: Action) -> Transition:
    """Return the transition for the officer's action.

    Raise ForbiddenTransition, with a message for the officer, if the officer may not take the action.
    """
    roles = _roles(officer, petition)
    here = [role for role in roles if any(row.action is action for row in allowed(petition.state, role))]
    found = transition(petition.state, action, (here or roles)[0], petition.came_from)
    if not may(officer, Permission.ACT, petition):
        words = "Hồ sơ này không thuộc đơn vị của anh/chị."
        raise ForbiddenTransition(words, petition.state, action, officer.role)
    return found
