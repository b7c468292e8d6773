"""Fixtures with Terraform's engine, on a copy of infra/gcp and with a stub in place of the Google provider."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra import manifest as declared

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-infra" / "bin" / "python"
VARIABLES: dict[str, Any] = {
    "project": "petitions-test",
    "data_location": "synthetic-data-only",
    "domain": "pakn.example.vn",
    "officers_group": "officers@example.vn",
    "operators_email": "operators@example.vn",
    "billing_account": "012345-6789AB-CDEF01",
    "settings": {
        "ZALO_APP_ID": "1",
        "ZALO_OA_ID": "2",
        "ZALO_CHAT_URL": "https://zalo.me/2",
        "PORTAL_URL": "https://portal.example.vn",
        "PORTAL_USERNAME": "hanoi",
        "PORTAL_UNIT_CODE": "H26",
        "PORTAL_DSTCODE": "VN:GOV",
        "PRIVACY_PROVIDER": "Google Cloud",
        "PRIVACY_STORED_IN": "Singapore",
        "PRIVACY_ABROAD": "yes",
        "PETITIONS_KEPT_YEARS": "10",
    },
}


@dataclass(frozen=True)
class Engine:
    folder: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a Terraform command. Return the ended process, whatever its status."""
        call = [str(PYTHON), "-m", "infra.rehearsal.stub.engine", str(self.folder), *command]
        environment = {**os.environ, "CHECKPOINT_DISABLE": "1"}
        return subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)

    def copy(self, target: Path) -> Engine:
        shutil.copytree(self.folder.parents[1], target)
        return Engine(target / "infra" / "gcp")

    def plan(self, **changes: Any) -> dict[str, Any]:
        """Return the plan as JSON after these changes of variables. Fail with the engine's output if there is none."""
        self.given(**changes)
        made = self.run("plan", "-no-color", "-input=false", "-out=plan.bin")
        assert made.returncode == 0, made.stdout + made.stderr
        shown = self.run("show", "-json", "plan.bin")
        assert shown.returncode == 0, shown.stderr
        plan: dict[str, Any] = json.loads(shown.stdout)
        return plan

    def refused(self, **changes: Any) -> str:
        self.given(**changes)
        made = self.run("plan", "-no-color", "-input=false", "-out=plan.bin")
        assert made.returncode != 0
        return made.stdout + made.stderr

    def given(self, **changes: Any) -> None:
        variables = VARIABLES | {"archives": self.archives()} | changes
        (self.folder / "test.auto.tfvars.json").write_text(json.dumps(variables))

    def apply(self, **changes: Any) -> None:
        self.given(**changes)
        done = self.run("apply", "-no-color", "-input=false", "-auto-approve")
        assert done.returncode == 0, done.stdout + done.stderr

    def archives(self) -> dict[str, str]:
        folder = self.folder / "../../.build/package"
        folder.mkdir(parents=True, exist_ok=True)
        names = {name: f"{name}-{'0' * 64}.zip" for name in declared.load().functions}
        for name in names.values():
            (folder / name).touch()
        return names


def copied(target: Path) -> Engine:
    folder = target / "infra" / "gcp"
    shutil.copytree(
        ROOT / "infra" / "gcp", folder, ignore=shutil.ignore_patterns(".terraform*", "*.tfvars*", "adopted.tf")
    )
    (target / "functions").mkdir()
    shutil.copy(declared.MANIFEST, target / "functions")
    versions = folder / "versions.tf"
    before, _, after = versions.read_text().partition('  backend "gcs" {\n')
    assert after
    versions.write_text(before + after.split("  }\n", 1)[1])
    engine = Engine(folder)
    made = engine.run("init", "-no-color")
    assert made.returncode == 0, made.stdout + made.stderr
    return engine


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An engine for tests that change only variables. Skips the tests if Terraform is not installed."""
    if not PYTHON.exists():
        pytest.skip("*** TERRAFORM WAS NOT TESTED: .venv-infra is missing; `make test-release` makes it.")
    return copied(tmp_path_factory.mktemp("gcp"))


@pytest.fixture(scope="session")
def plan(engine: Engine) -> dict[str, Any]:
    return engine.plan()
