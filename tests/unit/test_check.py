"""The end of `make check`: steps that pass, fail, or count as not checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import check

NEAR = [Path("tests/unit/test_first.py"), Path("tests/unit/test_second.py")]


def checked(monkeypatch: pytest.MonkeyPatch, tests: int, *, failed: bool = False, faults: tuple[str, ...] = ()) -> int:
    def run(_: list[Path], budget: check.Budget) -> int:
        budget.run, budget.failed = tests, failed
        return len(NEAR)

    monkeypatch.setattr(check, "tests_of", lambda _: NEAR)
    monkeypatch.setattr(check, "run", run)
    monkeypatch.setattr(check, "lint", lambda: list(faults))
    return check.main()


def test_fewer_than_the_least_number_of_tests_is_not_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(monkeypatch, check.LEAST - 1) == 2
    assert "NOT CHECKED: 299 tests are fewer than 300" in capsys.readouterr().out


def test_least_number_of_tests_is_checked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(monkeypatch, check.LEAST) == 0
    assert "NOT CHECKED" not in capsys.readouterr().out


def test_fault_of_lint_or_of_a_test_fails_however_few_ran(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked(monkeypatch, 8, faults=("*** mypy",)) == 1
    assert checked(monkeypatch, 8, failed=True) == 1


def test_no_test_is_begun_when_the_time_is_up() -> None:
    budget = check.Budget(seconds=-1)
    assert check.run(NEAR, budget) == 0
    assert budget.run == 0
