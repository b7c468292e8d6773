"""The profile in tests/conftest.py: a failure can be repeated, and a slow machine is none."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = """
import time
from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

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


def test_a_failure_is_printed_with_its_seed_and_its_example(tmp_path: Path) -> None:
    (tmp_path / "test_examples.py").write_text(EXAMPLES)
    call = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    call += ["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), str(tmp_path)]
    printed = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert "2 failed, 1 passed" in printed
    # pytest repeats a failure in its summary where CI is set
    assert len(set(re.findall(r"@reproduce_failure\('.*'\)", printed))) == 2
    assert len(set(re.findall(r"test_law --hypothesis-seed=(\d+)|runTest --hypothesis-seed=(\d+)", printed))) == 2
