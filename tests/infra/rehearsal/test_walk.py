"""The rehearsal of a whole deployment: its replacement for gcloud, its source tree and its report."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.operate.deployment import release
from infra.operate.deployment.cloud import CloudPlace, Shell
from infra.operate.deployment.services import BOOST, OPEN, annotations_of
from infra.paths import ROOT
from infra.rehearsal.control_plane.buckets import objects
from infra.rehearsal.control_plane.server import Served
from infra.rehearsal.walk import gcloud, steps
from infra.rehearsal.walk.by_hand import FIRST_PETITION, WALKED, listed
from infra.rehearsal.walk.ground import Ground
from infra.rehearsal.walk.report import Line, Report
from infra.rehearsal.walk.tree import ENVIRONMENT, Tree
from tests.infra.conftest import VARIABLES
from tests.infra.rehearsal.conftest import PROJECT, Client
from tests.infra.rehearsal.test_control_plane import FUNCTIONS, function

pytestmark = pytest.mark.release

HERE = f"--project={PROJECT}"
AT = f"gs://{PROJECT}-terraform/petitions/deployed"


class StandIn:
    def __init__(self, served: Served, capsys: pytest.CaptureFixture[str]) -> None:
        self.state, self._capsys = served.plane.state, capsys

    def __call__(self, *words: str) -> str:
        gcloud.main([*words, HERE])
        return self._capsys.readouterr().out.strip()


@pytest.fixture
def stand_in(served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> StandIn:
    for name, value in served.for_gcloud("/nowhere").items():
        monkeypatch.setenv(name, value)
    return StandIn(served, capsys)


def test_the_stand_in_makes_a_bucket_and_tells_google_s_words(stand_in: StandIn) -> None:
    with pytest.raises(SystemExit, match="bucket does not exist"):
        stand_in("storage", "buckets", "describe", "gs://petitions-test-terraform")
    stand_in("storage", "buckets", "create", "gs://petitions-test-terraform", "--location=asia-southeast1")
    stand_in("storage", "buckets", "update", "gs://petitions-test-terraform", "--versioning")
    described = stand_in("storage", "buckets", "describe", "gs://petitions-test-terraform", "--format=value(name)")
    assert described == "petitions-test-terraform"
    assert stand_in.state.resources["storage/b/petitions-test-terraform"].body["versioning"] == {"enabled": True}


def test_the_deployed_commit_and_the_former_one_are_named_beside_the_state(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in("storage", "buckets", "create", f"gs://{PROJECT}-terraform", "--location=asia-southeast1")
    Ground("", None, None).programs(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    place, shell, commits = CloudPlace("dev", PROJECT, tmp_path / "dev.tfvars"), Shell(), iter("aab")
    monkeypatch.setattr(release, "commit", lambda _: next(commits) * 12)
    assert release.words(place, shell) == f"Which commit is deployed cannot be read from {AT}."
    for _ in "aab":
        release.record(place, shell)
    assert re.fullmatch(
        r"Deployed: b{12} since \d{4}-\d\d-\d\d \d\d:\d\d \(Hanoi\)\. Before it: a{12} since .+ \(Hanoi\)\.",
        release.words(place, shell),
    )
    kept = [name for bucket, name in objects(stand_in.state).live if bucket == f"{PROJECT}-terraform"]
    assert sorted(name.rpartition("_")[2] for name in kept) == ["a" * 12, "b" * 12]


def test_the_stand_in_keeps_and_reads_secrets(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    at = f"projects/{PROJECT}/secrets"
    gcloud.ask("secretmanager", f"v1/{at}?secretId=id-key", {"replication": {"automatic": {}}})
    assert stand_in("secrets", "versions", "list", "id-key", "--filter=state=enabled") == ""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"0123")))
    stand_in("secrets", "versions", "add", "id-key", "--data-file=-")
    stand_in.state.clock.move(10)
    assert stand_in("secrets", "versions", "list", "id-key", "--filter=state=enabled") == "1"
    assert stand_in("secrets", "versions", "access", "latest", "--secret=id-key") == "0123"


def test_the_stand_in_restores_a_backup_of_firestore(stand_in: StandIn) -> None:
    at = f"v1/projects/{PROJECT}/databases"
    made = {"type": "FIRESTORE_NATIVE", "locationId": "asia-southeast1"}
    gcloud.ask("firestore", f"{at}?databaseId=petitions", made)
    gcloud.ask("firestore", f"{at}/petitions/backupSchedules", {"retention": "86400s", "dailyRecurrence": {}})
    assert json.loads(stand_in("firestore", "backups", "list", "--location=asia-southeast1")) == []
    stand_in.state.clock.move(86400)
    (backup,) = json.loads(stand_in("firestore", "backups", "list", "--location=asia-southeast1"))
    into = "petitions-restored"
    stand_in("firestore", "databases", "restore", f"--source-backup={backup['name']}", f"--destination-database={into}")
    stand_in.state.clock.move(900)
    (operation,) = json.loads(stand_in("firestore", "operations", "list", f"--database={into}"))
    assert operation["response"]["name"].endswith(f"/databases/{into}")


def test_gcloud_and_its_stand_in_switch_a_service_alike(
    served: Served, google: Client, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The value is "True" from gcloud and "true" in Google's documents, so a comparison must accept both."""
    body = function(google, google.account("fn-webhook"), google.account("build-webhook"))
    google.wait(300)
    google.done("POST", FUNCTIONS, body, functionId="zalo-webhook")
    google.wait(300)
    at = f"run/apis/serving.knative.dev/v1/namespaces/{PROJECT}/services/zalo-webhook"
    fresh = google.done("GET", at)
    words = ("run", "services", "update", "zalo-webhook", "--no-invoker-iam-check", "--cpu-boost")
    where = ("--region=asia-southeast1", "--quiet")

    def written() -> tuple[str, str]:
        service = google.done("GET", at)
        assert OPEN.is_on(annotations_of(service))
        assert BOOST.is_on(annotations_of(service))
        template = service["spec"]["template"]["metadata"]["annotations"]
        return service["metadata"]["annotations"][OPEN.annotation], template[BOOST.annotation]

    stand_in(*words, *where)
    by_stand_in = written()
    google.done("PUT", at, fresh)
    if shutil.which("gcloud") is None:
        pytest.skip("*** THE STAND-IN WAS COMPARED WITH NOTHING: gcloud is not installed.")
    for name, value in served.for_gcloud(str(tmp_path)).items():
        monkeypatch.setenv(name, value)
    subprocess.run(["gcloud", *words, *where, HERE], check=True, capture_output=True)
    assert written() == by_stand_in


def test_the_stand_in_says_which_functions_there_are(google: Client, stand_in: StandIn) -> None:
    account, builder = google.account("fn-routing"), google.account("build-routing")
    body = function(google, account, builder)
    body["serviceConfig"]["environmentVariables"] = {"FIRESTORE_DATABASE": "petitions", "PUBSUB_URL": "https://x"}
    google.wait(300)
    google.done("POST", FUNCTIONS, body, functionId="routing")
    google.wait(300)
    listed = stand_in("functions", "list", "--v2", "--format=value(name.basename(),state,serviceConfig.uri)").split(
        "\t"
    )
    assert listed[:2] == ["routing", "ACTIVE"]
    assert listed[2].startswith("https://routing-")
    assert stand_in("functions", "list", "--v2", "--format=value(a,b)") == "petitions\thttps://x"


def test_the_stand_in_says_what_it_does_not_know(stand_in: StandIn) -> None:
    with pytest.raises(SystemExit, match="no such command: compute instances list"):
        stand_in("compute", "instances", "list")


def test_the_tree_is_a_copy_with_variables_of_its_own(tmp_path: Path) -> None:
    tree = Tree.copied(tmp_path / "tree", dict(VARIABLES))
    tree.give(frozen=True)
    written = (tree.folder / "infra" / "gcp" / f"{ENVIRONMENT}.tfvars").read_text()
    assert "frozen = true" in written
    assert '  ZALO_APP_ID = "1"' in written
    assert (tree.folder / "functions" / "manifest.json").read_bytes() == (
        ROOT / "functions" / "manifest.json"
    ).read_bytes()


def test_the_report_names_what_it_ran_on_each_step_and_the_rules_that_were_met(tmp_path: Path) -> None:
    report = Report(["a stub"], [Line("deploy", 61.2, 1800, 377, 900, {"new-log-metric": 3})])
    assert "ran on: a stub" in report.text()
    assert "new-log-metric 3" in report.text()
    assert "1 steps, 61 s, 30 fake minutes, 1 rules met" in report.text()
    report.keep(tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())["lines"][0]["resources"] == 377


def test_the_report_says_how_long_and_how_many_steps_by_hand_to_the_first_petition() -> None:
    lines = [Line(name, 90, 900, 1, 1, {}) for name in ("bootstrap", FIRST_PETITION, "destroy")]
    text = Report([], lines).text()
    assert "from an empty project to the first petition: 3 minutes, 30 fake minutes" in text
    assert "8 steps by hand: Project, Variables, make bootstrap ENV=dev, Secrets" in text
    assert "first petition:" not in Report([], lines[:1]).text()


def test_the_runbook_needs_eight_steps_by_hand_and_a_walk_takes_each() -> None:
    assert listed() == list(WALKED)
    taken = [name for name, _ in steps.FIRST + steps.PETITION]
    assert {*WALKED.values(), FIRST_PETITION} <= set(taken)
    assert len(listed()) <= 8


def test_a_rehearsal_without_tools_says_so_loudly() -> None:
    environment = {**os.environ, "REHEARSAL_MIRROR": "/nowhere"}
    call = [sys.executable, "-m", "infra.rehearsal.walk"]
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "*** THE REHEARSAL DID NOT RUN" in done.stderr
    assert "REHEARSAL_MIRROR (/nowhere) holds no registry.terraform.io/hashicorp/google" in done.stderr
