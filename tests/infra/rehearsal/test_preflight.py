"""The checks before a deployment find every planted fault, and report it with its remedy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.operate.deployment.cloud import CloudPlace, DeployError, Shell
from infra.operate.preflight import preflight
from infra.operate.preflight.facts import NEEDS, Fault
from infra.rehearsal.control_plane import project
from infra.rehearsal.control_plane.server import Served
from infra.rehearsal.control_plane.state import Stored
from tests.infra.conftest import VARIABLES
from tests.infra.rehearsal.conftest import PROJECT

pytestmark = pytest.mark.release

WAKES = f"projects/{PROJECT}/notificationChannels/1"
KEY = f"projects/{PROJECT}/locations/asia-southeast1/keyRings/r/cryptoKeys/k"


class Signed(Shell):
    terraform = "Terraform v1.11.4\non linux_amd64"

    def ask(self, *command: str, cwd: Path = Path()) -> str | None:
        answers = {"gcloud auth": "token", "gcloud config": "an@example.vn", "terraform version": self.terraform}
        return answers.get(" ".join(command[:2]))


class SignedOut(Signed):
    def ask(self, *command: str, cwd: Path = Path()) -> str | None:
        return None


class Place:
    def __init__(self, served: Served, folder: Path) -> None:
        self.switches, self.state = served.plane.state.switches, served.plane.state
        self.file, self.configuration = folder / "dev.tfvars", folder / "gcloud"
        self.configuration.mkdir()
        self.credentials(quota_project_id=PROJECT)
        self.variables: dict[str, Any] = VARIABLES | {"kms_key": KEY, "wake_channels": [WAKES]}
        self.shell = Signed()
        self.switches |= {
            "keys": {KEY: {"primary": {"state": "ENABLED"}}},
            "org-policies": {
                "gcp.resourceLocations": [{"values": {"allowedValues": ["in:asia-southeast1-locations"]}}],
                "iam.allowedPolicyMemberDomains": [{"values": {"allowedValues": ["is:C0abc1234"]}}],
                "run.managed.requireInvokerIam": [{"enforce": False}],
            },
        }

    def credentials(self, **kept: str) -> None:
        file = self.configuration / "application_default_credentials.json"
        file.write_text(json.dumps({"type": "authorized_user", **kept}))

    def policy(self, constraint: str, **rule: Any) -> None:
        self.switches["org-policies"] |= {constraint: [rule]}

    def found(self) -> list[Fault]:
        lines = [
            f"{name} = {json.dumps(value)}" for name, value in self.variables.items() if not isinstance(value, dict)
        ]
        given = [f"  {name} = {json.dumps(value)}" for name, value in self.variables["settings"].items()]
        self.file.write_text("\n".join([*lines, "settings = {", *given, "}", ""]))
        return preflight.found(CloudPlace("dev", PROJECT, self.file), self.shell)[0]


@pytest.fixture
def place(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    made = Place(served, tmp_path)
    for name, value in served.for_gcloud(str(made.configuration)).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    return made


def without(place: Place, name: str) -> None:
    place.variables = {key: value for key, value in place.variables.items() if key != name}


def settings(place: Place, **changed: str | None) -> None:
    after = {**place.variables["settings"], **changed}
    place.variables |= {"settings": {name: value for name, value in after.items() if value is not None}}


def old_database(place: Place) -> None:
    name = f"projects/{PROJECT}/databases/petitions"
    body = {"name": name, "locationId": "us-central1"}
    place.state.resources[f"firestore/{name}"] = Stored(name, "firestore.projects.databases", body, 0, 0)


def old_terraform(place: Place) -> None:
    place.shell.__class__ = type("Old", (Signed,), {"terraform": "Terraform v1.5.7"})


def demanded_key(place: Place) -> None:
    place.policy("gcp.restrictNonCmekServices", values={"deniedValues": ["is:storage.googleapis.com"]})
    without(place, "kms_key")


PLANTED: dict[str, tuple[Callable[[Place], object], str, str]] = {
    "terraform of 2023": (old_terraform, "v1.5 is too old", "developer.hashicorp.com"),
    "calls counted elsewhere": (
        lambda p: p.credentials(quota_project_id="my-old-project"),
        "count their calls on my-old-project",
        f"gcloud auth application-default set-quota-project {PROJECT}",
    ),
    "no decision on where data lie": (lambda p: without(p, "data_location"), "data_location is not set", "dev.tfvars"),
    "a setting is missing": (
        lambda p: settings(p, PORTAL_USERNAME=None), "PORTAL_USERNAME is missing", "add PORTAL_USERNAME",
    ),
    "no provider in the notice": (
        lambda p: settings(p, PRIVACY_PROVIDER=""), "PRIVACY_PROVIDER is missing", "add PRIVACY_PROVIDER",
    ),
    "no years in the notice": (
        lambda p: settings(p, PETITIONS_KEPT_YEARS=None), "PETITIONS_KEPT_YEARS is missing", "add PETITIONS_KEPT_YEARS",
    ),
    "a setting is misspelt": (
        lambda p: settings(p, ZALO_TEMPLATE="{}"), "ZALO_TEMPLATE is no setting", "correct or remove ZALO_TEMPLATE",
    ),
    "a secret among the settings": (lambda p: settings(p, ID_KEY="0"), "ID_KEY is no setting", "remove ID_KEY"),
    "the project is deleted": (
        lambda p: p.switches.update(lifecycle="DELETE_REQUESTED"),
        "is to be deleted",
        f"gcloud projects undelete {PROJECT}",
    ),
    "no organisation": (
        lambda p: p.switches.update(organisation=""), "belongs to no organisation", "gcloud beta projects move",
    ),
    "no billing": (lambda p: p.switches.update(billing=""), "Billing is off", "gcloud billing projects link"),
    "the billing account is closed": (
        lambda p: p.switches.update({"billing-open": False}), "is closed", "gcloud billing accounts list",
    ),
    "a budget in dong": (
        lambda p: p.switches.update(currency="VND"), "counts in VND", 'budget_currency = "VND" and budget = AMOUNT',
    ),
    "an editor alone": (
        lambda p: p.switches.update(denied=[r".*\.setIamPolicy", "secretmanager.versions.access", "iam.roles.create"]),
        "an@example.vn may not run.services.setIamPolicy",
        "--member=user:an@example.vn --role=roles/run.admin",
    ),
    "resources elsewhere alone": (
        lambda p: p.policy("gcp.resourceLocations", values={"allowedValues": ["in:us-locations"]}),
        "may not be made in asia-southeast1",
        "projects/petitions-test/policies/gcp.resourceLocations",
    ),
    "no ingress from a load balancer": (
        lambda p: p.policy("run.allowedIngress", values={"allowedValues": ["internal"]}),
        "(policy run.allowedIngress)",
        "projects/petitions-test/policies/run.allowedIngress",
    ),
    "no load balancer of that kind": (
        lambda p: p.policy("compute.restrictLoadBalancerCreationForTypes", denyAll=True),
        "load balancer may not be made",
        "projects/petitions-test/policies/compute.restrictLoadBalancerCreationForTypes",
    ),
    "callers must be checked": (
        lambda p: p.policy("run.managed.requireInvokerIam", enforce=True),
        "may not be switched off",
        "projects/petitions-test/policies/run.managed.requireInvokerIam",
    ),
    "no service accounts": (
        lambda p: p.policy("iam.disableServiceAccountCreation", enforce=True),
        "Service accounts may not be made",
        "projects/petitions-test/policies/iam.disableServiceAccountCreation",
    ),
    "a key is demanded": (
        demanded_key,
        "kms_key is not set",
        "set kms_key in dev.tfvars",
    ),
    "officers of another customer": (
        lambda p: p.switches.update({"group-customer": "C0foreign"}),
        "admit no member such as officers@example.vn",
        "a group of the organisation's own",
    ),
    "no such group, or one that may not be looked up": (
        lambda p: p.switches.update({"no-groups": ["officers@example.vn"]}),
        "The group officers@example.vn does not exist",
        "ask the administrator of the organisation's groups",
    ),
    "no functions in the region": (
        lambda p: p.switches.update(regions={"cloudfunctions": ["asia-east1", "us-central1"]}),
        "Cloud Functions is not in asia-southeast1",
        'region = "asia-east1"',
    ),
    "a database elsewhere": (old_database, "petitions is in us-central1", 'region = "us-central1"'),
    "no policies left": (
        lambda p: p.switches.update(used={"SECURITY_POLICIES": 8}),
        "Of SECURITY_POLICIES 2 are left and 5 are needed",
        f"iam-admin/quotas?project={PROJECT}",
    ),
    "ten vCPU": (
        lambda p: p.switches.update(cpu=10_000),
        "may use 10 vCPU in asia-southeast1, and a function may use 20",
        "max_instances = 10 in dev.tfvars",
    ),
    "a bucket of somebody else's": (
        lambda p: p.switches.update({"taken-buckets": {f"{PROJECT}-logs"}}),
        f"{PROJECT}-logs belongs to somebody else",
        "gcloud projects create",
    ),
    "a key that is not there": (lambda p: p.switches.update(keys={}), "cannot be read", "gcloud kms keys create k"),
    "a key elsewhere": (
        lambda p: p.variables.update(kms_key=KEY.replace("asia-southeast1", "us-central1")),
        "The key is in us-central1",
        "gcloud kms keyrings create petitions --location=asia-southeast1",
    ),
    "a key that is switched off": (
        lambda p: p.switches.update(keys={KEY: {"primary": {"state": "DISABLED"}}}),
        "no version that is enabled",
        "gcloud kms keys versions create",
    ),
    "mail alone": (
        lambda p: p.variables.update(wake_channels=[]),
        "Nobody is woken",
        "wake_channels of dev.tfvars",
    ),
}  # fmt: skip


def test_nothing_is_in_the_way_of_a_place_that_has_everything(place: Place) -> None:
    assert place.found() == []


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found_with_its_cure(place: Place, fault: str) -> None:
    plant, words, cure = PLANTED[fault]
    plant(place)
    found = place.found()
    matching = [item for item in found if words in item.words]
    assert matching, found
    assert cure in matching[0].cure
    # Nothing else is reported. Missing rights are grouped by role and may be several faults.
    others = [item for item in found if item not in matching and "may not" not in item.words]
    assert others == []


def test_a_budget_in_the_currency_of_the_billing_account_is_no_fault(place: Place) -> None:
    place.state.switches.update(currency="VND")
    place.variables |= {"budget_currency": "VND"}
    assert place.found() == []


def test_fifteen_faults_at_once_are_told_at_once(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = [name for name in PLANTED if not re.search(r"key|project|organisation|domain|database|budget", name)][:15]
    assert len(chosen) == 15
    for name in chosen:
        PLANTED[name][0](place)
    place.found()
    lines = preflight.report(CloudPlace("dev", PROJECT, place.file), place.shell)
    reported = [name for name in chosen if any(PLANTED[name][1] in line and PLANTED[name][2] in line for line in lines)]
    assert reported == chosen


def test_what_cannot_be_asked_yet_is_told_and_is_no_fault(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.state.resources.clear()
    place.variables |= {"kms_key": ""}
    place.found()
    assert preflight.report(CloudPlace("dev", PROJECT, place.file), place.shell) == []
    assert "not asked: quotas of Compute Engine (compute.googleapis.com is not enabled yet)" in capsys.readouterr().out


def test_whoever_is_not_signed_in_is_told_to(place: Place) -> None:
    with pytest.raises(DeployError, match="gcloud auth login"):
        preflight.found(CloudPlace("dev", PROJECT, place.file), SignedOut())


def test_the_roles_of_the_runbook_are_those_that_are_asked_for() -> None:
    """The runbook lists the roles for deployers without the role Owner, and two roles outside the project."""
    text = (Path(preflight.__file__).parents[2] / "README.md").read_text().partition("who shall have no more")[2]
    named = set(re.findall(r"`(roles/[\w.]+)`", text.partition("It must belong")[0]))
    assert named - {"roles/cloudkms.admin", "roles/billing.costsManager"} == set(NEEDS["permissions"])


def test_the_quotas_that_are_asked_for_are_those_that_are_counted() -> None:
    assert set(NEEDS["quotas"]) <= set(project.QUOTAS)


WARNINGS = ("no such group, or one that may not be looked up", "mail alone")


@pytest.mark.parametrize("fault", PLANTED)
def test_only_what_google_is_certain_to_refuse_stops_a_deployment(place: Place, fault: str) -> None:
    plant, words, _ = PLANTED[fault]
    plant(place)
    (found,) = [item for item in place.found() if words in item.words][:1]
    assert found.certain is (fault not in WARNINGS)


@pytest.mark.parametrize("cure", [cure for _, _, cure in PLANTED.values()])
def test_no_cure_loosens_more_than_this_project_needs(place: Place, cure: str) -> None:
    assert "reset" not in cure


def test_ten_vcpu_with_as_many_instances_are_no_fault(place: Place) -> None:
    place.state.switches.update(cpu=10_000)
    place.variables |= {"max_instances": 10}
    assert place.found() == []


def test_a_new_project_with_twenty_vcpu_is_no_fault(place: Place) -> None:
    place.state.switches.update(cpu=20_000)
    assert place.found() == []


def test_a_group_of_a_secondary_domain_is_no_fault(place: Place) -> None:
    place.variables |= {"officers_group": "officers@secondary.vn"}
    assert place.found() == []


def test_a_service_account_that_deploys_is_named_as_one(place: Place) -> None:
    class Pipeline(Signed):
        def ask(self, *command: str, cwd: Path = Path()) -> str | None:
            if command[:2] == ("gcloud", "config"):
                return "deployer@petitions-test.iam.gserviceaccount.com"
            return super().ask(*command, cwd=cwd)

    place.shell = Pipeline()
    PLANTED["an editor alone"][0](place)
    cures = [fault.cure for fault in place.found() if "add-iam-policy-binding" in fault.cure]
    assert cures
    assert all("--member=serviceAccount:deployer@" in cure for cure in cures)


def test_a_check_that_is_skipped_is_named_and_asks_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    PLANTED["no billing"][0](place)
    place.found()
    where = CloudPlace("dev", PROJECT, place.file)
    assert "Billing is off" in preflight.report(where, place.shell)[0]
    assert preflight.report(where, place.shell, ["project"]) == []
    assert "warning: skipped the check of project" in capsys.readouterr().out
    with pytest.raises(DeployError, match="no check billing to skip; there are variables, project"):
        preflight.report(where, place.shell, ["billing"])


def test_the_roles_give_the_rights_by_the_public_data_set() -> None:
    """By Google's data set, every right is in the role that the remedy names, and in Owner."""
    roles = json.loads((Path(__file__).parents[1] / "iam_roles.json").read_text())["roles"]
    for role, permissions in NEEDS["permissions"].items():
        assert set(permissions) <= set(roles[role]), role
        assert set(permissions) <= set(roles["roles/owner"]), role
