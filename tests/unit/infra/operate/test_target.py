"""The target of an operator's command, and its message if tools or credentials are missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from google.auth.exceptions import DefaultCredentialsError

from infra.operate import cli, load, target
from infra.operate.deployment import cloud
from infra.operate.errors import OperatorError
from infra.operate.options import Selection


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(target, "_opened", lambda _name, _project, *where: found.append(where))
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    return found


def gcloud(folder: Path, patch: pytest.MonkeyPatch, script: str) -> None:
    tool = folder / "gcloud"
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    patch.setenv("PATH", f"{folder}{os.pathsep}{os.defpath}")


def test_a_command_works_on_the_database_that_the_functions_use(
    opened: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = "asia-southeast1-pubsub.googleapis.com"
    answer = f"petitions-restored\\thttps://{host}"
    gcloud(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/asked; printf "{answer}\\n"')
    target.target(Selection(project="p"))
    target.target(Selection(project="p", database="petitions"))
    assert opened == [("petitions-restored", host), ("petitions", host)]
    gcloud(tmp_path, monkeypatch, "exit 1")
    target.target(Selection(project="p", database="petitions"))
    assert opened[2:] == [("petitions", target.EVERYWHERE)]
    asked = (tmp_path / "asked").read_text()
    assert asked.startswith("functions list --project=p ")


def test_database_publisher_and_name_are_of_one_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FirestoreStore", "PubsubPublisher"):
        monkeypatch.setattr(target, name, lambda *given, name=name: (name, *given))
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    gcloud(tmp_path, monkeypatch, "exit 1")
    found = target.target(Selection(project="hanoi", database="restored"))
    assert (found.name, found.project) == ("project hanoi, database restored", "hanoi")
    made: tuple[object, ...] = (found.store, found.publisher)
    assert made == (("FirestoreStore", "hanoi", "restored"), ("PubsubPublisher", "hanoi", target.EVERYWHERE))


def test_with_an_emulators_address_no_project_is_opened(
    opened: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:8080")
    with pytest.raises(OperatorError, match="unset it"):
        target.target(Selection(project="p"))
    assert opened == []


@pytest.mark.parametrize("script", ["exit 1", "echo"])
def test_it_guesses_no_database(
    opened: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    gcloud(tmp_path, monkeypatch, script)
    with pytest.raises(OperatorError, match=r"gcloud auth login, or name it \(make: DATABASE=petitions\)"):
        target.target(Selection(project="p"))
    assert opened == []


def test_missing_credentials_are_reported(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refused(_: Selection) -> None:
        raise DefaultCredentialsError("none were found")

    monkeypatch.setattr(load, "target", refused)
    assert cli.main(["load", "--project", "p"]) == 1
    assert "gcloud auth application-default login" in capsys.readouterr().err


def test_missing_tool_is_reported_and_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    shell = cloud.Shell()
    assert shell.ask("gcloud", "version") is None
    for run in (shell.run, shell.attempt):
        with pytest.raises(cloud.DeployError, match="terraform is not installed"):
            run("terraform", "version")
    cloud.Shell(dry=True).run("terraform", "version")
    assert cloud.Shell(dry=True).attempt("terraform", "version") is None


def test_name_of_a_functions_setting_is_no_variable(tmp_path: Path) -> None:
    file = tmp_path / "dev.tfvars"
    file.write_text(
        'project = "p"\nsettings = {\n  region = "europe-west1"\n  ZALO_TEMPLATES = "{\\"a\\": {\\"id\\": 1}}"\n'
        '  petitions_database = "other"\n}\n  domain = "example.vn"\n'
    )
    names = ("project", "region", "petitions_database", "domain")
    assert [cloud.setting(file, name) for name in names] == ["p", None, None, "example.vn"]
    assert cloud.CloudPlace("dev", "p", file).region == "asia-southeast1"
