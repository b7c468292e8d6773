"""The delivery of a change: a pipeline without stored keys, the approved plan, and a gradual release of the webhook."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from infra.operate.cli import main
from infra.operate.deployment import canary, ci_identity, cloud, deploy
from infra.operate.preflight.facts import NEEDS
from infra.paths import ROOT
from tests.infra.test_deploy import INDEX, OUTPUTS, TOPIC, Tools, deployed, probed, tools
from tests.infra.test_stages import change, read

pytestmark = pytest.mark.release
__all__ = ["probed", "tools"]

WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "deliver.yml").read_text())
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
SERVES = "gcloud run services describe zalo-webhook"
REVISIONS = "gcloud run revisions list"
WHERE = "--region=asia-southeast1 --project=petitions-test --quiet"


def ran(job: str) -> list[str]:
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def test_the_pipeline_checks_tests_plans_and_deploys_what_was_planned_after_a_yes() -> None:
    assert ran("check") == ["make check", "make test"]
    assert JOBS["plan"]["needs"] == "check"
    assert any('make plan ENV="$ENV"' in item for item in ran("plan"))
    assert JOBS["deploy"]["needs"] == "plan"
    assert ran("deploy")[-1] == 'make deploy ENV="$ENV" PLAN="${{ needs.plan.outputs.digest }}"'
    assert JOBS["deploy"]["environment"] == WORKFLOW["env"]["ENV"] == "prod"


def test_only_what_is_on_main_is_planned_and_jobs_may_do_no_more_than_they_need() -> None:
    assert JOBS["plan"]["if"] == "github.ref == 'refs/heads/main'"
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in JOBS["check"]
    accounts = {
        job: step["with"]["service_account"].partition("@")[0]
        for job, item in JOBS.items()
        for step in item["steps"]
        if step.get("uses", "").startswith("google-github-actions/auth@")
    }
    assert accounts == {"plan": "ci-plan", "deploy": "ci-deploy"}
    assert set(accounts.values()) == ci_identity.SAYS["accounts"].keys()


def test_the_pipeline_s_terraform_is_one_that_the_project_takes() -> None:
    versions = {s["with"]["terraform_version"] for job in JOBS.values() for s in job["steps"] if "terraform" in str(s)
                and "with" in s and "terraform_version" in s["with"]}  # fmt: skip
    (version,) = versions
    wanted = re.search(r'required_version = ">= (\d+)\.(\d+)', (ROOT / "infra/gcp/versions.tf").read_text())
    assert wanted
    assert tuple(map(int, version.split(".")))[:2] >= tuple(map(int, wanted.groups()))


def made(tools: Tools) -> list[str]:
    tools.says({"gcloud projects describe": "42"})
    ci_identity.make(cloud.CloudPlace.of("dev"), cloud.Shell(), "hanoi/petitions")
    return [call for call in tools.called() if " describe " not in call]


def test_who_plans_may_change_nothing_but_the_lock_and_who_deploys_has_a_deployer_s_rights(tools: Tools) -> None:
    calls = made(tools)
    of = {
        name: [call for call in calls if f"{name}@" in call and "--role=" in call] for name in ("ci-plan", "ci-deploy")
    }
    roles = {name: set(re.findall(r"--role=(\S+)", " ".join(item))) for name, item in of.items()}
    assert roles["ci-plan"] == {
        "roles/viewer", "roles/iam.securityReviewer", "roles/iam.workloadIdentityUser",
        "roles/storage.objectViewer", "roles/storage.objectUser",
    }  # fmt: skip
    (writes,) = (call for call in of["ci-plan"] if "objectUser" in call)
    assert 'resource.name == "projects/_/buckets/petitions-test-terraform/objects/petitions/default.tflock"' in writes
    assert roles["ci-deploy"] >= set(NEEDS["permissions"])
    who = {name: re.findall(r"--member=(principal\S+)", " ".join(item)) for name, item in of.items()}
    pool = "iam.googleapis.com/projects/42/locations/global/workloadIdentityPools/ci"
    assert who["ci-plan"] == [f"principalSet://{pool}/attribute.repository/hanoi/petitions"]
    assert who["ci-deploy"] == [f"principal://{pool}/subject/repo:hanoi/petitions:environment:dev"]


def test_an_identity_is_made_once_and_its_rights_are_given_again(tools: Tools) -> None:
    tools.says(
        {
            "gcloud iam workload-identity-pools": "there",
            "gcloud iam service-accounts describe": "there",
            "gcloud projects describe": "42",
        }
    )
    ci_identity.make(cloud.CloudPlace.of("dev"), cloud.Shell(), "hanoi/petitions")
    assert not [call for call in tools.called() if " create" in call]
    none: dict[str, str | None] = {
        "gcloud iam workload-identity-pools describe": None,
        "gcloud iam workload-identity-pools providers d": None,
    }
    tools.says(none | {"gcloud iam service-accounts describe": None, "gcloud projects describe": "42"})
    ci_identity.make(cloud.CloudPlace.of("dev"), cloud.Shell(), "hanoi/petitions")
    created = [call for call in tools.called() if " create" in call]
    assert len(created) == 4
    assert any("--attribute-condition=assertion.repository == 'hanoi/petitions'" in call for call in created)


@pytest.mark.parametrize("repository", ["petitions", "a/b/c", "a/b' || 'a' == 'a"])
def test_a_name_that_is_no_repository_makes_nothing(tools: Tools, repository: str) -> None:
    with pytest.raises(cloud.DeployError, match="REPOSITORY=owner/name"):
        ci_identity.make(cloud.CloudPlace.of("dev"), cloud.Shell(), repository)
    assert tools.changed() == []


def test_a_plan_has_the_same_name_wherever_it_is_made_and_another_when_it_changes_something_else() -> None:
    one, two = change(TOPIC, "create", after={"name": "b"}), change(INDEX, "update", before={"a": 1}, after={"a": 2})
    assert read(one, two).digest == read(two, one).digest
    assert read(one).digest != read(two).digest
    assert read(two).digest != read(change(INDEX, "delete", before={"a": 1})).digest


@pytest.mark.usefixtures("probed")
def test_only_the_plan_that_was_agreed_to_is_deployed(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    tools.says({"terraform output": OUTPUTS, "gcloud secrets versions access": "key"})
    place = cloud.CloudPlace.of("dev")
    deploy.plan(place, cloud.Shell())
    (digest,) = re.findall(r"make deploy ENV=dev PLAN=(\w+)", capsys.readouterr().out)
    with pytest.raises(cloud.DeployError, match="not the plan 000000 that was agreed to"):
        deploy.deploy(place, cloud.Shell(), yes=True, agreed="000000")
    assert not any(call.startswith("terraform apply") for call in tools.called())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cloud.Shell, "run", lambda *_, **__: None)
        deploy.deploy(place, cloud.Shell(), yes=False, agreed=digest)
    assert any(call.startswith("terraform apply") for call in tools.called())


@pytest.mark.usefixtures("probed")
def test_a_new_revision_of_the_webhook_gets_a_share_and_the_former_one_serves_meanwhile(tools: Tools) -> None:
    (tools.gcp / "dev.tfvars").write_text('project = "petitions-test"\ncanary = 10\n')
    tools.says({
        "terraform output": OUTPUTS, "gcloud secrets versions access": "key",
        f"{SERVES} --region=asia-southeast1 --project=petitions-test --quiet --format=value": "hook-1",
        REVISIONS: "hook-2\nhook-1",
    })  # fmt: skip
    deployed(tools)
    moved = [call for call in tools.called() if "update-traffic" in call]
    call = "gcloud run services update-traffic zalo-webhook --to-revisions="
    assert moved == [f"{call}hook-1=100 {WHERE}", f"{call}hook-2=10,hook-1=90 {WHERE}"]
    applied = next(at for at, call in enumerate(tools.called()) if call.startswith("terraform apply"))
    assert tools.called().index(moved[0]) < applied


@pytest.mark.usefixtures("probed")
def test_without_a_canary_or_a_new_revision_no_traffic_is_moved(tools: Tools) -> None:
    given = {"terraform output": OUTPUTS, "gcloud secrets versions access": "key"}
    tools.says({**given, REVISIONS: "hook-1", SERVES: json.dumps({})})
    deployed(tools)
    assert not [call for call in tools.called() if "update-traffic" in call]


@pytest.mark.parametrize(("share", "traffic"), [(50, "hook-2=50,hook-1=50"), (100, "hook-2=100"), (0, "hook-1=100")])
def test_a_canary_goes_on_or_back_by_one_command(tools: Tools, share: int, traffic: str) -> None:
    tools.says({REVISIONS: "hook-2\nhook-1"})
    canary.divide(cloud.CloudPlace.of("dev"), cloud.Shell(), share)
    (moved,) = (call for call in tools.called() if "update-traffic" in call)
    assert f"--to-revisions={traffic} " in moved


def test_any_function_goes_back_to_its_former_revision(tools: Tools) -> None:
    tools.says({"gcloud run revisions list --service=mail-reader": "mail-2\nmail-1"})
    assert main(["canary", "dev", "--share", "0", "--function", "mail_reader"]) == 0
    (moved,) = (call for call in tools.called() if "update-traffic" in call)
    assert moved.startswith("gcloud run services update-traffic mail-reader --to-revisions=mail-1=100 ")


def test_a_dry_canary_says_how_the_revisions_are_found(tools: Tools, capsys: pytest.CaptureFixture[str]) -> None:
    canary.divide(cloud.CloudPlace.of("dev"), cloud.Shell(dry=True), 0)
    output = capsys.readouterr().out
    assert "NEWEST and FORMER are the two that this prints: gcloud run revisions list" in output
    assert "--to-revisions=FORMER=100" in output


def test_a_webhook_that_is_not_there_has_no_canary(tools: Tools) -> None:
    tools.says({REVISIONS: None})
    with pytest.raises(cloud.DeployError, match="no revision"):
        canary.divide(cloud.CloudPlace.of("dev"), cloud.Shell(), 10)
