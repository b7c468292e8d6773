"""The steps left after an interruption or another officer's step, for a viewer of an earlier version."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from petitions.domain.lifecycle.lifecycle import Action
from petitions.domain.lifecycle.states import Role, State
from petitions.domain.petition.history_entry import history_path
from petitions.domain.petition.petition import Contact, Petition
from petitions.domain.shared.records import replace
from petitions.domain.units.directory import UNKNOWN_OFFICE
from petitions.usecases.lifecycle.act_on_petition import ActOnPetition
from petitions.usecases.lifecycle.take_up import TakeUp, steps_together
from tests.fakes import FakeClock, FakeStore
from tests.unit.petition.handling import officer

ME, OTHER = officer("SXD"), officer("SXD", name="binh")
ACCEPT, ASSIGN, START = Action.ACCEPT, Action.ASSIGN, Action.START
SEEN = 4


def left(*done: tuple[str, Action], state: State = State.NEW) -> tuple[Action, ...] | None:
    store = FakeStore()
    for number, (actor, action) in enumerate(done, 1):
        store.create(history_path("HN-1", SEEN + number), {"actor": actor, "action": action})
    petition = Petition(
        code="HN-1", citizen="c", title="t", content="t", address="a", contact=Contact(name="n", phone="p"),
        unit="SXD", state=state, filed_at=FakeClock().now(), version=SEEN + len(done),
    )  # fmt: skip
    return TakeUp(cast("ActOnPetition", SimpleNamespace(store=store))).left(ME, SEEN, petition)


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ([(ME.id, ACCEPT)], (ASSIGN, START)),
        ([(ME.id, ACCEPT), (ME.id, ASSIGN)], (START,)),
        ([(ME.id, ACCEPT), (ME.id, ASSIGN), (ME.id, START)], ()),
        ([(ME.id, ASSIGN)], (START,)),
        ([(ME.id, ASSIGN), (ME.id, START)], ()),
        ([(ME.id, START)], ()),
        ([(OTHER.id, ACCEPT)], None),
        ([(ME.id, ACCEPT), (OTHER.id, ASSIGN)], None),
        ([(ME.id, ACCEPT), (ME.id, START)], None),
        ([(ME.id, Action.EXTEND)], None),
        ([(ME.id, ACCEPT), (ME.id, ASSIGN), (ME.id, START), (ME.id, Action.EXTEND)], None),
    ],
)
def test_the_steps_that_are_missing_of_ones_own(
    done: list[tuple[str, Action]], expected: tuple[Action, ...] | None
) -> None:
    assert left(*done) == expected


def test_nothing_is_left_where_nothing_can_be_taken_together() -> None:
    assert left(state=State.NEW) == (ACCEPT, ASSIGN, START)
    assert left(state=State.ACCEPTED) == (ASSIGN, START)
    assert left(state=State.ASSIGNED) is None
    assert left(state=State.CLOSED) is None


@pytest.mark.parametrize(
    ("role", "accepted"),
    [(Role.OFFICER, (ASSIGN, START)), (Role.HEAD, (ASSIGN, START)), (Role.COORDINATOR, ()), (Role.INSPECTOR, ())],
)
def test_one_step_alone_is_not_taken_together(role: Role, accepted: tuple[Action, ...]) -> None:
    petition = Petition(
        code="HN-1", citizen="c", title="t", content="t", address="a", contact=Contact(name="n", phone="p"),
        unit="SXD", state=State.NEW, filed_at=FakeClock().now(),
    )  # fmt: skip
    for state in (State.ACCEPTED, State.RETURNED):
        assert steps_together(role, replace(petition, state=state)) == accepted
    all_steps = () if role is Role.INSPECTOR else (ACCEPT, ASSIGN, *accepted[1:])
    assert steps_together(role, petition) == all_steps
    assert steps_together(role, replace(petition, closed_with=[UNKNOWN_OFFICE])) == ()
