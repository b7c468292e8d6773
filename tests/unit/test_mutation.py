"""Mutation testing distinguishes a test that notices a planted fault from one that does not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutation.mutants import Mutant, compiled, draw, mutants_of
from tests.mutation.nearest import ROOMS, modules_of
from tests.mutation.running import Outcome, Trial

ROOT = Path(__file__).resolve().parents[2]
MODULE, TESTS = Path("planted_room.py"), Path("test_planted_room.py")
CODE = """
from functools import lru_cache

LIMIT = 3
SPARE = 7

def is_over(count):
    return count > LIMIT

def is_late(days):
    return days > 5

@lru_cache
def fee(days):
    return days * 2

def nobody_calls():
    return 1

def settle(days):
    while days > 0:
        days -= 1
    return days
"""
CODE_OF_TESTS = """
from planted_room import fee, is_late, is_over, settle

def test_over():
    assert is_over(4) and not is_over(3)

def test_late():
    assert is_late(9) and not is_late(1)

def test_fee():
    assert fee(3) == 6

def test_settled():
    assert settle(3) == 0

def test_that_fails_anyhow():
    assert fee(4) == 0
"""


def mutants(code: str) -> list[Mutant]:
    return list(mutants_of(MODULE, ast.parse(code)))


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Outcome]:
    tmp_path = tmp_path_factory.mktemp("mutated")
    (tmp_path / MODULE).write_text(CODE)
    (tmp_path / TESTS).write_text(CODE_OF_TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    tree = ast.parse(CODE)
    drawn = draw(mutants_of(MODULE, tree), 100, seed=1)
    codes = {tmp_path / MODULE: compiled(tree, drawn, tmp_path / MODULE)}
    trial = Trial(drawn, codes, {MODULE: {TESTS: 1}}, tmp_path, seconds=20, hang_seconds=0.5)
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(tmp_path)
        return {(mutant.within, mutant.after): outcome for mutant, outcome in trial.outcomes()}


def test_every_mutant_is_told_of_by_the_test_that_notices_it(outcomes: dict[tuple[str, str], Outcome]) -> None:
    by = {key: outcome.by.rpartition("::")[2] for key, outcome in outcomes.items() if outcome.is_killed}
    assert by == {
        ("is_over", "return count >= LIMIT"): "test_over",
        ("", "LIMIT = 4"): "test_over",
        ("", "LIMIT = 2"): "test_over",
        ("fee", "return days // 2"): "test_fee",
        ("fee", "return days * 3"): "test_fee",
        ("fee", "return days * 1"): "test_fee",
        ("settle", "days > 1"): "test_settled",
        ("settle", "days > -1"): "test_settled",
        ("settle", "days >= 0"): "test_settled",
        ("settle", "days -= 2"): "test_settled",
        ("settle", "days -= 0"): "a test does not end",
    }


def test_the_others_survive_and_it_is_said_whether_a_test_reached_them(
    outcomes: dict[tuple[str, str], Outcome],
) -> None:
    survivors = {key: outcome.by for key, outcome in outcomes.items() if not outcome.is_killed}
    assert survivors == {
        ("is_late", "return days >= 5"): "",
        ("is_late", "return days > 6"): "",
        ("is_late", "return days > 4"): "",
        ("", "SPARE = 8"): "",
        ("", "SPARE = 6"): "",
        ("nobody_calls", "return 2"): "not reached by a near test",
        ("nobody_calls", "return 0"): "not reached by a near test",
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a < b", {"a <= b"}),
        ("a is None", {"a is not None"}),
        ("a = not b", {"a = b"}),
        ("a = b and c", {"a = b or c", "a = b", "a = c"}),
        ("a = b if c else d", {"a = b if not c else d"}),
        ("a = b - c", {"a = b + c"}),
        ("a = 'x' + b", set()),
        ("a: Annotated[int, 3] = True", {"a: Annotated[int, 3] = False"}),
        ("f(a, b, 'c')", {"pass", "f(b, a, 'c')"}),
        ("min(a)", {"pass", "max(a)"}),
        ("def f():\n    return {'a': g(b=c)}", {"return {}", "return {'a': g()}"}),
        ("f()\ng()", {"pass", "g()\nf()"}),
        ("while a:\n    a = f()", {"not a"}),
        ("for a in b:\n    if a:\n        continue", {"pass", "not a"}),
        ("[a for a in b if a]", {"[a for a in b if True]"}),
        ("if TYPE_CHECKING:\n    a = 1", set()),
    ],
)
def test_what_is_planted(code: str, expected: set[str]) -> None:
    assert {mutant.after for mutant in mutants(code)} == expected


def test_a_draw_takes_all_kinds_in_turns_and_is_the_same_for_the_same_seed() -> None:
    code = "a = (1, 2, 3, 4, 5, 6, 7)\nb = not c\nd = e < f"
    first = draw(mutants(code), 6, seed=5)
    assert [mutant.kind for mutant in first] == ["edge", "not", "number", "number", "number", "number"]
    assert [mutant.after for mutant in first] == [mutant.after for mutant in draw(mutants(code), 6, seed=5)]
    assert [mutant.number for mutant in first] == [1, 2, 3, 4, 5, 6]


def test_every_room_has_modules_and_every_equivalent_mutant_is_still_one() -> None:
    from tests.mutation.__main__ import equivalents  # noqa: PLC0415

    known = {
        mutant.key
        for room in ROOMS
        for path in modules_of(ROOT, room)
        for mutant in mutants_of(path, ast.parse((ROOT / path).read_text(encoding="utf-8")))
    }
    assert all(modules_of(ROOT, room) for room in ROOMS)
    assert [key for key in equivalents() if key not in known] == []
    assert all(equivalents().values())
