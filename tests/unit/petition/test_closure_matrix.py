"""No action gives a unit a petition that it must not read, nor a view of it, nor a notice about it.

Such a petition is called closed to the unit, for example because it accuses the unit. The actions come from the tables
of steps, roles and history, so that new ones are tested as well. The units are listed independently in this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from petitions.adapters.reference import parsed
from petitions.domain.language.texts import Texts
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, TRANSITIONS, Action, Role, State, allowed, transition
from petitions.domain.officers.officer import Officer, officer_path
from petitions.domain.officers.policy import Permission, may, may_see, meets_closed
from petitions.domain.petition.classification import GivenClassification
from petitions.domain.petition.history_actions import HISTORY_ACTIONS, HistoryAction, RecordedAction
from petitions.domain.petition.petition import Petition, petition_path
from petitions.domain.portal.portal_change import InboundChange
from petitions.domain.portal.portal_conflicts import CONFLICT_RULES, Winner
from petitions.domain.units.directory import Directory
from petitions.domain.units.mergers import Merger, merged
from petitions.errors import Forbidden, NotFound, PetitionError, Rejected
from petitions.ports.store import Transaction
from petitions.usecases.desk.work_list_query import views
from petitions.usecases.lifecycle.command import Command
from petitions.usecases.lifecycle.commands import command
from petitions.usecases.lifecycle.manage_handlers import ManageHandlers
from petitions.usecases.officers.officer_mail import OfficerMail
from petitions.usecases.officers.staff import Staff
from petitions.usecases.petition.note_petition import NoteKind
from petitions.usecases.portal.portal_decisions import PortalDecisions
from petitions.usecases.portal.portal_filers import FILERS_KINDS
from petitions.usecases.reference.hand_over_unit import HandOverUnit
from petitions.usecases.shared.petition_changes import Actor, Change, move_petition, petition_in
from tests.particulars import particulars
from tests.released import all_but
from tests.unit.petition.handling import ANSWER, WHY_NONE, act, officer
from tests.unit.petition.secret_matters import COORDINATOR, DELAY, PEOPLE, WARD, SecretWorld, of

OTHER_WARD, ENDED, HEIR, OPEN = "PX-00166", "TTTP", "STP", "SXD"
MERGER = Merger(day="2026-11-20", parts=[ENDED], into=HEIR, source="a decision")
DIRECTORY = Directory.load(merged(parsed("directory.json"), MERGER))
TEXT = "Theo quy định của thành phố, đã xem xét"
OFFICERS = frozenset({Role.OFFICER, Role.HEAD, Role.COORDINATOR})
NEIGHBOURS = tuple(officer(OTHER_WARD, role, role.value) for role in (Role.OFFICER, Role.HEAD))
EVERYBODY = (*(person for person in PEOPLE if person.unit != ENDED), *NEIGHBOURS)


@dataclass(frozen=True)
class Secret:
    """A reason why a petition is hidden from a unit, with the units and officers who must not read it."""

    name: str
    ground: str
    given_to: str
    """The unit to which all actions try to give the petition."""
    is_accused: Callable[[Officer], bool]
    """Returns whether the petition must be hidden from the officer completely."""
    may_hold: Callable[[str], bool]
    handed_over: bool = False
    """Whether petitions of dissolved units are already handed over to their successors."""

    def own(self) -> dict[str, Any]:
        is_class = self.ground in {"complaint", "denunciation"}
        return {"petition_class": self.ground} if is_class else {"accused": self.ground}


def _superior(*accused: str) -> Callable[[str], bool]:
    return lambda unit: not unit.startswith("PX-") and unit not in {"TTPVHCC", *accused}


def _is_coordinators(unit: str) -> bool:
    return unit == "VPUB"


SECRETS = (
    Secret("the unit", WARD, WARD, lambda who: who.unit == WARD, _superior()),
    Secret("another ward", WARD, OTHER_WARD, lambda who: who.unit == WARD, _superior()),
    Secret("its heir", ENDED, HEIR, lambda who: who.unit == HEIR, _superior(HEIR), handed_over=True),
    Secret("its heir at first", ENDED, HEIR, lambda _: False, _superior(HEIR)),
    Secret("an unknown ward", "PX-?", WARD, lambda who: who.unit.startswith("PX-"), _superior()),
    Secret("a complaint", "complaint", OPEN, lambda _: False, _is_coordinators),
    Secret("a denunciation", "denunciation", OPEN, lambda who: who.role is not Role.COORDINATOR, _is_coordinators),
)
WAYS = pytest.mark.parametrize("inherited", all_but([False], [False, True]), ids=["own", "inherited"])
KINDS = pytest.mark.parametrize("secret", SECRETS, ids=[item.name for item in SECRETS])


class Matrix(SecretWorld):
    """A world with a petition that all units may read, hidden ones, and a dissolved unit."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for who in NEIGHBOURS:
            self.store.create(officer_path(who.id), who.stored())
        for who in (person for person in PEOPLE if person.unit == ENDED):
            del self.store.documents[officer_path(who.id)]
        telling = replace(self.desk.telling, directory=DIRECTORY)
        classifying = replace(self.desk.classifying, directory=DIRECTORY)
        self.desk = replace(self.desk, directory=DIRECTORY, telling=telling, classifying=classifying)
        self.note = replace(self.note, directory=DIRECTORY)
        self.routing = replace(self.routing, directory=DIRECTORY)
        self.staff = Staff(self.store, self.clock)
        texts: Texts = telling.texts
        mail = OfficerMail(texts, DIRECTORY, "https://desk.example.vn")
        ports = (self.store, self.publisher, self.clock, self.ids)
        self.handlers = ManageHandlers(*ports, self.staff, self.desk, texts, mail)
        self.plain = self.accepted(1, "VPUB")
        self.closed: set[str] = set()

    def accepted(self, number: int, unit: str) -> Petition:
        petition = act(self, of(WARD, Role.OFFICER), self.secret(DELAY, number), Action.ACCEPT)
        return self.put(petition, unit=unit, held_by=[])

    def put(self, petition: Petition, **fields: Any) -> Petition:
        """Write the fields directly to the store, and return the petition."""
        self.store.update(f"petitions/{petition.code}", fields)
        return self.again(petition)

    def subject(self, secret: Secret, *, inherited: bool) -> Petition:
        """Return a petition hidden by its own text, or with `inherited` by that of a petition merged into it."""
        petition = self.accepted(2, "VPUB")
        self.closed = {petition.code}
        if inherited:
            child = act(self, COORDINATOR, self.accepted(3, "VPUB"), Action.MERGE, text=petition.code)
            self.closed |= {child.code}
            self.moves(child, RecordedAction.KEPT_CLOSED, Actor(Role.SYSTEM), **secret.own())
        else:
            self.put(petition, **secret.own())
        if secret.handed_over:
            HandOverUnit(self.store, self.publisher, self.clock, DIRECTORY)()
        return self.again(petition)

    def moves(self, petition: Petition, action: HistoryAction, actor: Actor, **updates: Any) -> None:
        def change(tx: Transaction) -> None:
            before = petition_in(tx, petition.code)
            move_petition(tx, before, updates, DIRECTORY, Change(action, actor, self.clock.now()))

        self.store.transact(change)

    def in_state(self, petition: Petition, state: State, unit: str, author: str) -> Petition:
        """Put the petition directly into the state, with the fields that later steps need."""
        at = self.clock.now()
        reply = {"text": ANSWER, "author": author, "unit": unit, "written_at": at, "no_evidence": WHY_NONE}
        fields: dict[str, Any] = {"state": str(state), "unit": unit, "handler": None}
        if state not in OPEN_STATES | {State.NEW} or state is State.AWAITING_APPROVAL:
            fields["reply"] = reply | ({"approved_at": at} if state not in OPEN_STATES else {})
        if state is State.NEW:
            fields["classified"] = None
        if state in {State.PUBLISHED, State.CLOSED}:
            fields["publication"] = {"summary": "Tóm tắt", "answer": "Trả lời", "by": "x", "at": at}
        if state in {State.AWAITING_CITIZEN, State.ASSIGNED, State.MERGED}:
            fields["came_from"] = str(State.ACCEPTED)
        if state is State.ASSIGNED:  # assigned by the coordinator just now
            fields["changed"] = {"at": at, "action": Action.ASSIGN.value, "by": COORDINATOR.id}
            fields["news"] = {"at": at, "kinds": ["assigned"], "first": True}
        if state is State.AWAITING_CITIZEN:
            asking = transition(State.ACCEPTED, Action.ASK_SUPPLEMENT, Role.COORDINATOR)
            fields |= self.timekeeping.after(petition, asking.effects, at).stored() | fields
        if state is State.MERGED:
            fields |= {"merged_into": self.plain.code, "merged": {"at": at}, "reply": None}
            self.put(self.plain, absorbed=[petition.code])
        return self.put(petition, **fields)

    def check(self, secret: Secret, before: set[str], closed: set[str]) -> None:
        """Fail if an accused officer, or a unit that may not hold the secret, has access to a hidden petition.

        Access is a right of the officer, the petition assigned to the unit, or a mail with the petition's code.
        `closed` are the codes of the hidden petitions. `before` are the paths of older mails, which are not checked.
        """
        mails = [self.store.documents[path] for path in set(self.store.paths("notices")) - before]
        units = {item.id: item for item in EVERYBODY}
        for code in closed:
            petition = Petition.model_validate(self.store.documents[f"petitions/{code}"])
            assert petition.unit == "VPUB" or secret.may_hold(petition.unit), petition.unit
            assert all(map(secret.may_hold, petition.coordinating)), petition.coordinating
            for who in filter(secret.is_accused, EVERYBODY):
                assert not may_see(who, petition), who.id
                for permission in Permission:
                    assert not may(who, permission, petition), (who.id, permission)
            for mail in mails:
                if mail["channel"] == "email" and code in f"{mail.get('subject')} {mail['text']}":
                    reader = units[mail["officer"]]
                    assert not secret.is_accused(reader), (mail["kind"], reader.id)
                    assert reader.unit == "VPUB" or secret.may_hold(reader.unit), (mail["kind"], reader.id)

    def check_doors(self, secret: Secret) -> None:
        """Fail if a page, list or search shows the petition to an accused officer."""
        for who in filter(secret.is_accused, EVERYBODY):
            for code in self.closed:
                with pytest.raises(NotFound):
                    self.pages(who, code)
                with pytest.raises(NotFound):
                    self.reveal(who, code, TEXT)
            for view in views(who):
                page = self.lists(who, view)
                assert not self.closed & {line.code for line in page.lines}
                if meets_closed(who) and view in page.counts:
                    assert page.counts[view] == len(page.lines), (who.id, view)

    def machines(self) -> None:
        self.clock.advance(days=30)
        self.reminders()
        self.news()
        self.clock.advance(hours=(1 - self.clock.now().hour) % 24)
        for _ in range(4):
            self.clock.advance(days=1)
            self.digests()


def deeds(petition: Petition, action: Action, secret: Secret, main: Petition) -> Iterator[Command]:
    """Yield commands for an action, with the unit without access, its handler, this unit, another one, or none."""
    given = particulars(action, petition) | {"classified": GivenClassification(), "sure": True}
    given |= {"text": main.code} if action is Action.MERGE else {}
    to_the_closed = {"unit": secret.given_to, "handler": f"{secret.given_to.lower()}-officer"}
    for to in (to_the_closed, {"unit": secret.given_to}, {"unit": OPEN}, {}):
        yield command(petition.code, action, petition.version, **(given | to))


def actors(secret: Secret) -> Iterator[tuple[Officer, str]]:
    holder = OPEN if secret.may_hold(OPEN) else "VPUB"
    for unit in {"VPUB", holder}:
        yield COORDINATOR, unit
    for who in EVERYBODY:
        if who.role in OFFICERS and (who.unit == holder or secret.is_accused(who)) and who != COORDINATOR:
            yield who, who.unit


def tried(world: Matrix, secret: Secret, petition: Petition) -> set[Action]:
    """Try every action in every state as every officer, and return the actions that succeeded."""
    done: set[Action] = set()
    kept, at = dict(world.store.documents), world.clock.at
    for who, unit in actors(secret):
        for state, action in [(item, row.action) for item in State for row in allowed(item, who.role)]:
            author = who.id if action is Action.RECALL_ANSWER else "somebody"
            lain = world.in_state(petition, state, unit, author)
            start = dict(world.store.documents)
            for deed in deeds(lain, action, secret, world.plain):
                try:
                    world.desk(who, deed)
                except PetitionError:
                    assert world.store.documents == start
                    continue
                assert not secret.is_accused(who), (who.id, action)
                done.add(action)
                merged_too = {world.plain.code} if action is Action.MERGE else set()
                world.check(secret, set(start), world.closed | merged_too)
                restore(world, start)
            restore(world, kept)
            world.clock.at = at
    return done


def is_closed_to_unit(error: Forbidden) -> bool:
    return error.reason == "closed_to_unit"


def restore(world: Matrix, documents: dict[str, dict[str, Any]]) -> None:
    world.store.documents.clear()
    world.store.documents.update(documents)


BY_OFFICERS = {row.action for row in TRANSITIONS if row.roles & OFFICERS}
_NEVER_GIVEN = {Action.ASSIGN, Action.REASSIGN, Action.TAKE_BACK, Action.PUBLISH}
"""Actions that nobody can take on a petition that stays with the coordinators."""
_UNITS_ALONE = BY_OFFICERS - {row.action for row in TRANSITIONS if Role.COORDINATOR in row.roles}
IMPOSSIBLE: dict[str, set[Action]] = {
    "a complaint": _NEVER_GIVEN,
    "a denunciation": _NEVER_GIVEN | _UNITS_ALONE | {Action.MERGE},
}


@WAYS
@KINDS
def test_no_step_of_an_officer_reveals_a_closed_petition(secret: Secret, *, inherited: bool) -> None:
    world = Matrix()
    petition = world.subject(secret, inherited=inherited)
    done = tried(world, secret, petition)
    # A petition with others merged into it cannot be merged itself.
    assert done == BY_OFFICERS - IMPOSSIBLE.get(secret.name, set()) - ({Action.MERGE} if inherited else set())


@WAYS
@KINDS
def test_no_line_of_a_history_gives_it_to_those_who_must_not_have_it(
    secret: Secret,
    *,
    inherited: bool,
) -> None:
    """Officers are refused, and the system's own changes assign it to the coordinators, for every action."""
    world = Matrix()
    petition = world.subject(secret, inherited=inherited)
    kept = dict(world.store.documents)
    for action in (*Action, *RecordedAction):
        assert action in HISTORY_ACTIONS
        for role in Role:
            for updates in ({"unit": secret.given_to}, {"coordinating": [secret.given_to]}):
                if role in OFFICERS | {Role.ADMIN, Role.INSPECTOR}:
                    with pytest.raises(Forbidden):
                        world.moves(petition, action, Actor(role, "somebody"), **updates)
                    continue
                world.moves(petition, action, Actor(role), **updates)
                after = world.again(petition)
                assert (after.unit, after.handler, after.coordinating) == ("VPUB", None, [])
                world.check(secret, set(kept), world.closed)
                restore(world, kept)


@WAYS
@KINDS
def test_no_decision_of_the_portal_gives_it_to_those_who_must_not_have_it(
    secret: Secret,
    *,
    inherited: bool,
) -> None:
    world = Matrix()
    petition = world.subject(secret, inherited=inherited)
    decisions = PortalDecisions(world.desk.telling.texts, world.timekeeping, DIRECTORY)
    kept = dict(world.store.documents)
    rules = [rule for rule in CONFLICT_RULES if rule.wins is Winner.PORTAL and rule.kind not in FILERS_KINDS]
    assert rules
    for kind, state in [(rule.kind, state) for rule in rules for state in rule.states]:
        lain = world.in_state(petition, state, "VPUB", "somebody")
        now = world.clock.now()
        inbound = InboundChange(
            id="c", kind=kind, code=lain.code, national_code="", text=TEXT, unit=secret.given_to, at=now,
            received_at=now, raw={},
        )  # fmt: skip
        take = partial(decisions.take, petition=lain, inbound=inbound, reason=TEXT, now=now)
        world.store.transact(take)
        world.check(secret, set(kept), world.closed)
        restore(world, kept)


@WAYS
@KINDS
def test_nobody_asks_them_for_help_hands_it_to_them_or_has_them_stand_in(
    secret: Secret,
    *,
    inherited: bool,
) -> None:
    world = Matrix()
    petition = world.subject(secret, inherited=inherited)
    kept, day = dict(world.store.documents), world.clock.now().date()
    people = [item for item in EVERYBODY if item.unit in {secret.given_to, OPEN, "VPUB"}]
    for who in EVERYBODY:
        for to in people:
            absent, until = of("VPUB", Role.OFFICER).id, day + timedelta(days=9)
            ways: list[Callable[[], object]] = [
                partial(world.note, who, petition.code, NoteKind.COORDINATE, TEXT, to.unit),
                partial(world.handlers.hand_to, who, petition.code, to.id),
                partial(world.handlers.assign, who, petition.code, to.id),
                partial(world.handlers.remind, who, petition.code),
                partial(world.handlers.stand_in, who, absent, to.id, day, until),
            ]
            for way in ways:
                try:
                    way()
                except PetitionError:
                    continue
                world.check(secret, set(kept), world.closed)
                handler = world.again(petition).handler
                assert not any(secret.is_accused(item) for item in EVERYBODY if item.id == handler)
                restore(world, kept)


@KINDS
@pytest.mark.parametrize("into", [True, False], ids=["into an ordinary one", "with an ordinary one in it"])
@pytest.mark.parametrize("unit", ["VPUB", OPEN, WARD, OTHER_WARD, HEIR])
def test_merging_and_unmerging_keep_it_from_them_either_way_round(
    secret: Secret,
    unit: str,
    *,
    into: bool,
) -> None:
    world = Matrix()
    petition = world.subject(secret, inherited=False)
    other = world.put(world.accepted(4, "VPUB"), unit=unit, coordinating=[secret.given_to])
    before, both = set(world.store.paths("notices")), {petition.code, other.code}
    one, main = (petition, other) if into else (other, petition)
    try:
        act(world, COORDINATOR, one, Action.MERGE, text=main.code)
    except Rejected:
        assert secret.name == "a denunciation" or (into and not secret.may_hold(unit))
        return
    world.closed = both
    world.check(secret, before, both)
    world.check_doors(secret)
    act(world, COORDINATOR, world.again(one), Action.UNMERGE, text=TEXT)
    world.check(secret, before, both)
    for item in map(petition_path, both):
        for to in (secret.given_to, "TTPVHCC"):
            with pytest.raises(Forbidden, check=is_closed_to_unit):
                act(world, COORDINATOR, Petition.model_validate(world.store.documents[item]), Action.ASSIGN, unit=to)
    world.machines()
    world.check(secret, before, both)


@KINDS
def test_what_its_filer_sends_again_is_kept_from_them_too(secret: Secret) -> None:
    world = Matrix()
    petition = world.subject(secret, inherited=False)
    before = set(world.store.paths("notices"))
    again = world.secret(DELAY, 2)
    world.closed = {petition.code, again.code}
    world.check(secret, before, world.closed)
    world.machines()
    world.check(secret, before, world.closed)


@WAYS
@KINDS
def test_misplaced_closed_petition_is_neither_shown_nor_notified(
    secret: Secret,
    *,
    inherited: bool,
) -> None:
    world = Matrix()
    petition = world.subject(secret, inherited=inherited)
    before, lies_with = set(world.store.paths("notices")), secret.given_to
    for state in OPEN_STATES:
        world.in_state(petition, state, lies_with, "somebody")
        world.put(petition, coordinating=[lies_with])
        world.check_doors(secret)
    world.machines()
    mails = [world.store.documents[path] for path in set(world.store.paths("notices")) - before]
    readers = {item.id: item for item in EVERYBODY}
    recipients = {mail["officer"] for mail in mails if mail["channel"] == "email" and petition.code in mail["text"]}
    assert not [item for item in recipients if secret.is_accused(readers[item])]
