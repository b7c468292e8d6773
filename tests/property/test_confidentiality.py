"""Random actions on confidential petitions: their data reach nobody without access.

Name, telephone and text of every petition contain unique words. The test looks for them in the portal, the public
database, mails, messages between functions, logs, and everything that officers can open, list or reveal.
"""

from __future__ import annotations

import io
import json
import random
from contextlib import redirect_stdout
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.domain.lifecycle.lifecycle import Action, Role, allowed
from petitions.domain.lifecycle.states import Level
from petitions.domain.officers.officer import Officer
from petitions.domain.officers.policy import Permission, may
from petitions.domain.petition.classification import GivenClassification
from petitions.domain.petition.petition import Petition
from petitions.errors import NotFound, Rejected
from petitions.usecases.desk.work_list_query import views
from petitions.usecases.petition.note_petition import NoteKind
from tests.fakes import FakeIds
from tests.portal_parts import PortalParts
from tests.unit.petition.handling import ANSWER, WHY_NONE, act
from tests.unit.petition.secret_matters import (
    COMPLAINT,
    DELAY,
    DENUNCIATION,
    HEAD,
    PEOPLE,
    STAFF,
    UNITS,
    WARD,
    SecretWorld,
    marks,
)
from tests.unit.portal.model import ModelPortal

STORIES = (DELAY, HEAD, STAFF, DENUNCIATION, COMPLAINT)
TEXT = "Theo quy định của thành phố"
RARE = {Action.WITHDRAW, Action.REFUSE, Action.MERGE, Action.TRANSFER_OUT}
CLASSES = ("pakn", "vbqppl", "complaint", "denunciation")
STEP = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from((1, 30, 24 * 60)))
PORTAL_CLASSES = {"pakn", "vbqppl"}


class Life(SecretWorld):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.model = ModelPortal()
        self.there = PortalParts(self.store, self.publisher, self.clock, FakeIds(), self.model)
        self.codes = [self.secret(story, number).code for number, story in enumerate(STORIES)]
        self.checked_effects, self.mailed = 0, set[str]()
        self.done: set[str] = set()

    def now(self, code: str) -> Petition:
        return Petition.model_validate(self.store.documents[f"petitions/{code}"])

    def tries(self, choice: int, other: int) -> None:
        """Let an officer try an action from the table of steps. The desk may refuse it."""
        petition = self.now(self.codes[choice % len(self.codes)])
        holders = [person for person in PEOPLE if person.unit == petition.unit or person.role is Role.COORDINATOR]
        who = holders[other % len(holders)] if choice % 4 else PEOPLE[other % len(PEOPLE)]
        if not choice % 11:
            self.asks_for_help(who, petition, UNITS[other % len(UNITS)])
            return
        rows = [row.action for row in allowed(petition.state, who.role)]
        rows = [item for item in rows if item not in RARE or not other % 9]
        if rows:
            # Mostly the usual next step, which the table names first. Otherwise no petition gets past its beginning.
            action = rows[0] if choice % 3 else rows[(choice // 5 + other) % len(rows)]
            self.does(who, petition, action, choice + other)

    def asks_for_help(self, who: Officer, petition: Petition, unit: str) -> None:
        try:
            self.note(who, petition.code, NoteKind.COORDINATE, TEXT, unit)
            self.done.add("help")
        except Rejected:
            return

    def does(self, who: Officer, petition: Petition, action: Action, choice: int) -> None:
        decided: dict[str, Any] = {}
        if not choice % 3:
            decided["accused"] = (WARD, "", "SXD", "VPUB")[choice % 4]
        if not choice % 4:
            decided["petition_class"] = CLASSES[choice // 7 % 4]
        given: dict[str, Any] = {
            "text": ANSWER if action is Action.SUBMIT_ANSWER else TEXT,
            "no_evidence": WHY_NONE,
            "summary": "Việc trả kết quả chậm",
            "unit": UNITS[choice % len(UNITS)],
            "level": list(Level)[choice % 3],
            "amount": 1,
            "classified": GivenClassification.model_validate(decided),
        }
        if action is Action.MERGE:
            given["text"] = self.codes[choice % len(self.codes)]
        try:
            act(self, who, petition, action, **given)
            self.done.add(action)
        except Rejected:
            return

    def machines(self) -> None:
        self.relay()
        for code in self.codes:
            self.there.push(code)
        self.there.sweep()
        self.reminders()
        self.news()
        self.digests()

    def check(self) -> None:
        self.check_portal()
        self.check_mails()
        for petition in map(self.now, self.codes):
            self.check_unit(petition)
            for who in PEOPLE:
                if self.is_closed(who, petition):
                    for permission in (Permission.READ, Permission.REVEAL, Permission.ACT, Permission.NOTE):
                        assert not may(who, permission, petition), (who.id, permission)

    def check_lists(self) -> None:
        """Check that lists, pages and searches show no petition to officers without access."""
        for who in PEOPLE:
            closed = {petition.code for petition in map(self.now, self.codes) if self.is_closed(who, petition)}
            for view in views(who):
                assert not closed & {line.code for line in self.lists(who, view).lines}
            for code in closed:
                with pytest.raises(NotFound):
                    self.pages.find(who, code)
                with pytest.raises(NotFound):
                    self.reveal(who, code, "Muốn biết ai gửi")

    def check_portal(self) -> None:
        effects, self.checked_effects = self.model.effects[self.checked_effects :], len(self.model.effects)
        for key, item in effects:
            petition = self.now(key.partition(":")[0])
            assert petition.classified, key
            assert petition.petition_class in PORTAL_CLASSES, key
            for number, code in enumerate(self.codes):
                if code != petition.code:
                    assert not any(mark in repr(item) for mark in marks(number)), "of another petition"

    def check_mails(self) -> None:
        """Check that the new mails name no petition hidden from their recipients now."""
        paths = set(self.store.paths("notices")) - self.mailed
        self.mailed |= paths
        fresh = [item for item in map(self.store.documents.__getitem__, paths) if item["channel"] == "email"]
        units = {person.id: person.unit for person in PEOPLE}
        for item in fresh:
            mail = f"{item.get('subject')} {item['text']}"
            assert not any(mark in mail for number in range(len(STORIES)) for mark in marks(number))
            for code in self.codes:
                if code in mail:
                    reader = units[item["officer"]]
                    assert reader not in closed_for(self.now(code)) or reader == "VPUB", item["kind"]

    def check_unit(self, petition: Petition) -> None:
        closed = closed_for(petition)
        assert not closed & {petition.unit, *petition.coordinating}
        for other in (petition.merged_into, *petition.absorbed):
            assert other is None or closed_for(self.now(other)) == closed, (petition.code, other)
        if "denunciation" in closed:
            assert {petition.unit, *petition.coordinating} == {office_for(closed)}
        if petition.classified is None:
            assert petition.coordinating == []

    @staticmethod
    def is_closed(who: Officer, petition: Petition) -> bool:
        closed = closed_for(petition)
        if who.role is Role.COORDINATOR:
            return who.unit in closed
        if "VPUB" in closed:
            return who.unit != office_for(closed)
        if closed & {"denunciation", who.unit}:
            return True
        return who.unit not in {petition.unit, *petition.coordinating} and who.role is not Role.INSPECTOR


def closed_for(petition: Petition) -> set[str]:
    """Return the units and classes from which the petition is hidden, also because of petitions merged with it."""
    own = {petition.accused, petition.petition_class} & {*UNITS, "complaint", "denunciation"}
    return {*map(str, own), *petition.closed_with}


def office_for(closed: set[str]) -> str:
    """Return the office in charge of a petition hidden from `closed`: the coordinators or the inspectorate."""
    return "TTTP" if "VPUB" in closed else "VPUB"


def lives(steps: list[tuple[int, int, int]]) -> Life:
    log = io.StringIO()
    with redirect_stdout(log):
        world = Life()
        for choice, other, minutes in steps:
            world.clock.advance(minutes=minutes)
            world.tries(choice, other)
            world.machines()
            world.check()
        world.check_lists()
        written = json.dumps(
            [world.public.documents, [message.data for message in world.publisher.published]], default=str
        )
    for number in range(len(STORIES)):
        for mark in marks(number):
            assert mark not in written + log.getvalue(), mark
    return world


@settings(max_examples=25)
@given(st.lists(STEP, min_size=8, max_size=24))
def test_no_life_of_a_petition_tells_anybody_what_is_kept_from_them(steps: list[tuple[int, int, int]]) -> None:
    lives(steps)


def test_the_lives_come_to_acceptance_help_answers_and_corrections() -> None:
    """The property proves nothing about steps that never occur in the random lives."""
    done, effects = set[str](), 0
    for seed in range(8):
        chance = random.Random(seed)
        world = lives([(chance.randrange(10_000), chance.randrange(10_000), 1) for _ in range(50)])
        done |= world.done
        effects += len(world.model.effects)
    assert {"help", Action.ACCEPT, Action.ASSIGN, Action.CLASSIFY, Action.SUBMIT_ANSWER} <= done
    assert effects
