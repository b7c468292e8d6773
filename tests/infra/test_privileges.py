"""Every grant in the Terraform plan is declared in the manifest or needed by the platform.

Whether the code uses exactly the declared rights is checked at the end of `make test-e2e` (`tests/privileges`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.infra.conftest import VARIABLES, Engine
from tests.infra.grants import Grant, explained, grants, rights
from tests.infra.inventory import MANIFEST, of_type
from tests.privileges.rights import declared, differences

pytestmark = pytest.mark.release

PROJECT = VARIABLES["project"]


def unexplained(found: set[Grant]) -> set[Grant]:
    functions = {f"fn-{name.replace('_', '-')}" for name in MANIFEST.functions}
    others = {grant for grant in found if grant.who not in functions or grant.role == "logging.logWriter"}
    return others ^ explained(MANIFEST)


def test_terraform_grants_a_function_what_the_manifest_declares_and_nothing_else(plan: dict[str, Any]) -> None:
    assert differences(rights(grants(plan, PROJECT), MANIFEST), declared(MANIFEST)) == []


def test_whatever_else_is_granted_has_a_reason(plan: dict[str, Any]) -> None:
    assert unexplained(grants(plan, PROJECT)) == set()


def test_a_build_reads_the_source_of_its_function_alone(plan: dict[str, Any]) -> None:
    built = [grant for grant in grants(plan, PROJECT) if grant.who.startswith("build-") and "storage" in grant.role]
    assert len(built) == len(MANIFEST.functions)
    assert all(f"/objects/{grant.who.removeprefix('build-')}/" in grant.on for grant in built)


def test_who_erases_lists_and_deletes_alone(plan: dict[str, Any]) -> None:
    (eraser,) = of_type(plan, "google_project_iam_custom_role")
    assert sorted(eraser["permissions"]) == ["storage.objects.delete", "storage.objects.list"]


_ATTACHMENTS = 'resource.name.startsWith(\\"projects/_/buckets/petitions-test-attachments/objects/'
_PETITIONS = 'resource.name.startsWith(\\"projects/petitions-test/databases/petitions'
_READER = "roles/storage.objectViewer"
ADDED = {
    "a topic": ("relay", "google_pubsub_topic_iam_member", "roles/pubsub.publisher", 'topic = "zalo-consents"', ""),
    "a secret": (
        "routing",
        "google_secret_manager_secret_iam_member",
        "roles/secretmanager.secretAccessor",
        'secret_id = "id-key"',
        "",
    ),
    "every database": ("routing", "google_project_iam_member", "roles/datastore.user", "project = var.project", ""),
    "databases whose names begin alike": (
        "public_site",
        "google_project_iam_member",
        "roles/datastore.user",
        "project = var.project",
        f'{_PETITIONS}\\")',
    ),
    "the originals": (
        "desk",
        "google_storage_bucket_iam_member",
        _READER,
        'bucket = "petitions-test-attachments"',
        f'{_ATTACHMENTS}originals/\\")',
    ),
    "the whole bucket": (
        "portal_sync",
        "google_storage_bucket_iam_member",
        _READER,
        'bucket = "petitions-test-attachments"',
        "",
    ),
    "another role": ("desk", "google_project_iam_member", "roles/editor", "project = var.project", ""),
}
"""Further grants, by description: (function, type of resource, role, argument with the resource, condition)."""


def test_a_right_more_of_a_function_is_found(engine: Engine, tmp_path: Path) -> None:
    spoiled = engine.copy(tmp_path / "copy")
    text = ""
    for number, (function, kind, role, on, condition) in enumerate(ADDED.values()):
        only = f'condition {{\n  title = "more"\n  expression = "{condition}"\n}}\n' if condition else ""
        member = f'"serviceAccount:${{module.function["{function}"].account}}"'
        text += f'resource "{kind}" "more_{number}" {{\n  role = "{role}"\n  member = {member}\n  {on}\n{only}}}\n'
    (spoiled.folder / "more.tf").write_text(text)
    found = differences(rights(grants(spoiled.plan(), PROJECT), MANIFEST), declared(MANIFEST))
    assert [line.split(":")[0] for line in found] == [
        "desk editor project",
        "desk storage.read originals",
        "portal_sync storage.objectViewer bucket attachments",
        'public_site datastore.user project if resource.name.startsWith("databases/petitions")',
        "relay pubsub.publish zalo-consents",
        "routing datastore.user project",
        "routing secret.read ID_KEY",
    ]
    assert all(line.endswith(": given, and nothing uses it") for line in found)


def test_a_right_more_of_anybody_else_is_found(engine: Engine, tmp_path: Path) -> None:
    spoiled = engine.copy(tmp_path / "copy")
    for file, before, after in (
        (
            "main.tf",
            "if sub.function != null]",
            'if sub.function != null], [{ function = "reminders", kind = "push" }]',
        ),
        ("network.tf", '"group:${var.officers_group}"', '"allAuthenticatedUsers"'),
    ):
        text = (spoiled.folder / file).read_text()
        assert before in text
        (spoiled.folder / file).write_text(text.replace(before, after, 1))
    # Without the condition a build reads every bucket.
    function = spoiled.folder / "modules" / "function" / "main.tf"
    text = function.read_text()
    start = text.index("  condition {", text.index('"build_source"'))
    function.write_text(text[:start] + text[text.index("\n  }\n", start) + 5 :])
    found = unexplained(grants(spoiled.plan(), PROJECT)) - explained(MANIFEST)
    assert {(grant.who, grant.on) for grant in found if not grant.who.startswith("build-")} == {
        ("caller-push", "name reminders"),
        ("allAuthenticatedUsers", "web_backend_service site-desk"),
    }
    wide = {grant.who for grant in found if grant.who.startswith("build-") and grant.on == "project"}
    assert len(wide) == len(MANIFEST.functions)


def test_a_right_that_is_missing_is_found(engine: Engine, tmp_path: Path) -> None:
    spoiled = engine.copy(tmp_path / "copy")
    path = spoiled.folder / "modules" / "function" / "main.tf"
    path.write_text(path.read_text().replace('if role.kind == "secretmanager"', 'if role.kind == "none"'))
    found = differences(rights(grants(spoiled.plan(), PROJECT), MANIFEST), declared(MANIFEST))
    assert found == [
        f"notifications secret.{action} zalo_tokens_vault: used, and not given" for action in ("add", "read")
    ]


def test_a_kind_of_grant_that_nobody_has_told_how_to_read_is_no_grant_unseen() -> None:
    binding = {"type": "google_project_iam_binding", "values": {"role": "roles/owner", "members": ["allUsers"]}}
    with pytest.raises(KeyError, match="google_project_iam_binding"):
        grants({"planned_values": {"root_module": {"resources": [binding]}}}, PROJECT)
