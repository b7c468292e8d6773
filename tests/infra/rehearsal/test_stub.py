"""The stub of the Google provider with the fake control plane: its requests match Google's documents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.paths import ROOT
from infra.rehearsal.control_plane import schemas
from infra.rehearsal.control_plane.discovery import Discovery
from infra.rehearsal.control_plane.server import Served
from infra.rehearsal.stub import requests, schema
from tests.infra.conftest import Engine
from tests.infra.inventory import resources

pytestmark = pytest.mark.release

SMALL = """
provider "google" { project = "petitions-test" }
resource "google_compute_url_map" "redirect" {
  name = "redirect"
  default_url_redirect {
    https_redirect = true
    strip_query    = false
  }
}
resource "google_compute_target_http_proxy" "redirect" {
  name    = "redirect"
  url_map = google_compute_url_map.redirect.id
}
resource "google_compute_global_forwarding_rule" "http" {
  name       = "http"
  port_range = "80"
  target     = google_compute_target_http_proxy.redirect.id
}
"""
"""A configuration with a load balancer that redirects."""

KEY = "projects/p/locations/asia-southeast1/keyRings/petitions/cryptoKeys/data"


class NotKnown: ...


class Given(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "later"


def asked(planned: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield (type, method, path, body) of the requests that create the planned resources."""
    known = schema.load()
    for item in planned:
        row = requests.ROWS[item["type"]]
        if item["mode"] != "managed" or "policy" in row or "upload" in row:
            continue
        values = Given({name: value for name, value in item["values"].items() if value is not None})
        body = requests.body(item["type"], known.resources[item["type"]], values, NotKnown)
        method = row.get("make", "POST")
        path = requests.address(row.get("in") or row["at"], values)
        if method == "POST" and "in" not in row:
            path = path.rpartition("/")[0]
        if "wrap" in row:
            body = {row["wrap"]: body} | {name: values[given] for name, given in row["beside"].items()}
        yield item["type"], method, path, body


def test_what_is_made_is_asked_for_as_googles_documents_say(engine: Engine, discovery: Discovery) -> None:
    planned = list(resources(engine.plan(kms_key=KEY)))
    seen = set()
    for kind, method, path, body in asked(planned):
        service, _, rest = path.partition("/")
        found = discovery.find(service, method, rest)
        assert found, (kind, method, path)
        request = found[0].request
        assert request, (kind, found[0].id)
        assert list(schemas.faults(found[0].document, {"$ref": request}, body)) == [], kind
        seen.add(kind)
    assert len(seen) > 25
    # Important arguments have Google's names.
    bodies = {kind: body for kind, _, _, body in asked(planned)}
    bucket = bodies["google_storage_bucket"]["iamConfiguration"]
    assert bucket == {"publicAccessPrevention": "enforced", "uniformBucketLevelAccess": {"enabled": True}}
    assert bodies["google_firestore_database"]["cmekConfig"] == {"kmsKeyName": KEY}
    assert (
        bodies["google_compute_url_map"].keys() >= {"defaultUrlRedirect"}
        or "hostRules" in bodies["google_compute_url_map"]
    )
    assert bodies["google_billing_budget"]["thresholdRules"][1]["thresholdPercent"] == pytest.approx(0.9)


def test_what_is_made_leads_to_what_was_made_before_and_is_there_once(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.plane.state.hurried = True
    monkeypatch.setenv("STUB_CONTROL_PLANE", served.url)
    required = 'terraform {\n  required_providers {\n    google = { source = "hashicorp/google" }\n  }\n}\n'
    (tmp_path / "main.tf").write_text(required + SMALL)
    engine = Engine(tmp_path)
    for command in (("init",), ("apply", "-auto-approve"), ("plan", "-detailed-exitcode")):
        done = engine.run(*command, "-no-color", "-input=false")
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    made = {resource.name.partition("/global/")[2]: resource.body for resource in served.plane.state.resources.values()}
    assert made["forwardingRules/http"]["target"].endswith("/global/targetHttpProxies/redirect")
    assert made["targetHttpProxies/redirect"]["urlMap"].endswith("/global/urlMaps/redirect")
    assert made["urlMaps/redirect"]["defaultUrlRedirect"]["httpsRedirect"] is True
    done = engine.run("destroy", "-auto-approve", "-no-color", "-input=false")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not [
        resource for resource in served.plane.state.resources.values() if resource.collection.startswith("compute.")
    ]


def test_a_short_walk_on_nothing_but_pypi_says_what_it_ran_on_and_meets_the_rules(tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    (bare / "sh").symlink_to("/bin/sh")
    environment = {
        "PATH": str(bare),
        "HOME": str(tmp_path),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "REHEARSAL_FOLDER": str(tmp_path / "walk"),
        "REPORT": str(tmp_path / "report.json"),
    }
    call = [sys.executable, "-m", "infra.rehearsal.walk", "--short"]
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "*** ON: a STUB of the provider" in done.stdout
    assert "*** ON: a STAND-IN for gcloud" in done.stdout
    lines = json.loads((tmp_path / "report.json").read_text())["lines"]
    met = {rule for line in lines for rule in line["rules"]}
    assert met >= {"api-not-enabled", "new-log-metric"}  # other rules last seconds and may be over on a slow machine
    assert "schemas" not in met, "a request was refused for its form"
    assert "nothing changes" in (tmp_path / "walk" / "said.log").read_text()
