"""`make ci-identity` with the real gcloud on the fake control plane, where gcloud is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.rehearsal.control_plane.discovery import DOCUMENTS
from infra.rehearsal.control_plane.plane import ControlPlane
from infra.rehearsal.control_plane.project import enable
from infra.rehearsal.walk.ground import Ground, NoGroundError
from infra.rehearsal.walk.stage import PROJECT, staged
from infra.rehearsal.walk.tree import ENVIRONMENT
from tests.infra.rehearsal.conftest import Client

pytestmark = pytest.mark.release


def test_accounts_of_the_pipeline_are_made_once_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    try:
        ground = Ground.found()
    except NoGroundError as missing:
        pytest.skip(f"*** NOT TRIED: {missing}")
    if not ground.gcloud:
        pytest.skip("*** NOT TRIED: gcloud is not installed, and its stand-in knows no identity pools")
    with staged(ground, tmp_path, ControlPlane) as stage:
        for service in DOCUMENTS:
            enable(stage.state, f"{service}.googleapis.com", 0)
        google = Client(stage.served.plane)
        google.done("POST", "storage/storage/v1/b", {"name": f"{PROJECT}-terraform"}, project=PROJECT)
        output = stage.verb("ci-identity", ENVIRONMENT, "--repository", "city/petitions")
        assert f"GCP_PROJECT={PROJECT}" in output
        before = {name: list(grants) for name, grants in stage.state.grants.items()}
        resources = set(stage.state.resources)
        stage.verb("ci-identity", ENVIRONMENT, "--repository", "city/petitions")
        assert {name: list(grants) for name, grants in stage.state.grants.items()} == before
        assert set(stage.state.resources) == resources
        plan, deploy = (f"serviceAccount:ci-{name}@{PROJECT}.iam.gserviceaccount.com" for name in ("plan", "deploy"))
        (on_project,) = (grants for name, grants in before.items() if name.endswith(f"projects/{PROJECT}"))
        roles = {who: {grant.role for grant in on_project if grant.member == who} for who in (plan, deploy)}
        assert roles[plan] == {"roles/viewer", "roles/iam.securityReviewer"}
        assert roles[deploy] - roles[plan]
