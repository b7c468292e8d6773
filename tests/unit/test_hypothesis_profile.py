"""The Hypothesis settings of tests/conftest.py: the same examples every time, or repeatable new ones."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = """
import time
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

pytestmark = pytest.mark.faults

@given(st.integers())
def test_law(number):
    assert number < 1000

class Machine(RuleBasedStateMachine):
    @rule(number=st.integers())
    def takes(self, number):
        assert number < 1000

TestMachine = Machine.TestCase

@settings(max_examples=2)
@given(st.booleans())
def test_slow(_):
    time.sleep(0.3)  # longer than the deadline that hypothesis has by default
"""


def printed(folder: Path, *marks: str) -> str:
    (folder / "test_examples.py").write_text(EXAMPLES)
    call = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", *marks]
    call += ["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), str(folder)]
    return subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def test_a_failure_of_a_long_run_is_printed_with_its_seed_and_its_example(tmp_path: Path) -> None:
    output = printed(tmp_path, "-m", "faults")
    assert "2 failed, 1 passed" in output
    # with CI set, pytest repeats a failure in its summary
    assert len(set(re.findall(r"@reproduce_failure\('.*'\)", output))) == 2
    assert len(set(re.findall(r"test_law --hypothesis-seed=(\d+)|runTest --hypothesis-seed=(\d+)", output))) == 2


def test_other_runs_draw_the_same_examples(tmp_path: Path) -> None:
    first, second = (printed(tmp_path, "-m", "") for _ in "12")
    assert "2 failed, 1 passed" in first
    assert first.rpartition("2 failed")[0] == second.rpartition("2 failed")[0]
