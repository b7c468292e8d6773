"""The verbs of a deployment, with a gcloud and a terraform of the test's own that note what they are told."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra import manifest as declared
from infra.build import package
from infra.operate.cli import main
from infra.operate.deployment import adopt, cloud, deploy
from infra.paths import GCP

pytestmark = pytest.mark.release

TOOL = """#!{python}
import json, os, sys
said = [os.path.basename(sys.argv[0]), *sys.argv[1:]]
with open({log!r}, "a") as log:
    log.write(json.dumps(said) + "\\n")
answers = json.load(open({answers!r}))
for words, answer in answers.items():
    if " ".join(said).startswith(words):
        if answer is None:
            sys.exit(1)
        print(answer)
        sys.exit()
"""


class Tools:
    """A folder with the two tools; `answers` maps the beginning of a command to its answer, None to a failure."""

    def __init__(self, folder: Path, gcp: Path) -> None:
        self.gcp = gcp
        self._log, self._answers = folder / "log", folder / "answers"
        self._log.touch()
        for name in ("gcloud", "terraform"):
            tool = folder / name
            tool.write_text(TOOL.format(python=sys.executable, log=str(self._log), answers=str(self._answers)))
            tool.chmod(0o755)
        self.says({})

    def says(self, answers: dict[str, str | None]) -> None:
        every = {f"gcloud secrets versions list {secret}": "1" for secret in adopt.secrets().values()}
        self._answers.write_text(json.dumps(answers | {k: v for k, v in every.items() if k not in answers}))

    def called(self) -> list[str]:
        return [" ".join(json.loads(line)) for line in self._log.read_text().splitlines()]

    def changed(self) -> list[str]:
        """What changes something, shortened."""
        asked = (
            "gcloud auth",
            "gcloud secrets versions list",
            "gcloud storage buckets describe",
            "gcloud secrets describe",
            "gcloud firestore databases describe",
            "gcloud run services describe",
            "gcloud firestore backups schedules list",
            "gcloud firestore indexes composite list",
            "terraform state list",
        )
        return [call for call in self.called() if not call.startswith(asked)]


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.defpath}")
    gcp = tmp_path / "infra" / "gcp"
    gcp.mkdir(parents=True)
    (gcp / "dev.tfvars").write_text('project = "petitions-test"\nregion  = "asia-southeast1"\n')
    shutil.copy(GCP / "firestore.indexes.json", gcp)
    monkeypatch.setattr(cloud, "ROOT", tmp_path)
    for module in (cloud, adopt, deploy):
        monkeypatch.setattr(module, "GCP", gcp)
    monkeypatch.setattr(package, "TARGET", tmp_path / "package")
    monkeypatch.setattr(package, "build", lambda: {"intake": "intake.zip"})
    return Tools(folder, gcp)


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    asked: list[tuple[str, ...]] = []

    def answer(*told: str) -> str:
        asked.append(told)
        return "probe"

    monkeypatch.setattr(deploy, "probe_answer", answer)
    return asked


RESTORED = "petitions-restored"
OUTPUTS = json.dumps(
    {name: {"value": f"the-{name}"} for name in ("webhook_url", "zalo_app_id", "zalo_oa_id", "load_balancer_address")}
)


def test_a_deployment_goes_indexes_consumers_producers_data_probe(
    tools: Tools, probed: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    tools.says({"terraform output": OUTPUTS, "gcloud secrets versions access": "key-one,key-two"})
    ran: list[str] = []
    shell = cloud.Shell()
    original: Callable[..., subprocess.CompletedProcess[str]] = subprocess.run
    with pytest.MonkeyPatch.context() as patch:

        def noted(command: list[str], **more: object) -> subprocess.CompletedProcess[str]:
            if "infra.operate" in command:
                ran.append("load")
                return subprocess.CompletedProcess(command, 0, "", "")
            if "apply" in command:
                ran.append(" ".join(word for word in command if word.startswith("-target")))
            return original(command, **more)

        patch.setattr(subprocess, "run", noted)
        deploy.deploy(cloud.CloudPlace.of("dev"), shell, yes=True)
    indexes, first, everything, load = ran
    assert "google_firestore_index" in indexes
    assert first == " ".join(f'-target=module.function["{name}"]' for name in deploy.consumers())
    assert "zalo_webhook" not in first
    assert (everything, load) == ("", "load")
    assert probed == [("the-webhook_url", "the-zalo_app_id", "the-zalo_oa_id", "key-one")]
    assert "key-one" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"gcloud auth print-access-token": None}, "gcloud auth login"),
        ({"gcloud auth application-default": None}, "application-default login"),
        ({"gcloud storage buckets describe": None}, "make bootstrap ENV=dev"),
        ({"gcloud secrets versions list id-key": ""}, "The secret id-key has no value"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_changed(
    tools: Tools, answers: dict[str, str | None], words: str
) -> None:
    tools.says(answers)
    with pytest.raises(cloud.DeployError, match=words):
        deploy.deploy(cloud.CloudPlace.of("dev"), cloud.Shell(), yes=True)
    assert tools.changed() == []


def test_missing_tools_and_files_are_said(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(cloud.DeployError, match=r"copy prod\.tfvars\.example"):
        cloud.CloudPlace.of("prod")
    monkeypatch.setenv("PATH", "/nowhere")
    found = deploy.faults(cloud.CloudPlace.of("dev"), cloud.Shell(), secrets_too=True)
    assert [fault.split()[0] for fault in found] == ["terraform", "gcloud"]


@pytest.mark.parametrize("verb", [deploy.bootstrap, deploy.plan, deploy.logs, deploy.smoke])
def test_dry_nothing_is_changed(tools: Tools, verb: Callable[[cloud.CloudPlace, cloud.Shell], None]) -> None:
    verb(cloud.CloudPlace.of("dev"), cloud.Shell(dry=True))
    assert tools.changed() == []


@pytest.mark.parametrize("verb", [deploy.deploy, deploy.destroy])
def test_dry_nothing_is_deployed_or_destroyed(tools: Tools, verb: Callable[..., None]) -> None:
    verb(cloud.CloudPlace.of("dev"), cloud.Shell(dry=True), yes=False)
    assert tools.changed() == []


def test_bootstrap_makes_the_bucket_once(tools: Tools) -> None:
    tools.says({"gcloud storage buckets describe": None})
    deploy.bootstrap(cloud.CloudPlace.of("dev"), cloud.Shell())
    assert any("buckets create gs://petitions-test-terraform" in call for call in tools.changed())
    before = len(tools.changed())
    tools.says({"gcloud storage buckets describe": "there"})
    deploy.bootstrap(cloud.CloudPlace.of("dev"), cloud.Shell())
    assert not any("buckets create" in call for call in tools.changed()[before:])


def test_the_warm_function_is_boosted_if_the_platform_did_not(tools: Tools) -> None:
    deploy.boost(cloud.CloudPlace.of("dev"), cloud.Shell())
    (call,) = tools.changed()
    assert call.startswith("gcloud run services update zalo-webhook --cpu-boost --region=asia-southeast1")
    tools.says({"gcloud run services describe zalo-webhook": "true"})
    deploy.boost(cloud.CloudPlace.of("dev"), cloud.Shell())
    assert tools.changed() == [call]


def test_data_that_are_there_and_not_in_the_state_are_taken_back(tools: Tools) -> None:
    index = json.loads((tools.gcp / "firestore.indexes.json").read_text())["indexes"][0]
    folder = "projects/petitions-test/databases/petitions"
    listed = {
        "name": f"{folder}/collectionGroups/{index['collectionGroup']}/indexes/ix1",
        "fields": [*index["fields"], {"fieldPath": "__name__", "order": "ASCENDING"}],
    }
    tools.says(
        {
            "terraform state list": 'google_firestore_database.data["channel"]',
            "gcloud firestore databases describe --database=petitions": "there",
            "gcloud firestore databases describe --database=channel": "there",
            "gcloud storage buckets describe gs://petitions-test-logs": "there",
            "gcloud secrets describe id-key": "there",
            "gcloud firestore backups schedules list --database=petitions": json.dumps(
                [{"name": f"{folder}/backupSchedules/b1", "weeklyRecurrence": {"day": "SUNDAY"}}]
            ),
            "gcloud firestore indexes composite list": json.dumps([listed]),
        }
    )
    adopt.adopt(cloud.CloudPlace.of("dev"), cloud.Shell(), ["-input=false"])
    (key, *_) = adopt.index_keys(tools.gcp / "firestore.indexes.json", "petitions")
    taken = [tuple(call.split()[3:]) for call in tools.called() if call.startswith("terraform import")]
    assert sorted(taken) == sorted(
        [
            ('google_firestore_database.data["petitions"]', folder),
            ('google_storage_bucket.data["logs"]', "petitions-test-logs"),
            ('google_secret_manager_secret.this["ID_KEY"]', "projects/petitions-test/secrets/id-key"),
            ('google_firestore_backup_schedule.weekly["petitions"]', f"{folder}/backupSchedules/b1"),
            (f'google_firestore_index.this["{key}"]', listed["name"]),
        ]
    )


def test_a_restored_database_is_taken_in_with_its_indexes(tools: Tools) -> None:
    (tools.gcp / "dev.tfvars").write_text('project = "petitions-test"\npetitions_database = "petitions-restored"\n')
    former, restored = (
        adopt.index_keys(tools.gcp / "firestore.indexes.json", name) for name in ("petitions", RESTORED)
    )
    index = json.loads((tools.gcp / "firestore.indexes.json").read_text())["indexes"][0]
    name = f"projects/petitions-test/databases/{RESTORED}/collectionGroups/{index['collectionGroup']}/indexes/ix7"
    tools.says(
        {
            "terraform state list": "\n".join(f'google_firestore_index.this["{key}"]' for key in former),
            f"gcloud firestore databases describe --database={RESTORED}": "there",
            f"gcloud firestore indexes composite list --database={RESTORED}": json.dumps([{**index, "name": name}]),
        }
    )
    adopt.adopt(cloud.CloudPlace.of("dev"), cloud.Shell(), [])
    taken = {tuple(call.split()[2:]) for call in tools.called() if call.startswith("terraform import")}
    assert taken == {
        (f'google_firestore_database.data["{RESTORED}"]', f"projects/petitions-test/databases/{RESTORED}"),
        (f'google_firestore_index.this["{restored[0]}"]', name),
    }


def test_what_a_plan_may_not_destroy_is_left_by_destroy_and_known_to_adopt() -> None:
    protected = set()
    for path in (GCP).rglob("*.tf"):
        for block in path.read_text().split('\nresource "')[1:]:
            if "prevent_destroy = true" in block.split("\nresource ", 1)[0]:
                kind, _, name = block.split('"')[:3]
                protected.add(f"{kind}.{name}")
    assert protected
    assert [address for address in protected if not address.startswith(adopt.KEPT_RESOURCES)] == []


def test_dry_without_credentials_says_what_is_missing_and_shows_the_steps(
    tools: Tools, capsys: pytest.CaptureFixture[str]
) -> None:
    tools.says({"gcloud auth": None})
    assert main(["deploy", "dev", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "missing: gcloud is not signed in: gcloud auth login" in said
    assert "+ terraform plan" in said
    assert tools.changed() == []


def test_destroying_leaves_data(tools: Tools) -> None:
    data = ['google_firestore_database.data["petitions"]', 'google_secret_manager_secret.this["ID_KEY"]']
    tools.says({"terraform state list": "\n".join([*data, 'module.function["intake"].google_service_account.this'])})
    deploy.destroy(cloud.CloudPlace.of("dev"), cloud.Shell(), yes=True)
    calls = [call for call in tools.changed() if call.startswith(("terraform state rm", "terraform destroy"))]
    assert calls[:2] == [f"terraform state rm {address}" for address in data]
    assert calls[2].startswith("terraform destroy")


def test_a_failed_step_stops_the_rest(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    tools.says({"terraform apply": None})
    assert main(["deploy", "dev", "--yes"]) == 1
    assert sum(call.startswith("terraform apply") for call in tools.called()) == 1
    assert "terraform failed" in capsys.readouterr().err


def test_nobody_to_ask_is_no_yes(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(cloud.DeployError, match="YES=1"):
        deploy.deploy(cloud.CloudPlace.of("dev"), cloud.Shell(), yes=False)
    assert not any("apply" in call for call in tools.called())


def test_consumers_are_the_functions_that_take_messages() -> None:
    assert set(deploy.consumers()) == {sub.function for sub in declared.load().subscriptions.values() if sub.function}
