"""The commands of a deployment, run with a fake gcloud and a fake terraform that record their arguments."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from infra import manifest as declared
from infra.build import package
from infra.operate.cli import main
from infra.operate.deployment import adopt, cloud, deploy, made_secrets, patience, services, stages
from infra.operate.preflight import preflight
from infra.paths import GCP

pytestmark = pytest.mark.release

TOOL = """#!{python}
import json, os, sys
call = [os.path.basename(sys.argv[0]), *sys.argv[1:]]
with open({log!r}, "a") as log:
    log.write(json.dumps(call) + "\\n")
answers = json.load(open({answers!r}))
for words, answer in answers.items():
    if " ".join(call).startswith(words):
        if answer is None:
            sys.exit(1)
        print(answer)
        sys.exit()
"""


INDEX, TOPIC = "google_firestore_index.this", "google_pubsub_topic.b"
FUNCTION = 'module.function["intake"].google_cloudfunctions2_function.this'


def planned(*addresses: str) -> str:
    made = {"actions": ["create"], "before": None}
    return json.dumps(
        {
            "resource_changes": [
                {"address": address, "type": address.partition(".")[0], "change": made} for address in addresses
            ]
        }
    )


class Tools:
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
        every |= self.plans(INDEX, FUNCTION, TOPIC)
        self._answers.write_text(json.dumps(answers | {k: v for k, v in every.items() if k not in answers}))

    def plans(self, index: str = "", function: str = "", topic: str = "") -> dict[str, str]:
        shown = {
            "whole": (index, function, topic),
            "indexes": (index,),
            "consumers": (function,),
            "everything": (topic,),
        }
        shown["containers"] = ("google_secret_manager_secret.this",)
        folder = package.TARGET.parent / "plans"
        return {
            f"terraform show -json {folder}/{name}.tfplan": planned(*filter(None, item)) for name, item in shown.items()
        }

    def called(self) -> list[str]:
        return [" ".join(json.loads(line)) for line in self._log.read_text().splitlines()]

    def changed(self) -> list[str]:
        asked = (
            "gcloud auth",
            "gcloud secrets versions list",
            "gcloud storage buckets describe",
            "gcloud storage cat",
            "gcloud storage ls",
            "gcloud secrets describe",
            "gcloud firestore databases describe",
            "gcloud run services describe",
            "gcloud firestore backups schedules list",
            "gcloud firestore indexes composite list",
            "gcloud functions list",
            "terraform state list",
            "terraform show",
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
    for module in (cloud, adopt, deploy, stages):
        monkeypatch.setattr(module, "GCP", gcp)
    monkeypatch.setattr(package, "TARGET", tmp_path / "package")
    monkeypatch.setattr(package, "build", lambda: {"intake": "intake.zip"})
    monkeypatch.setattr(preflight, "report", lambda *_: [])  # tests/infra/rehearsal/test_preflight.py
    return Tools(folder, gcp)


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    asked: list[tuple[str, ...]] = []

    def answer(*arguments: str) -> str:
        asked.append(arguments)
        return "probe"

    monkeypatch.setattr(deploy, "probe_answer", answer)
    return asked


RESTORED = "petitions-restored"
OUTPUTS = json.dumps(
    {name: {"value": f"the-{name}"} for name in ("webhook_url", "zalo_app_id", "zalo_oa_id", "load_balancer_address")}
)


def deployed(tools: Tools) -> list[str]:
    ran: list[str] = []
    original: Callable[..., subprocess.CompletedProcess[str]] = subprocess.run
    with pytest.MonkeyPatch.context() as patch:

        def noted(command: list[str], **more: object) -> subprocess.CompletedProcess[str]:
            if "infra.operate" in command:
                ran.append(" ".join(command[2:]))
                return subprocess.CompletedProcess(command, 0, "", "")
            return original(command, **more)

        patch.setattr(subprocess, "run", noted)
        deploy.deploy(cloud.CloudPlace.of("dev"), cloud.Shell(), yes=True)
    plans = {file: call for call in tools.called() for file in re.findall(r"^terraform plan .*-out=(\S+)", call)}
    applied = [plans[call.split()[-1]] for call in tools.called() if call.startswith("terraform apply")]
    return [" ".join(word for word in call.split() if word.startswith("-target")) for call in applied] + ran


def test_a_deployment_goes_indexes_consumers_producers_data_probe(
    tools: Tools, probed: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    tools.says({"terraform output": OUTPUTS, "gcloud secrets versions access": "key-one,key-two"})
    indexes, first, everything, load = deployed(tools)
    assert "google_firestore_index" in indexes
    assert first == " ".join(f'-target=module.function["{name}"]' for name in deploy.consumers())
    assert "zalo_webhook" not in first
    assert everything == ""
    assert load == "infra.operate load --project petitions-test --database petitions --yes"
    assert probed == [("the-webhook_url", "the-zalo_app_id", "the-zalo_oa_id", "key-one")]
    assert "key-one" not in capsys.readouterr().out


@pytest.mark.usefixtures("probed")
@pytest.mark.parametrize(
    ("changed", "stages_planned"),
    [
        ({}, []),
        ({"index": INDEX}, ["indexes"]),
        ({"function": FUNCTION}, ["consumers"]),
        ({"index": INDEX, "function": FUNCTION}, ["indexes", "consumers"]),
        ({"topic": TOPIC}, ["everything"]),
        ({"function": FUNCTION, "topic": TOPIC}, ["consumers", "everything"]),
    ],
)
def test_a_stage_of_which_nothing_was_shown_is_not_planned(
    tools: Tools, changed: dict[str, str], stages_planned: list[str]
) -> None:
    """Planning a stage without changes would read all its resources from Google once more."""
    tools.says({"terraform output": OUTPUTS, "gcloud secrets versions access": "key", **tools.plans(**changed)})
    deployed(tools)
    files = [found[1] for call in tools.called() if (found := re.search(r"-out=\S*/(\w+)\.tfplan", call))]
    assert files == ["whole", *stages_planned]


@pytest.mark.usefixtures("probed")
def test_after_a_restore_data_are_loaded_into_the_database_that_the_functions_use(tools: Tools) -> None:
    (tools.gcp / "dev.tfvars").write_text(f'project = "petitions-test"\npetitions_database = "{RESTORED}"\n')
    tools.says({"terraform output": OUTPUTS, "gcloud secrets versions access": "key"})
    assert f"--database {RESTORED}" in deployed(tools)[-1]


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


@pytest.mark.parametrize("verb", [deploy.bootstrap, deploy.plan, deploy.smoke])
def test_dry_nothing_is_changed(tools: Tools, verb: Callable[[cloud.CloudPlace, cloud.Shell], None]) -> None:
    verb(cloud.CloudPlace.of("dev"), cloud.Shell(dry=True))
    assert tools.changed() == []


@pytest.mark.parametrize("verb", [deploy.deploy, deploy.destroy])
def test_dry_nothing_is_deployed_or_destroyed(tools: Tools, verb: Callable[..., None]) -> None:
    verb(cloud.CloudPlace.of("dev"), cloud.Shell(dry=True), yes=False)
    assert tools.changed() == []


def test_bootstrap_draws_what_nobody_gives_once_and_never_again(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A secret that has any version, even a disabled one, is kept, because citizens' ids depend on it."""
    drawn: list[str] = []
    monkeypatch.setitem(made_secrets.MADE, "id-key", lambda: drawn.append("d" * 64) or "d" * 64)  # type: ignore[func-returns-value]
    never = {f"gcloud secrets versions list {name}": "" for name in ("id-key", "imap-password")}
    tools.says({**never, "gcloud secrets versions list seal-keys": None})
    deploy.bootstrap(cloud.CloudPlace.of("dev"), cloud.Shell())
    assert [call for call in tools.called() if "versions add" in call] == [
        f"gcloud secrets versions add {name} --data-file=- --project=petitions-test"
        for name in ("id-key", "imap-password")
    ]
    assert drawn == ["d" * 64]
    assert "d" * 64 not in capsys.readouterr().out + "".join(tools.called())
    listed = [call for call in tools.called() if "versions list id-key" in call]
    assert not any("state=enabled" in call for call in listed)


def test_bootstrap_makes_the_bucket_once(tools: Tools) -> None:
    tools.says({"gcloud storage buckets describe": None})
    deploy.bootstrap(cloud.CloudPlace.of("dev"), cloud.Shell())
    assert any("buckets create gs://petitions-test-terraform" in call for call in tools.changed())
    before = len(tools.changed())
    tools.says({"gcloud storage buckets describe": "there"})
    deploy.bootstrap(cloud.CloudPlace.of("dev"), cloud.Shell())
    assert not any("buckets create" in call for call in tools.changed()[before:])


def described(**annotations: str) -> str:
    return json.dumps({"metadata": {"annotations": annotations}, "spec": {"template": {"metadata": {}}}})


def test_what_a_function_cannot_be_told_its_service_is_told_once(tools: Tools) -> None:
    """A service called without an account checks no caller. The one kept warm gets a CPU boost at its start."""
    assert set(services.wanted()) == {"zalo-webhook", "desk", "public-site", "citizen-page"}
    services.switch(cloud.CloudPlace.of("dev"), cloud.Shell())
    where = "--region=asia-southeast1 --project=petitions-test --quiet"
    all_four = [
        f"gcloud run services update zalo-webhook --no-invoker-iam-check --cpu-boost {where}",
        f"gcloud run services update desk --no-invoker-iam-check {where}",
        f"gcloud run services update public-site --no-invoker-iam-check {where}",
        f"gcloud run services update citizen-page --no-invoker-iam-check {where}",
    ]
    assert tools.changed() == all_four
    opened = {"run.googleapis.com/invoker-iam-disabled": "True"}  # as gcloud writes it
    boosted = opened | {"run.googleapis.com/startup-cpu-boost": "true"}
    tools.says(
        {
            "gcloud run services describe zalo-webhook": described(**boosted),
            "gcloud run services describe desk": described(**opened),
            "gcloud run services describe public-site": described(**opened),
            "gcloud run services describe citizen-page": described(**opened),
        }
    )
    services.switch(cloud.CloudPlace.of("dev"), cloud.Shell())
    assert tools.changed() == all_four
    # A deployment has switched one of the settings off again.
    tools.says(
        {
            "gcloud run services describe zalo-webhook": described(**boosted),
            "gcloud run services describe desk": described(**opened),
            "gcloud run services describe public-site": described(
                **{"run.googleapis.com/invoker-iam-disabled": "false"}
            ),
            "gcloud run services describe citizen-page": described(**opened),
        }
    )
    services.switch(cloud.CloudPlace.of("dev"), cloud.Shell())
    assert tools.changed() == [*all_four, all_four[2]]


METRIC = """
\u2502 Error: Error creating AlertPolicy: googleapi: Error 404: Cannot find metric that
\u2502 matches type = "logging.googleapis.com/user/dead_letter". If a metric was
\u2502 created recently, it could take up to 10 minutes to become available.
"""
METRICS = """
\u2502 Error: Error creating AlertPolicy: googleapi: Error 404: Cannot find metric(s) that match type =
\u2502 "logging.googleapis.com/user/error_total". If a metric was created recently, it could take up to 10 minutes
\u2502 to become available. Please try again soon.
"""
"""Google's error messages of 2022 and 2026."""
SOURCE = """
\u2502 Error: Error waiting to create function: Error code 13, message: Build failed with status: FAILURE and message:
\u2502 failed to Fetch: Access to bucket gcf-v2-sources-1-asia-southeast1 denied. You must grant Storage Object Viewer
\u2502 permission to build-intake@petitions-test.iam.gserviceaccount.com.
"""
VALIDATION = "\u2502 Error: Invalid value for variable\n"
UNKNOWN = "\u2502 Error: Error creating Address: googleapi: Error 403: The moon is in the wrong house\n"
INSTANCES = """
\u2502 Error: Error creating function: googleapi: Error 400: Could not create Cloud Run service intake.
\u2502 spec.template.metadata.annotations[autoscaling.knative.dev/maxScale]: Max instances must be set to 10 or fewer to
\u2502 set the requested total CPU.
"""
"""Google's error message from googlecodelabs/feedback 1856."""


class Terraform:
    """A stand-in for terraform with given results of `apply`. `slept` is the total of its pauses, in seconds."""

    def __init__(self, patch: pytest.MonkeyPatch, *ends: str | None) -> None:
        self.ends, self.slept = list(ends), 0.0
        patch.setattr(time, "sleep", self._sleep)
        patch.setattr(time, "monotonic", lambda: self.slept)

    def __call__(self) -> str | None:
        return self.ends.pop(0)

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds


def test_what_google_does_not_know_yet_is_applied_again_until_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    terraform = Terraform(monkeypatch, METRIC, METRICS + SOURCE, METRICS, None)
    patience.until_known(terraform)
    assert (terraform.ends, terraform.slept) == ([], 180)


@pytest.mark.parametrize("words", [VALIDATION, METRIC + VALIDATION, "terraform crashed"])
def test_an_error_of_terraform_s_own_stops_at_once(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    terraform = Terraform(monkeypatch, words, None)
    with pytest.raises(cloud.DeployError, match="terraform failed"):
        patience.until_known(terraform)
    assert (terraform.ends, terraform.slept) == ([None], 0)


def test_unknown_words_of_google_s_are_waited_for_briefly_and_then_printed_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    patience.until_known(Terraform(monkeypatch, UNKNOWN, None))
    terraform = Terraform(monkeypatch, *[METRIC + UNKNOWN] * 30)
    with pytest.raises(cloud.DeployError, match="googleapi: Error 403: The moon is in the wrong house"):
        patience.until_known(terraform)
    assert terraform.slept == patience.UNKNOWN_SECONDS


def test_a_refusal_that_stays_is_printed_with_its_cure_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    terraform = Terraform(monkeypatch, INSTANCES, None)
    with pytest.raises(cloud.DeployError, match="mend: set max_instances"):
        patience.until_known(terraform)
    assert terraform.slept == 0


def test_every_refusal_is_known_by_its_own_words_and_has_a_source() -> None:
    passes, stays = patience.REFUSALS["passes"], patience.REFUSALS["stays"]
    assert len(passes) + len(stays) >= 40
    assert [
        row["example"] for row in [*passes, *stays] if not (re.search(row["words"], row["example"]) and row["source"])
    ] == []
    for one, other in ((passes, stays), (stays, passes)):
        assert [row["example"] for row in one if any(re.search(item["words"], row["example"]) for item in other)] == []


@pytest.mark.parametrize("row", patience.REFUSALS["passes"], ids=lambda row: row["about"])
def test_each_refusal_that_passes_is_waited_for(monkeypatch: pytest.MonkeyPatch, row: dict[str, str]) -> None:
    words = f"\u2502 Error: Error creating it: googleapi: {row['example']}\n"
    terraform = Terraform(monkeypatch, *[words] * 10, None)
    patience.until_known(terraform)
    assert terraform.slept == 600


@pytest.mark.parametrize("row", patience.REFUSALS["stays"], ids=lambda row: row["cure"][:40])
def test_each_refusal_that_stays_is_printed_with_its_cure(monkeypatch: pytest.MonkeyPatch, row: dict[str, str]) -> None:
    words = f"\u2502 Error: Error creating it: googleapi: {row['example']}\n"
    with pytest.raises(cloud.DeployError) as refused:
        patience.until_known(Terraform(monkeypatch, words))
    assert row["cure"] in str(refused.value)


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    terraform = Terraform(monkeypatch, *[METRIC] * 30)
    with pytest.raises(cloud.DeployError, match="run this again in a while"):
        patience.until_known(terraform)
    assert patience.GIVE_UP_SECONDS <= terraform.slept <= patience.GIVE_UP_SECONDS + patience.PAUSE_SECONDS


def test_what_a_step_says_is_shown_and_kept(tools: Tools, capfd: pytest.CaptureFixture[str]) -> None:
    tools.says({"terraform apply": None})
    shell = cloud.Shell()
    assert shell.attempt(sys.executable, "-c", "print('words'); exit(1)") == "words\n"
    assert "words" in capfd.readouterr().out
    assert shell.attempt(sys.executable, "-c", "print('words')") is None


def taken_in(tools: Tools) -> list[tuple[str, str]]:
    with adopt.adopted(cloud.CloudPlace.of("dev"), cloud.Shell()):
        text = (tools.gcp / adopt.FILE).read_text()
    assert not (tools.gcp / adopt.FILE).exists()
    return re.findall(r'import \{\n  to = (.+)\n  id = "(.+)"\n\}\n', text)


def test_dry_nothing_is_taken_in(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    tools.says({"gcloud secrets describe id-key": "there"})
    with adopt.adopted(cloud.CloudPlace.of("dev"), cloud.Shell(dry=True)):
        assert not (tools.gcp / adopt.FILE).exists()
    assert "google_secret_manager_secret.this" in capsys.readouterr().out


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
    (key, *_) = adopt.index_keys(tools.gcp / "firestore.indexes.json", "petitions")
    assert sorted(taken_in(tools)) == sorted(
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
    assert set(taken_in(tools)) == {
        (f'google_firestore_database.data["{RESTORED}"]', f"projects/petitions-test/databases/{RESTORED}"),
        (f'google_firestore_index.this["{restored[0]}"]', name),
    }


def test_a_database_that_was_restored_and_left_again_is_no_business_of_terraforms(tools: Tools) -> None:
    (tools.gcp / "dev.tfvars").write_text(f'project = "petitions-test"\npetitions_database = "{RESTORED}-2"\n')
    stays = [
        'google_firestore_database.data["petitions"]',
        'google_firestore_database.data["channel"]',
        f'google_firestore_database.data["{RESTORED}-2"]',
        f'google_firestore_index.this["{RESTORED}-2-notices-state.ascending"]',
        'google_firestore_index.this["petitions-notices-state.ascending"]',
        'google_firestore_field.this["tries-tries-expires_at"]',
        "google_pubsub_topic.this",
    ]
    left = [
        f'google_firestore_database.data["{RESTORED}"]',
        f'google_firestore_backup_schedule.daily["{RESTORED}"]',
        f'google_firestore_index.this["{RESTORED}-notices-state.ascending"]',
        f'google_firestore_field.this["{RESTORED}-inbox-expires_at"]',
    ]
    tools.says({"terraform state list": "\n".join(sorted([*stays, *left]))})
    adopt.forget(cloud.CloudPlace.of("dev"), cloud.Shell())
    (call,) = tools.changed()
    assert call == "terraform state rm " + " ".join(sorted(left))
    tools.says({"terraform state list": "\n".join(stays)})
    adopt.forget(cloud.CloudPlace.of("dev"), cloud.Shell())
    assert tools.changed() == [call]


def test_what_a_plan_may_not_destroy_is_left_by_destroy_and_known_to_adopt() -> None:
    protected = set()
    for path in (GCP).rglob("*.tf"):
        for block in path.read_text().split('\nresource "')[1:]:
            if "prevent_destroy = true" in block.split("\nresource ", 1)[0]:
                kind, _, name = block.split('"')[:3]
                protected.add(f"{kind}.{name}")
    assert protected
    assert [address for address in protected if not address.startswith(adopt.KEPT_RESOURCES)] == []


def test_logs_need_a_project_and_gcloud_alone(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    (tools.gcp / "dev.tfvars").unlink()
    assert main(["logs", "dev", "--dry-run"]) == 1
    assert "gcloud storage cp gs://PROJECT-terraform/dev.tfvars" in capsys.readouterr().err
    assert main(["logs", "dev", "--project", "p", "--dry-run"]) == 0
    assert "+ gcloud logging read" in capsys.readouterr().out
    tools.says({"gcloud auth": None})
    assert main(["logs", "dev", "--project", "p"]) == 1
    assert "gcloud is not signed in" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["plan", "deploy", "test-alert", "canary --share 0", "smoke"])
def test_a_dry_run_needs_a_project_alone(tools: Tools, capsys: pytest.CaptureFixture[str], verb: str) -> None:
    (tools.gcp / "dev.tfvars").unlink()
    words = [*verb.split(), "dev", "--project", "p"]
    assert main(words) == 1
    fetch = "gcloud storage cp gs://p-terraform/dev.tfvars infra/gcp/dev.tfvars --project=p"
    assert fetch in capsys.readouterr().err
    assert main([*words, "--dry-run"]) == 0
    output = capsys.readouterr().out
    assert fetch in output
    assert "\n+ " in output
    assert tools.changed() == [call for call in tools.called() if call.startswith("gcloud run revisions list")]


def test_a_project_that_is_not_the_file_s_is_refused(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test-alert", "dev", "--project", "p"]) == 1
    assert "dev.tfvars is of the project petitions-test, not of p" in capsys.readouterr().err
    assert tools.called() == []


def test_dry_without_credentials_says_what_is_missing_and_shows_the_steps(
    tools: Tools, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    def unasked(*_: object) -> None:
        raise cloud.DeployError("gcloud is not signed in: gcloud auth login")

    tools.says({"gcloud auth": None})
    monkeypatch.setattr(package, "build", never)
    monkeypatch.setattr(preflight, "report", unasked)
    assert main(["deploy", "dev", "--dry-run"]) == 0
    output = capsys.readouterr().out
    assert "the preflight was not run" in output
    assert "+ POST a signed deploy_probe to the webhook\nNOT PLANNED: " in output
    assert "missing: gcloud is not signed in: gcloud auth login" in output
    assert "+ terraform plan" in output
    assert tools.changed() == []


@pytest.mark.parametrize("verb", ["plan", "deploy"])
@pytest.mark.parametrize(("answers", "reason"), [({"gcloud auth": None}, "gcloud is not signed in"), ({}, "a dry run")])
def test_what_was_not_planned_is_not_said_to_change_nothing(
    tools: Tools, capsys: pytest.CaptureFixture[str], verb: str, answers: dict[str, str | None], reason: str
) -> None:
    tools.says(answers)
    assert main([verb, "dev", "--dry-run"]) == 0
    output = capsys.readouterr().out
    assert f"NOT PLANNED: {reason}" in output
    assert not re.search(r"nothing changes|\b0 changes|PLAN=", output)


@pytest.mark.usefixtures("probed")
def test_a_deployment_names_the_commits_and_records_its_own(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    at = "gs://petitions-test-terraform/petitions/deployed"
    names = ["2026-12-01_20:00:00_aaaa", "2026-12-01_21:00:00_bbbb", "2026-12-01_21:30:00_bbbb"]
    named = "Deployed: bbbb since 2026-12-01 21:00 (Hanoi). Before it: aaaa since 2026-12-01 20:00 (Hanoi)."
    given: dict[str, str | None] = {
        "terraform output": OUTPUTS,
        "gcloud secrets versions access": "key",
        f"gcloud storage ls {at}/": "\n".join(f"{at}/{name}" for name in names),
    }
    tools.says(given)
    for verb in (["plan", "dev"], ["canary", "dev", "--share", "0", "--dry-run"]):
        assert main(verb) == 0
        assert named in capsys.readouterr().out
    deployed(tools)
    output = capsys.readouterr().out
    assert named in output
    assert output.index("Packaging the functions: ") < output.index("packaged intake.zip")
    calls = tools.called()
    (record,) = (place for place, call in enumerate(calls) if call.startswith(f"gcloud storage cp - {at}/20"))
    assert record < next(place for place, call in enumerate(calls) if call.startswith("terraform apply"))
    tools.says({**given, **tools.plans()})
    deployed(tools)
    assert sum("storage cp" in call for call in tools.called()) == 1, "a deployment that changes nothing is none"


@pytest.mark.parametrize("verb", ["bootstrap", "plan", "deploy", "destroy", "logs", "smoke"])
def test_without_tools_a_verb_says_so_and_a_dry_one_shows_its_steps(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert main([verb, "dev", "--dry-run"]) == 0
    output = capsys.readouterr().out
    tool = "gcloud" if verb == "logs" else "terraform"
    assert f"missing: {tool} is not installed" in output
    assert "\n+ " in output
    assert main([verb, "dev"]) == 1
    assert "gcloud is not installed" in capsys.readouterr().err
    assert tools.called() == []


def test_a_line_of_the_log_that_is_no_json_of_ours_is_shown(tools: Tools) -> None:
    deploy.logs("petitions-test", cloud.Shell())
    (call,) = tools.changed()
    assert "firstof(jsonPayload.message,textPayload,httpRequest.status):label=MESSAGE" in call
    assert "jsonPayload.reason,jsonPayload.error)" in call
    assert main(["logs", "dev", "--function", "mail_reader", "--since", "1h"]) == 0
    call = tools.changed()[-1]
    assert 'severity>=WARNING AND resource.labels.service_name="mail-reader" --project' in call
    assert "--freshness=1h" in call


def test_destroying_says_what_goes_and_leaves_data(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    data = ['google_firestore_database.data["petitions"]', 'google_secret_manager_secret.this["ID_KEY"]']
    tools.says({"terraform state list": "\n".join([*data, 'module.function["intake"].google_service_account.this'])})
    deploy.destroy(cloud.CloudPlace.of("dev"), cloud.Shell(), yes=True)
    calls = [call for call in tools.changed() if call.startswith(("terraform state rm", "terraform destroy"))]
    assert calls[0] == f"terraform state rm {' '.join(data)}"
    assert calls[1].startswith("terraform destroy")
    output = capsys.readouterr().out
    assert output.index("DESTROYED, 1 in all:") < output.index("STAYS, 2 in all") < output.index("+ terraform state rm")


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
