"""The promises hold in every seed, and the simulation tells when the code breaks one."""

from __future__ import annotations

import pytest

from petitions import telemetry
from tests.simulation.__main__ import lived, quiet
from tests.simulation.invariants import INVARIANTS, violations
from tests.simulation.planted import PLANTED, caught_by

FAILED_ONCE = (23, 33, 46)
"""Seeds that have told of something: a question that was asked on before it was heard, a status, a pair of tokens."""


@pytest.fixture(autouse=True)
def unlogged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "log", quiet)


@pytest.mark.parametrize("seed", [*range(4), *FAILED_ONCE])
def test_the_promises_hold(seed: int) -> None:
    assert violations(lived(seed)) == []


@pytest.mark.faults
@pytest.mark.parametrize("first", range(1000, 1300, 20))
def test_the_promises_hold_in_three_hundred_worlds(first: int) -> None:
    for seed in range(first, first + 20):
        assert violations(lived(seed)) == [], f"make simulate FIRST={seed} SEEDS=1"


def test_a_seed_decides_everything() -> None:
    one, other = lived(5), lived(5)
    assert one.scheduler.reached == other.scheduler.reached
    assert [(user, text) for user, text, _ in one.zalo.sent] == [(user, text) for user, text, _ in other.zalo.sent]
    assert one.zalo.times == other.zalo.times


def test_each_planted_fault_breaks_a_promise_that_there_is() -> None:
    assert {each.breaks for each in PLANTED.values()} <= {each.__name__ for each in INVARIANTS}


@pytest.mark.parametrize("name", ["marked before published", "unknown for ever", "unknown is refused"])
def test_a_planted_fault_is_told(name: str) -> None:
    assert caught_by(PLANTED[name], lambda seed: violations(lived(seed)), range(5))


@pytest.mark.faults
@pytest.mark.parametrize("name", PLANTED)
def test_every_planted_fault_is_told(name: str) -> None:
    assert caught_by(PLANTED[name], lambda seed: violations(lived(seed)), range(500))
