"""The audit of dependencies reports vulnerabilities, secrets, and packages that it could not look up."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from infra.build import audit
from tests.infra.conftest import PYTHON

pytestmark = pytest.mark.release


def _answers(monkeypatch: pytest.MonkeyPatch, packages: list[dict[str, object]]) -> None:
    done = subprocess.CompletedProcess([], 0, json.dumps({"dependencies": packages}), "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)


def test_a_flaw_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    flaw = {"id": "PYSEC-1", "fix_versions": ["2.0"]}
    _answers(
        monkeypatch, [{"name": "a", "version": "1.0", "vulns": [flaw]}, {"name": "b", "version": "1", "vulns": []}]
    )
    assert audit.flaws("x.txt") == ["x.txt: a 1.0: PYSEC-1, mended in 2.0"]


@pytest.mark.parametrize(("offline", "status"), [(False, 1), (True, 0)])
def test_packages_that_cannot_be_looked_up_are_a_failure_unless_the_caller_knows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, offline: bool, status: int
) -> None:
    _answers(monkeypatch, [{"name": "a", "version": "1.0", "skip_reason": "not found"}])
    monkeypatch.setattr(audit, "secrets", list)
    assert audit.run(offline=offline) == status
    assert "WAS NOT AUDITED" in capsys.readouterr().err


def test_a_flaw_is_a_failure_offline_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "secrets", list)
    _answers(monkeypatch, [{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}])
    assert audit.run(offline=True) == 1


def test_a_secret_in_the_sources_is_found(tmp_path: Path) -> None:
    if not PYTHON.exists():
        pytest.skip("*** SECRETS WERE NOT LOOKED FOR: .venv-infra is missing; `make test-release` makes it.")
    made = "AK" + "IA" + "Z7Q2M4N6P8R1S3T5"
    (tmp_path / "settings.py").write_text(f'AWS_KEY = "{made}"\nURL = "https://user:{"x9" * 8}@example.vn/"\n')
    assert audit.secrets(tmp_path)
