"""The effect of a changed setting on existing resources, planned by Terraform's engine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from infra.operate.deployment import adopt, cloud
from tests.infra.conftest import PYTHON, ROOT, VARIABLES, Engine
from tests.infra.inventory import MANIFEST

pytestmark = pytest.mark.release

KEY = "projects/p/locations/asia-southeast1/keyRings/petitions/cryptoKeys/data"
RESTORED = "petitions-restored"
AGAIN = "petitions-restored-2"
GCLOUD = """#!{python}
import sys
print("[]" if any(word.startswith("list") for word in sys.argv) else "there")
"""
TERRAFORM = """#!/bin/sh
cd {root} && exec {python} -m infra.rehearsal.stub.engine {folder} "$@"
"""


def tools(engine: Engine, folder: Path, patch: pytest.MonkeyPatch) -> cloud.CloudPlace:
    """Install a fake gcloud that finds every resource, and a terraform that is the engine for this folder.

    Return the place to deploy to.
    """
    (folder / "bin").mkdir()
    for name, text in (("gcloud", GCLOUD), ("terraform", TERRAFORM)):
        (folder / "bin" / name).write_text(text.format(python=PYTHON, root=ROOT, folder=engine.folder))
        (folder / "bin" / name).chmod(0o755)
    patch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")
    patch.setattr(adopt, "GCP", engine.folder)
    (folder / "dev.tfvars").write_text("")
    return cloud.CloudPlace("dev", VARIABLES["project"], folder / "dev.tfvars")


@pytest.fixture(scope="module")
def changed(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("there")
    there = engine.copy(folder / "copy")
    there.apply(petitions_database=RESTORED)
    with pytest.MonkeyPatch.context() as patch:
        place = tools(there, folder, patch)
        place.variables.write_text(f'petitions_database = "{AGAIN}"\n')
        adopt.forget(place, cloud.Shell())
    plan = there.plan(domain="another.example.vn", kms_key=KEY, petitions_database=AGAIN)
    found: list[dict[str, Any]] = plan["resource_changes"]
    return found


def ends(changed: list[dict[str, Any]], kind: str) -> dict[str, list[str]]:
    return {
        item.get("index", item["name"]): item["change"]["actions"]
        for item in changed
        if item["type"] == kind and "delete" in item["change"]["actions"]
    }


def test_a_former_database_keeps_its_indexes_until_the_functions_have_left_it(changed: list[dict[str, Any]]) -> None:
    assert ends(changed, "google_firestore_index") == ends(changed, "google_firestore_field") == {}
    made = [
        item for item in changed if item["type"] == "google_firestore_index" and item["change"]["actions"] == ["create"]
    ]
    assert made
    assert all(item["index"].startswith(f"{AGAIN}-") for item in made)


def test_the_right_on_another_database_is_there_before_the_former_one_goes(changed: list[dict[str, Any]]) -> None:
    moved = [
        item["change"]["actions"]
        for item in changed
        if item["type"] == "google_project_iam_member" and "delete" in item["change"]["actions"]
    ]
    users = sum("datastore.user:petitions" in function.roles for function in MANIFEST.functions.values())
    assert moved == [["create", "delete"]] * users


def test_certificates_of_another_domain_are_there_before_the_former_ones_go(changed: list[dict[str, Any]]) -> None:
    assert ends(changed, "google_compute_managed_ssl_certificate") == {
        host: ["create", "delete"] for host in ("citizen_page", "desk", "public_site", "zalo_webhook")
    }


def test_a_key_given_later_costs_no_image_and_no_data(changed: list[dict[str, Any]]) -> None:
    assert ends(changed, "google_artifact_registry_repository") == {"functions": ["create", "delete"]}
    for kind in ("google_firestore_database", "google_storage_bucket", "google_secret_manager_secret"):
        assert ends(changed, kind) == {}
    restored = [item for item in changed if item["address"] == f'google_firestore_database.data["{AGAIN}"]']
    assert restored[0]["change"]["after"]["cmek_config"][0]["kms_key_name"] == KEY


def test_after_a_destruction_a_deployment_takes_back_what_was_left(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `make destroy` only the data exist, and Terraform's state is empty."""
    destroyed = engine.copy(tmp_path / "copy")
    destroyed.given()
    place = tools(destroyed, tmp_path, monkeypatch)
    with adopt.adopted(place, cloud.Shell()):
        plan = destroyed.plan()
    imported = {item["address"] for item in plan["resource_changes"] if item["change"].get("importing")}
    left = {
        *(f'google_firestore_database.data["{name}"]' for name in adopt.DATABASES),
        *(f'google_storage_bucket.data["{name}"]' for name in adopt.BUCKETS),
        *(f'google_secret_manager_secret.this["{name}"]' for name in adopt.secrets()),
        adopt.VAULT[0],
    }
    assert imported == left
    assert not [item["address"] for item in plan["resource_changes"] if "delete" in item["change"]["actions"]]
    # A bootstrap applies only the secrets, although there are import blocks for everything.
    with adopt.adopted(place, cloud.Shell()):
        done = destroyed.run("plan", "-no-color", "-input=false", "-target=google_secret_manager_secret.this")
    assert done.returncode == 0, done.stderr + done.stdout
    assert "to import" in done.stdout
