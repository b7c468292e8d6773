"""A deployment applies only the changes that were shown, and continues after a failed stage."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra import manifest as declared
from infra.build import package
from infra.operate.deployment import adopt, cloud, deploy, existing, stages
from infra.operate.deployment.changes import Changes
from infra.paths import GCP
from tests.infra.conftest import Engine
from tests.infra.test_changes import tools as engine_tools
from tests.infra.test_deploy import Tools, tools

pytestmark = pytest.mark.release
__all__ = ["tools"]

ARCHIVE = 'google_storage_bucket_object.archive["intake"]'
INTAKE = 'module.function["intake"].google_cloudfunctions2_function.this'
LIST = "gcloud functions list --v2 --regions=asia-southeast1 --project=petitions-test"


def change(
    address: str, *actions: str, before: Any = None, after: Any = None, imported: bool = False
) -> dict[str, Any]:
    content: dict[str, Any] = {"actions": list(actions), "before": before, "after": after}
    content |= {"importing": {"id": "x"}} if imported else {}
    return {"address": address, "type": address.split(".")[-2].split("[", maxsplit=1)[0], "change": content}


def function(code: str, **settings: Any) -> dict[str, Any]:
    memory = settings.pop("memory", "256Mi")
    return {
        "name": "intake",
        "build_config": [{"source": [{"storage_source": [{"object": code}]}]}],
        "service_config": [{"available_memory": memory, "environment_variables": settings}],
    }


def read(*changes: dict[str, Any]) -> Changes:
    return Changes.read(json.dumps({"resource_changes": list(changes)}))


def test_a_person_is_told_what_goes_what_changes_in_which_function_and_what_is_new() -> None:
    lines = list(
        read(
            change("google_pubsub_topic.a", "no-op", before={}, after={}),
            change("google_logging_metric.old", "delete", before={"name": "old"}),
            change("google_compute_ssl_policy.site", "delete", "create", before={"name": "a"}, after={"name": "b"}),
            change(ARCHIVE, "delete", "create", before={"name": "1"}, after={"name": "2"}),
            change(INTAKE, "update", before=function("1", A="1", GONE="x"), after=function("2", A="2", memory="1Gi")),
            change(
                "google_pubsub_topic.b", "update", before={"labels": 1, "name": "b"}, after={"labels": 2, "name": "b"}
            ),
            *(change(f"google_project_service.this[{item}]", "create", after={}) for item in range(9)),
            change("google_storage_bucket.data", "no-op", before={}, after={}, imported=True),
        ).lines()
    )
    assert lines == [
        "DESTROYED: google_logging_metric.old",
        "REPLACED: google_compute_ssl_policy.site: name",
        "function intake: code changes; A set; GONE taken away; available_memory 256Mi -> 1Gi",
        "changed: google_pubsub_topic.b: labels",
        "new: 9 of google_project_service",
        "taken in, as it is there already: 1",
    ]
    assert list(read().lines()) == ["nothing changes"]


def test_an_archive_that_is_replaced_without_its_function_is_told() -> None:
    lines = list(read(change(ARCHIVE, "delete", "create", before={"name": "1"}, after={"name": "2"})).lines())
    assert lines == [f"REPLACED: {ARCHIVE}: name"]


def test_no_more_than_was_shown_is_agreed_to() -> None:
    shown = read(
        change("google_pubsub_topic.new", "create", after={}),
        change("google_pubsub_topic.old", "update", before={}, after={}),
    )
    assert shown.beyond(shown) == []
    # A resource that a former run created but did not finish is imported and changed.
    assert read(change("google_pubsub_topic.new", "update", before={}, after={}, imported=True)).beyond(shown) == []
    assert read(
        change("google_pubsub_topic.old", "delete", "create", before={}, after={}),
        change("google_pubsub_topic.other", "update", before={}, after={}),
    ).beyond(shown) == ["google_pubsub_topic.old: create, delete", "google_pubsub_topic.other: update"]


def test_a_stage_that_would_change_more_than_was_shown_changes_nothing(tools: Tools) -> None:
    more = json.dumps({"resource_changes": [change("google_pubsub_topic.a", "delete", before={})]})
    tools.says({"terraform show": more})
    place = cloud.CloudPlace.of("dev")
    with pytest.raises(cloud.DeployError, match=r"was not shown:\ngoogle_pubsub_topic\.a: delete"):
        stages.apply(place, cloud.Shell(), "indexes", [], read())
    assert not any(call.startswith("terraform apply") for call in tools.called())


FAILED = f"""
\u2502 Error: Error waiting to create function: Error waiting for Creating function: Error code 13
\u2502
\u2502   with {INTAKE},
\u2502   on modules/function/main.tf line 63, in resource "google_cloudfunctions2_function" "this":
"""


def test_a_function_whose_new_code_was_not_built_is_built_by_the_next_run(tools: Tools) -> None:
    """Terraform's state has the new code and Google the former one, so the function is imported again."""
    tools.says(
        {"terraform state list": INTAKE, LIST: "intake\tFAILED\thttps://intake.run.app\nrelay\tACTIVE\thttps://x"}
    )
    adopt.take_in_failed(cloud.CloudPlace.of("dev"), cloud.Shell(), FAILED)
    assert tools.changed() == [f"terraform state rm {INTAKE}"]
    text = (tools.gcp / adopt.FILE).read_text()
    assert f'to = {INTAKE}\n  id = "projects/petitions-test/locations/asia-southeast1/functions/intake"' in text


@pytest.mark.parametrize("known", [True, False])
def test_a_function_whose_first_build_failed_is_removed_and_never_adopted(tools: Tools, *, known: bool) -> None:
    tools.says({"terraform state list": INTAKE if known else "", LIST: "relay\tACTIVE\thttps://x\nintake\tFAILED\t"})
    place = cloud.CloudPlace.of("dev")
    with adopt.adopted(place, cloud.Shell()):
        assert INTAKE not in (tools.gcp / adopt.FILE).read_text()
    adopt.remove_unbuilt(place, cloud.Shell())
    removed = "gcloud functions delete intake --gen2 --region=asia-southeast1 --project=petitions-test --quiet"
    assert tools.changed() == [removed, *([f"terraform state rm {INTAKE}"] if known else [])]


def test_a_function_in_the_state_that_was_never_built_leaves_it_before_anything_is_planned(tools: Tools) -> None:
    """A function that was never built has no address, so that no plan with its schedules would be valid."""
    tools.says({"terraform state list": INTAKE, LIST: "relay\tACTIVE\thttps://x\nintake\tFAILED\t"})
    adopt.forget(cloud.CloudPlace.of("dev"), cloud.Shell())
    assert tools.changed() == [f"terraform state rm {INTAKE}"]
    with pytest.raises(cloud.DeployError, match=r"The first build of these failed: .*intake.*make deploy builds them"):
        deploy.plan(cloud.CloudPlace.of("dev"), cloud.Shell())


def test_imports_that_a_killed_run_left_are_gone(tools: Tools) -> None:
    (tools.gcp / adopt.FILE).write_text("import {}\n")
    every = [f'module.function["{name}"].google_cloudfunctions2_function.this' for name in declared.load().functions]
    tools.says({"terraform state list": "\n".join(every), "gcloud secrets describe": None, **dict.fromkeys(ASKED)})
    with adopt.adopted(cloud.CloudPlace.of("dev"), cloud.Shell()):
        assert not (tools.gcp / adopt.FILE).exists()


ASKED = ("gcloud firestore", "gcloud storage buckets describe")

CONFLICT = """
\u2502 Error: Error when trying to make it: googleapi: Error 409: Resource 'projects/petitions-test/topics/notices'
\u2502 already exists.
\u2502
\u2502   with module.topic["notices"].google_pubsub_topic.this,
\u2502   on modules/topic/main.tf line 3, in resource "google_pubsub_topic" "this":
"""
TOPIC = 'module.topic["notices"].google_pubsub_topic.this'


def test_what_google_has_already_is_imported_by_its_name(tools: Tools) -> None:
    """A run was killed after its request, so the resource is missing in Terraform's state."""
    after = {"name": "notices", "project": "petitions-test"}
    planned = read(change(TOPIC, "create", after=after))
    assert list(existing.refused(CONFLICT, planned)) == [(TOPIC, "projects/petitions-test/topics/notices")]
    assert list(existing.refused(CONFLICT.replace("already exists", "is odd").replace("409", "400"), planned)) == []
    assert list(existing.refused(CONFLICT, read())) == []
    assert adopt.import_too(cloud.Shell(), existing.refused(CONFLICT, planned))
    assert not adopt.import_too(cloud.Shell(), existing.refused(CONFLICT, planned))
    text = (tools.gcp / adopt.FILE).read_text()
    assert text == f'import {{\n  to = {TOPIC}\n  id = "projects/petitions-test/topics/notices"\n}}\n'


def test_what_google_would_make_twice_is_imported_by_its_title(tools: Tools) -> None:
    policy = 'google_monitoring_alert_policy.this["errors"]'
    planned = read(
        change(policy, "create", after={"display_name": "Errors"}),
        change("google_monitoring_dashboard.this", "create", after={"dashboard_json": '{"displayName": "Petitions"}'}),
    )
    there = json.dumps([{"displayName": "Errors", "name": "projects/p/alertPolicies/1"}, {"name": "other"}])
    tools.says({"gcloud alpha monitoring policies list": there, "gcloud monitoring dashboards list": None})
    place = cloud.CloudPlace.of("dev")
    assert list(existing.titled(place, cloud.Shell(), planned)) == [(policy, "projects/p/alertPolicies/1")]


def test_each_thing_that_google_refuses_to_make_twice_or_makes_twice_has_a_way_back() -> None:
    """Resources of all other types are looked up beforehand, are grants or settings, or are overwritten."""
    kinds = set(re.findall(r'^resource "(\w+)"', "".join(map(Path.read_text, GCP.rglob("*.tf"))), re.MULTILINE))
    others = {resource.removesuffix(".").partition(".")[0] for resource in adopt.KEPT_RESOURCES}
    others |= {"google_cloudfunctions2_function", "google_firestore_index", "google_firestore_field"}
    others |= {"google_project_service", "google_storage_bucket_object"}
    left = {kind for kind in kinds - others if not re.search(r"_iam_(member|audit_config)$", kind)}
    table = json.loads(Path(existing.__file__).with_name("existing.json").read_text())
    assert left == table["named"].keys() | table["titled"].keys()


def test_another_failure_takes_no_function_in(tools: Tools) -> None:
    adopt.take_in_failed(cloud.CloudPlace.of("dev"), cloud.Shell(), "Error: quota\n  with google_pubsub_topic.a,\n")
    assert not (tools.gcp / adopt.FILE).exists()


def test_the_stages_apply_what_was_shown_and_then_nothing_changes(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there = engine.copy(tmp_path / "copy")
    place = engine_tools(there, tmp_path, monkeypatch)
    monkeypatch.setattr(stages, "GCP", there.folder)
    monkeypatch.setattr(package, "TARGET", tmp_path / "package")
    package.TARGET.mkdir()
    there.given()
    (there.folder / "test.auto.tfvars.json").rename(package.TARGET / package.VARIABLES)
    shell = cloud.Shell()
    approved = stages.shown(place, shell)
    made = {item.address for item in approved.found}
    left = approved
    for name, targets in deploy.STAGES.items():
        left = left.without(stages.apply(place, shell, name, targets, approved))
    assert left.found == ()
    known = (shell.ask("terraform", "state", "list", cwd=there.folder) or "").splitlines()
    assert made == {item for item in known if not item.startswith("data.")}
    assert f"stage everything: {len(made)} changes" not in capsys.readouterr().out
    assert stages.shown(place, shell).found == ()
