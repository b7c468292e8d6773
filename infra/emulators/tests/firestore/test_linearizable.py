"""Concurrent transactions of several clients are linearizable, even if replies are lost. The check itself can fail."""

from __future__ import annotations

import math

import pytest

from infra.emulators.testing.firestore_server import FirestoreServer
from infra.emulators.tests.firestore.model.concurrent_history import CLIENTS, OPERATIONS, REGISTERS, played
from infra.emulators.tests.firestore.model.linearizability import Operation, linearizable


@pytest.mark.parametrize("seed", range(3))
def test_transactions_are_linearizable(firestore_server: FirestoreServer, seed: int) -> None:
    check(played(firestore_server, seed))


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(100, 130))
def test_many_transactions_are_linearizable(firestore_server: FirestoreServer, seed: int) -> None:
    check(played(firestore_server, seed))


def check(history: list[Operation]) -> None:
    assert len(history) == CLIENTS * OPERATIONS
    assert sum(not operation.answered for operation in history) > 0
    initial = dict.fromkeys(REGISTERS, 0)
    assert linearizable(history, initial)
    assert not linearizable(spoiled(history), initial)


def spoiled(history: list[Operation]) -> list[Operation]:
    later = max(operation.end for operation in history if operation.answered)
    return [*history, Operation(later + 1, later + 2, {"x": 0, "y": 0, "z": 0})]


BEGIN = {"x": 0, "y": 0}
HISTORIES: dict[str, tuple[list[Operation], bool]] = {
    "nothing": ([], True),
    "read after write": ([Operation(0, 1, {}, {"x": 1}), Operation(2, 3, {"x": 1})], True),
    "stale read": ([Operation(0, 1, {}, {"x": 1}), Operation(2, 3, {"x": 0})], False),
    "overlapping read, old": ([Operation(0, 3, {}, {"x": 1}), Operation(1, 2, {"x": 0})], True),
    "overlapping read, new": ([Operation(0, 3, {}, {"x": 1}), Operation(1, 2, {"x": 1})], True),
    "new, then old": (
        [Operation(0, 9, {}, {"x": 1}), Operation(1, 2, {"x": 1}), Operation(3, 4, {"x": 0})],
        False,
    ),
    "lost update": (
        [Operation(0, 3, {"x": 0}, {"x": 1}), Operation(1, 4, {"x": 0}, {"x": 2}), Operation(5, 6, {"x": 2})],
        False,
    ),
    "write skew": (
        [Operation(0, 3, {"x": 0, "y": 0}, {"x": 1}), Operation(1, 4, {"x": 0, "y": 0}, {"y": 1})],
        False,
    ),
    "half a write": ([Operation(0, 1, {}, {"x": 1, "y": 1}), Operation(2, 3, {"x": 1, "y": 0})], False),
    "from nowhere": ([Operation(0, 1, {"x": 7})], False),
    "never answered, took effect": ([Operation(0, math.inf, {}, {"x": 1}), Operation(5, 6, {"x": 1})], True),
    "never answered, no effect": ([Operation(0, math.inf, {}, {"x": 1}), Operation(5, 6, {"x": 0})], True),
    "never answered, came and went": (
        [Operation(0, math.inf, {}, {"x": 1}), Operation(5, 6, {"x": 1}), Operation(7, 8, {"x": 0})],
        False,
    ),
}


@pytest.mark.parametrize("case", HISTORIES)
def test_the_checker(case: str) -> None:
    history, expected = HISTORIES[case]
    assert linearizable(history, BEGIN) is expected
