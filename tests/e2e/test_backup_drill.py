"""`make backup-drill`: a backup is restored by the steps of the runbook, and every step succeeds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from infra.operate.recovery.backup_drill import STEPS
from tests.e2e.operator_commands import operate
from tests.e2e.stack import ROOT

pytestmark = pytest.mark.release

STACK = f"drill-{os.getpid()}"


def drill(*options: str) -> subprocess.CompletedProcess[str]:
    return operate(STACK, "backup-drill", *options, seconds=280)


@pytest.mark.skipif(os.environ.get("EMULATOR") == "google", reason="only the built-in Firestore exports every database")
def test_every_step_of_a_restore_holds() -> None:
    try:
        done = drill()
        assert done.returncode == 0, done.stdout + done.stderr
        steps = [line for line in done.stdout.splitlines() if line[:1].isdigit()]
        assert steps == [f"{number}. {step}" for number, step in enumerate(STEPS, 1)]
        assert done.stdout.splitlines()[-1].startswith("every step of a restore holds; from the loss to sending again ")
    finally:
        subprocess.run([sys.executable, "-m", "infra.local", "down", "--stack", STACK], cwd=ROOT, check=False)
        shutil.rmtree(ROOT / ".local" / STACK, ignore_errors=True)


def test_dry_run_only_lists_its_steps_and_a_users_stack_is_never_emptied() -> None:
    dry = drill("--dry-run")
    assert dry.returncode == 0
    assert [line.partition(". ")[2] for line in dry.stdout.splitlines() if line[:1].isdigit()] == list(STEPS)
    commands = [line for line in dry.stdout.splitlines() if line.startswith("   + ")]
    assert len(commands) == sum(map(len, STEPS.values()))
    restored = f"make restored STACK={STACK} DATABASE=petitions-restored FROM=petitions AT=TIME"
    assert f"   + {restored} DRY=1" in commands
    assert not (ROOT / ".local" / STACK / "data").exists()
    refused = operate("default", "backup-drill", seconds=60)
    assert refused.returncode == 2
    assert "may hold somebody's work" in refused.stderr
