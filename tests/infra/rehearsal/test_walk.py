"""The walk of a rehearsal: its stand-in for gcloud, its load balancer, its report; and a walk where there are tools."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.build import package
from infra.operate.webhook_probe import probe_answer
from infra.paths import ROOT
from infra.rehearsal.control_plane.server import Served
from infra.rehearsal.walk import functions, gcloud
from infra.rehearsal.walk.report import Line, Report
from infra.rehearsal.walk.tree import ENVIRONMENT, Tree
from tests.infra.conftest import VARIABLES
from tests.infra.rehearsal.conftest import PROJECT, Client
from tests.infra.rehearsal.test_control_plane import COMPUTE, FUNCTIONS, P, function

pytestmark = pytest.mark.release

HERE = f"--project={PROJECT}"


class Said:
    """What the stand-in prints."""

    def __init__(self, served: Served, capsys: pytest.CaptureFixture[str]) -> None:
        self.state, self._capsys = served.plane.state, capsys

    def __call__(self, *words: str) -> str:
        gcloud.main([*words, HERE])
        return self._capsys.readouterr().out.strip()


@pytest.fixture
def said(served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Said:
    for name, value in served.for_gcloud("/nowhere").items():
        monkeypatch.setenv(name, value)
    return Said(served, capsys)


def test_the_stand_in_makes_a_bucket_and_tells_google_s_words(said: Said) -> None:
    with pytest.raises(SystemExit, match="bucket does not exist"):
        said("storage", "buckets", "describe", "gs://petitions-test-terraform")
    said("storage", "buckets", "create", "gs://petitions-test-terraform", "--location=asia-southeast1")
    said("storage", "buckets", "update", "gs://petitions-test-terraform", "--versioning")
    described = said("storage", "buckets", "describe", "gs://petitions-test-terraform", "--format=value(name)")
    assert described == "petitions-test-terraform"
    assert said.state.resources["storage/b/petitions-test-terraform"].body["versioning"] == {"enabled": True}


def test_the_stand_in_keeps_and_reads_secrets(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    at = f"projects/{PROJECT}/secrets"
    gcloud.ask("secretmanager", f"v1/{at}?secretId=id-key", {"replication": {"automatic": {}}})
    assert said("secrets", "versions", "list", "id-key", "--filter=state=enabled") == ""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"0123")))
    said("secrets", "versions", "add", "id-key", "--data-file=-")
    said.state.clock.move(10)
    assert said("secrets", "versions", "list", "id-key", "--filter=state=enabled") == "1"
    assert said("secrets", "versions", "access", "latest", "--secret=id-key") == "0123"


def test_the_stand_in_restores_a_backup_of_firestore(said: Said) -> None:
    at = f"v1/projects/{PROJECT}/databases"
    made = {"type": "FIRESTORE_NATIVE", "locationId": "asia-southeast1"}
    gcloud.ask("firestore", f"{at}?databaseId=petitions", made)
    gcloud.ask("firestore", f"{at}/petitions/backupSchedules", {"retention": "86400s", "dailyRecurrence": {}})
    assert json.loads(said("firestore", "backups", "list", "--location=asia-southeast1")) == []
    said.state.clock.move(86400)
    (backup,) = json.loads(said("firestore", "backups", "list", "--location=asia-southeast1"))
    into = "petitions-restored"
    said("firestore", "databases", "restore", f"--source-backup={backup['name']}", f"--destination-database={into}")
    said.state.clock.move(900)
    (operation,) = json.loads(said("firestore", "operations", "list", f"--database={into}"))
    assert operation["response"]["name"].endswith(f"/databases/{into}")


def test_the_stand_in_says_which_functions_there_are(google: Client, said: Said) -> None:
    account, builder = google.account("fn-routing"), google.account("build-routing")
    body = function(google, account, builder)
    body["serviceConfig"]["environmentVariables"] = {"FIRESTORE_DATABASE": "petitions", "PUBSUB_URL": "https://x"}
    google.wait(300)
    google.done("POST", FUNCTIONS, body, functionId="routing")
    google.wait(300)
    assert said("functions", "list", "--v2", "--format=value(name.basename())") == "routing"
    assert said("functions", "list", "--v2", "--format=value(a,b)") == "petitions\thttps://x"


def test_the_stand_in_says_what_it_does_not_know(said: Said) -> None:
    with pytest.raises(SystemExit, match="no such command: compute instances list"):
        said("compute", "instances", "list")


def balanced(google: Client) -> None:
    group = f"{P}/regions/asia-southeast1/networkEndpointGroups"
    google.done(
        "POST",
        f"compute/compute/v1/{group}",
        {"name": "site", "networkEndpointType": "SERVERLESS", "cloudRun": {"service": "zalo-webhook"}},
    )
    google.done("POST", f"{COMPUTE}/backendServices", {"name": "site", "backends": [{"group": f"{group}/site"}]})
    routes = {
        "name": "site",
        "defaultService": f"{P}/global/backendServices/site",
        "hostRules": [{"hosts": ["webhook.pakn.example.vn"], "pathMatcher": "all"}],
        "pathMatchers": [{"name": "all", "defaultService": f"{P}/global/backendServices/site"}],
    }
    google.done("POST", f"{COMPUTE}/urlMaps", routes)
    certificate = {"name": "site", "managed": {"domains": ["webhook.pakn.example.vn"]}}
    google.done("POST", f"{COMPUTE}/sslCertificates", certificate)
    proxy = {"urlMap": f"{P}/global/urlMaps/site", "sslCertificates": [f"{P}/global/sslCertificates/site"]}
    google.done("POST", f"{COMPUTE}/targetHttpsProxies", proxy | {"name": "site"})
    rule = {"name": "site", "target": f"{P}/global/targetHttpsProxies/site", "portRange": "443-443"}
    google.done("POST", f"{COMPUTE}/forwardingRules", rule)


def test_the_load_balancer_leads_a_host_to_its_service_and_says_what_is_missing(google: Client) -> None:
    with pytest.raises(functions.NoRouteError, match="the forwarding rule of port 443 is missing"):
        functions.service_of(google.state, "webhook.pakn.example.vn")
    balanced(google)
    assert functions.service_of(google.state, "webhook.pakn.example.vn") == "zalo-webhook"
    with pytest.raises(functions.NoRouteError, match=r"no certificate is for desk\.pakn\.example\.vn"):
        functions.service_of(google.state, "desk.pakn.example.vn")


def test_a_deployed_function_is_started_from_its_archive_and_knows_a_signed_probe(
    google: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the settings and secrets of its deployment, behind the load balancer, once its caller is not checked."""
    account, builder = google.account("fn-zalo-webhook"), google.account("build-zalo-webhook")
    body = function(google, account, builder)
    packed = package.archive(package.contents("zalo_webhook"))
    google.plane.handle("POST", "/upload/storage/v1/b/archives/o?uploadType=media&name=a.zip", {}, packed)
    reads = {"role": "roles/secretmanager.secretAccessor", "members": [f"serviceAccount:{account}"]}
    for secret, value in {"zalo-oa-secret-keys": "the-key", "id-key": "0" * 64}.items():
        google.secret(secret, value)
        at = f"secretmanager/v1/{P}/secrets/{secret}:setIamPolicy"
        google.done("POST", at, {"policy": {"bindings": [reads]}})
    google.wait(300)
    given = VARIABLES["settings"]
    body["serviceConfig"] |= {
        "environmentVariables": {
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "PUBSUB_URL": "https://asia-southeast1-pubsub.googleapis.com",
            "ZALO_APP_ID": given["ZALO_APP_ID"],
            "ZALO_OA_ID": given["ZALO_OA_ID"],
            "ZALO_OA_SECRET_KEYS": "/secrets/ZALO_OA_SECRET_KEYS/value",
        },
        "secretVolumes": [
            {
                "mountPath": "/secrets/ZALO_OA_SECRET_KEYS",
                "secret": "zalo-oa-secret-keys",
                "versions": [{"version": "latest", "path": "value"}],
            }
        ],
        "secretEnvironmentVariables": [{"key": "ID_KEY", "secret": "id-key", "version": "latest"}],
    }
    google.done("POST", FUNCTIONS, body, functionId="zalo-webhook")
    google.wait(300)
    balanced(google)
    started = functions.Started(
        tmp_path, {"PUBSUB_EMULATOR_HOST": "127.0.0.1:1", "FIRESTORE_EMULATOR_HOST": "127.0.0.1:1"}
    )
    asked: list[tuple[int, bytes]] = []

    def post(url: str, sent: bytes, headers: dict[str, str]) -> str:
        host = url.removeprefix("https://").rstrip("/")
        asked.append(functions.forwarded(started, google.state, host, "/", sent, headers))
        return asked[-1][1].decode()

    monkeypatch.setattr("infra.operate.webhook_probe.post", post)
    probe = ("https://webhook.pakn.example.vn/", given["ZALO_APP_ID"], given["ZALO_OA_ID"])
    try:
        probe_answer(*probe, "the-key")
        assert asked[-1][0] == 403, "the check of the caller is still on"
        at = f"run/apis/serving.knative.dev/v1/namespaces/{PROJECT}/services/zalo-webhook"
        service = google.done("GET", at)
        service["metadata"]["annotations"]["run.googleapis.com/invoker-iam-disabled"] = "true"
        google.done("PUT", at, service)
        assert probe_answer(*probe, "the-key") == "probe"
        assert probe_answer(*probe, "another-key") != "probe"
    finally:
        started.stop_all()


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


def test_a_rehearsal_without_tools_says_so_loudly() -> None:
    environment = {**os.environ, "REHEARSAL_MIRROR": "/nowhere"}
    call = [sys.executable, "-m", "infra.rehearsal.walk"]
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "*** THE REHEARSAL DID NOT RUN" in done.stderr
    assert "REHEARSAL_MIRROR (/nowhere) holds no registry.terraform.io/hashicorp/google" in done.stderr
