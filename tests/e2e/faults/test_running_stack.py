"""Cases of faults on the running system: nothing is lost, doubled or blamed on others, and all comes to rest."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.e2e.faults.at_rest import broken
from tests.e2e.faults.cases import CASES
from tests.e2e.faults.harness import HEAD, Harness, Row
from tests.e2e.faults.phones import Phones
from tests.fakes import FakeStore
from tests.simulation.promises.read_world import AtRest

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("name", [name for name in CASES if name != "calm"])
def test_the_promises_hold_on_the_running_stack(name: str, rows: list[Row]) -> None:
    row = Harness(name, CASES[name])()
    rows.append(row)
    assert (row.broken, row.incomplete, row.lost) == ([], 0, 0), f"{HEAD}\n{row.line()}"


def _first(store: FakeStore, folder: str) -> str:
    return next(path for path in store.documents if f"{folder}/" in path)


def _without(folder: str) -> Callable[[FakeStore, Phones], None]:
    def spoil(store: FakeStore, _: Phones) -> None:
        del store.documents[_first(store, folder)]

    return spoil


def _with(folder: str, **fields: object) -> Callable[[FakeStore, Phones], None]:
    def spoil(store: FakeStore, _: Phones) -> None:
        store.documents[_first(store, folder)] |= fields

    return spoil


SPOILED: dict[str, Callable[[FakeStore, Phones], object]] = {
    "every_event_is_in_one_place": _without("inputs"),
    "every_goal_is_reached_once": _without("petitions"),
    "nobody_is_told_twice": lambda _, phones: phones.messages.append(phones.messages[-1]),
    "everybody_is_told": lambda _, phones: phones.messages.append(phones.messages.pop() | {"text": "khác"}),
    "every_commit_is_published": _with("inbox", unpublished_since=datetime.now(UTC)),
    "nothing_waits_for_nobody": _with("notices", state="planned"),
    "histories_are_whole": _without("history"),
    "the_public_sees_what_is": _with("petitions", state="accepted"),
}
"""Damage to the stored data after a run, by the promise that it must break."""


def test_without_faults_all_promises_hold_and_spoiled_data_is_detected(rows: list[Row]) -> None:
    harness = Harness("calm", CASES["calm"])
    rows.append(harness())
    assert (rows[-1].broken, rows[-1].incomplete) == ([], 0)
    world, messages = harness.rest.world, harness.phones.messages
    documents = copy.deepcopy(world.store.documents)
    for promise, spoil in SPOILED.items():
        world.store.documents.clear()
        world.store.documents.update(copy.deepcopy(documents))
        harness.phones.messages = [*messages]
        spoil(world.store, harness.phones)
        assert promise in {name for name, _ in broken(AtRest(world))}, promise
