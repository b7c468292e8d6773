"""Terraform's own engine accepts infra/gcp, and its plan has exactly the resources that the manifest declares."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from infra.emulators.firestore.transactions.optimistic import CONCURRENCY_MODE
from infra.operate.deployment import adopt
from infra.paths import GCP
from infra.rehearsal.control_plane import forgotten
from petitions.domain.watch.schedules import LONGEST_GAPS
from tests.infra.conftest import PYTHON, VARIABLES, Engine
from tests.infra.inventory import (
    ALERTS,
    DASHBOARD,
    MANIFEST,
    PUBLIC,
    SECRETS,
    by_name,
    is_logged,
    longest_gap,
    of_type,
    resources,
)

pytestmark = pytest.mark.release

LONGEST_ABSENCE = 23.5 * 3600
"""The longest time of a metric-absence condition in seconds, by Cloud Monitoring's documentation."""


def test_it_is_formatted(engine: Engine) -> None:
    done = engine.run("fmt", "-check", "-recursive", "-diff")
    assert done.returncode == 0, done.stdout


def test_it_is_valid(engine: Engine) -> None:
    done = engine.run("validate", "-json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["error_count"]) == (0, 0), answer
    assert answer["warning_count"] == 0, answer


@pytest.mark.parametrize(
    ("file", "before", "after", "words"),
    [
        ("secrets.tf", "secret_id =", "secret_idd =", "Unsupported argument"),
        (
            "modules/schedule/main.tf",
            "  region           = var.context.region\n",
            "  regions = 1\n",
            "Unsupported argument",
        ),
        ("modules/topic/main.tf", "  name    = var.name\n", "", "Missing required argument"),
        (
            "modules/function/main.tf",
            "timeout_seconds                  = var",
            "timeout_seconds = [1] #",
            "Incorrect attribute",
        ),
        ("storage.tf", "  versioning {", "  versionings {", "Unsupported block type"),
        (
            "network.tf",
            "google_compute_ssl_policy.site.id",
            "google_compute_ssl_policy.site.idd",
            "Unsupported attribute",
        ),
        ("main.tf", "module.function[each.value.function].uri", "module.functions.uri", "undeclared module"),
    ],
)
def test_what_is_not_well_formed_is_refused(
    engine: Engine, tmp_path: Path, file: str, before: str, after: str, words: str
) -> None:
    engine = engine.copy(tmp_path / "copy")
    text = (engine.folder / file).read_text()
    assert before in text
    (engine.folder / file).write_text(text.replace(before, after, 1))
    done = engine.run("validate", "-no-color")
    assert done.returncode == 1
    assert words in done.stdout + done.stderr


def test_an_unknown_resource_is_refused(engine: Engine, tmp_path: Path) -> None:
    engine = engine.copy(tmp_path / "copy")
    (engine.folder / "more.tf").write_text('resource "google_pubsub_topik" "x" {\n  name = "x"\n}\n')
    assert engine.run("validate", "-no-color").returncode == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data_location": "wherever"}, "data_location"),
        ({"project": "No Spaces"}, "project id"),
        ({"domain": "https://x.vn/"}, "domain"),
        ({"kms_key": "mine"}, "cryptoKeys"),
        ({"budget": 0.5}, "whole number"),
        ({"budget_currency": "dong"}, "Three capital letters"),
        ({"petitions_database": "channel"}, "petitions-restored"),
        ({"archives": {"intake": "intake.zip"}}, "make package"),
        ({"settings": VARIABLES["settings"] | {"ZALO_TEMPLATE": "{}"}}, "ZALO_TEMPLATE"),
        ({"settings": VARIABLES["settings"] | {"ID_KEY": "0123456789abcdef"}}, "ID_KEY"),
        ({"settings": VARIABLES["settings"] | {"DESK_URL": "https://x"}}, "DESK_URL"),
        ({"settings": {"ZALO_APP_ID": "1", "ZALO_OA_ID": "2"}}, "PORTAL_USERNAME"),
        ({"settings": VARIABLES["settings"] | {"PRIVACY_PROVIDER": ""}}, "PRIVACY_PROVIDER"),
        ({"settings": VARIABLES["settings"] | {"PRIVACY_ABROAD": ""}}, "PRIVACY_ABROAD"),
    ],
)
def test_a_wrong_variable_is_refused_with_words(engine: Engine, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(AssertionError) as refused:
        engine.plan(**changes)
    assert words in str(refused.value).partition("Error: ")[2]


def test_where_data_lie_must_be_decided_on_purpose(engine: Engine) -> None:
    (engine.folder / "test.auto.tfvars.json").write_text("{}")
    done = engine.run("plan", "-no-color", "-input=false")
    assert done.returncode == 1
    assert '"data_location" is not set' in done.stderr + done.stdout


def test_the_inventory_is_what_the_manifest_declares(plan: dict[str, Any]) -> None:
    found = Counter(resource["type"] for resource in resources(plan) if resource["mode"] == "managed")
    functions, databases = len(MANIFEST.functions), 4
    indexes = json.loads((GCP / "firestore.indexes.json").read_text())
    expected = {
        "google_cloudfunctions2_function": functions,
        "google_storage_bucket_object": functions,
        "google_service_account": 2 * functions + 2,
        "google_secret_manager_secret": len(SECRETS) + 1,
        "google_pubsub_topic": len(MANIFEST.topics),
        "google_pubsub_subscription": len(MANIFEST.subscriptions) + 1,
        "google_cloud_scheduler_job": len(MANIFEST.schedules),
        "google_firestore_database": databases,
        "google_firestore_backup_schedule": 2 * databases,
        "google_firestore_index": len(indexes["indexes"]),
        "google_firestore_field": len(indexes["fieldOverrides"]),
        "google_compute_backend_service": len(PUBLIC) + 1,
    }
    assert {kind: found[kind] for kind in expected} == expected


@pytest.mark.parametrize("name", sorted(MANIFEST.functions))
def test_a_function_is_deployed_as_declared(plan: dict[str, Any], name: str) -> None:
    function = MANIFEST.functions[name]
    service = by_name(plan, "google_cloudfunctions2_function")[name.replace("_", "-")]
    config = service["service_config"][0]
    assert config["max_instance_request_concurrency"] == function.concurrency
    assert config["environment_variables"]["THREADS"] == str(function.concurrency)
    assert config["available_memory"] == f"{function.memory_mib}Mi"
    assert config["timeout_seconds"] == function.timeout_seconds
    assert (config["min_instance_count"], config["max_instance_count"]) == (
        function.min_instances,
        function.max_instances,
    )
    assert config["ingress_settings"] == ("ALLOW_INTERNAL_AND_GCLB" if function.public else "ALLOW_INTERNAL_ONLY")
    inline = {item["key"] for item in config["secret_environment_variables"]}
    mounted = {item["mount_path"].removeprefix("/secrets/") for item in config["secret_volumes"]}
    assert inline | mounted == SECRETS & set(function.settings)
    assert mounted == {key for key in function.settings if MANIFEST.settings[key].mounted}
    given = set(config["environment_variables"]) - {"THREADS", "LOG_EXECUTION_ID"}
    assert given - mounted <= set(function.settings) - SECRETS
    assert service["build_config"][0]["source"][0]["storage_source"][0]["object"].startswith(f"functions/{name}-")


def test_nobody_is_let_in_by_a_grant_to_all_and_only_the_desk_is_behind_iap(plan: dict[str, Any]) -> None:
    """Organisations created since May 2024 refuse a grant to allUsers (iam.allowedPolicyMemberDomains)."""
    granted = json.dumps([resource["values"] for resource in resources(plan) if "_iam_" in resource["type"]])
    assert "allUsers" not in granted
    assert "allAuthenticatedUsers" not in granted
    backends = by_name(plan, "google_compute_backend_service")
    assert [name for name, values in backends.items() if values["iap"]] == ["site-desk"]


def test_subscriptions_are_those_of_the_local_emulator(plan: dict[str, Any]) -> None:
    planned = by_name(plan, "google_pubsub_subscription")
    holding = planned.pop("dead-letters-holding")
    assert holding["push_config"] == []
    assert set(planned) == set(MANIFEST.subscriptions)
    for name, sub in MANIFEST.subscriptions.items():
        values = planned[name]
        assert values["ack_deadline_seconds"] == sub.ack_deadline_seconds
        assert values["enable_message_ordering"] == sub.ordered
        assert values["message_retention_duration"] == f"{sub.retention_seconds}s"
        (retry,) = values["retry_policy"]
        assert retry == {
            "minimum_backoff": f"{sub.minimum_backoff_seconds}s",
            "maximum_backoff": f"{sub.maximum_backoff_seconds}s",
        }
        attempts = [policy["max_delivery_attempts"] for policy in values["dead_letter_policy"]]
        assert attempts == ([sub.max_delivery_attempts] if sub.max_delivery_attempts else [])
        assert len(values["push_config"]) == (1 if sub.function else 0)


def test_schedules_are_in_the_citys_time(plan: dict[str, Any]) -> None:
    jobs = by_name(plan, "google_cloud_scheduler_job")
    assert {name: (job["schedule"], job["time_zone"]) for name, job in jobs.items()} == {
        name: (schedule.cron, "Asia/Ho_Chi_Minh") for name, schedule in MANIFEST.schedules.items()
    }


def test_frozen_nothing_is_pushed_or_scheduled_and_functions_run_on_the_restored_database(engine: Engine) -> None:
    plan = engine.plan(frozen=True, petitions_database="petitions-restored")
    pushed = [name for name, item in by_name(plan, "google_pubsub_subscription").items() if item["push_config"]]
    assert pushed == []
    assert {job["paused"] for job in of_type(plan, "google_cloud_scheduler_job")} == {True}
    databases = {"petitions", "petitions-restored", "channel", "public", "tries"}
    assert set(by_name(plan, "google_firestore_database")) == databases
    both = {"petitions", "petitions-restored"}
    assert {item["database"] for item in of_type(plan, "google_firestore_index")} == both
    fields = of_type(plan, "google_firestore_field")
    assert {field["database"] for field in fields if field["collection"] != "tries"} == both
    assert [field["database"] for field in fields if field["collection"] == "tries"] == ["tries"]
    for name, function in MANIFEST.functions.items():
        service = by_name(plan, "google_cloudfunctions2_function")[name.replace("_", "-")]
        given = service["service_config"][0]["environment_variables"].get("FIRESTORE_DATABASE")
        assert given == ("petitions-restored" if "FIRESTORE_DATABASE" in function.settings else None)
    allowed = [
        item["condition"][0]["title"] for item in of_type(plan, "google_project_iam_member") if item["condition"]
    ]
    assert "database-petitions" not in allowed
    assert "database-petitions-restored" in allowed


def test_databases_are_optimistic_as_the_emulator_is(plan: dict[str, Any]) -> None:
    databases = by_name(plan, "google_firestore_database")
    assert set(databases) == {"petitions", "channel", "public", "tries"}
    for values in databases.values():
        assert values["concurrency_mode"] == CONCURRENCY_MODE
        assert values["point_in_time_recovery_enablement"] == "POINT_IN_TIME_RECOVERY_ENABLED"
        assert values["delete_protection_state"] == "DELETE_PROTECTION_ENABLED"


def test_indexes_are_those_that_the_emulator_reads(plan: dict[str, Any]) -> None:
    declared_indexes = json.loads((GCP / "firestore.indexes.json").read_text())["indexes"]
    planned = {
        (item["collection"], item["query_scope"], tuple((f["field_path"], f["order"]) for f in item["fields"]))
        for item in of_type(plan, "google_firestore_index")
    }
    assert planned == {
        (
            index["collectionGroup"],
            index["queryScope"],
            tuple((f["fieldPath"], f.get("order")) for f in index["fields"]),
        )
        for index in declared_indexes
    }


def test_adopting_names_what_terraform_names(plan: dict[str, Any]) -> None:
    buckets = {resource["index"] for resource in resources(plan) if resource["type"] == "google_storage_bucket"}
    assert buckets == set(adopt.BUCKETS)
    assert {item["bucket"] for item in of_type(plan, "google_storage_bucket_object")} == {
        f"{VARIABLES['project']}-archives"
    }
    indexes = {resource["index"] for resource in resources(plan) if resource["type"] == "google_firestore_index"}
    assert indexes == set(adopt.index_keys(GCP / "firestore.indexes.json", "petitions"))
    named = {
        resource["index"]: resource["values"]["secret_id"]
        for resource in resources(plan)
        if resource["address"].startswith("google_secret_manager_secret.this[")
    }
    assert named == adopt.secrets()
    assert set(by_name(plan, "google_firestore_database")) == set(adopt.DATABASES)


def test_data_cannot_be_destroyed_by_a_plan() -> None:
    for file, kinds in (
        ("firestore.tf", ["google_firestore_database"]),
        ("storage.tf", ["google_storage_bucket"]),
        ("secrets.tf", ["google_secret_manager_secret"]),
    ):
        text = (GCP / file).read_text()
        for kind in kinds:
            block = text.split(f'resource "{kind}" ', 1)[1].split("\nresource ", 1)[0]
            assert "prevent_destroy = true" in block


@pytest.mark.parametrize(
    "name", sorted({name for alert in (*ALERTS.values(), *DASHBOARD) for name in alert.get("logs", [])})
)
def test_alerts_and_dashboard_watch_metrics_that_the_code_logs(plan: dict[str, Any], name: str) -> None:
    assert is_logged(name)
    counter = by_name(plan, "google_logging_metric")[name]
    assert f'jsonPayload.metric = "{name}"' in counter["filter"]


def test_every_alert_is_a_policy_that_tells_the_operators_what_to_read(plan: dict[str, Any]) -> None:
    policies = by_name(plan, "google_monitoring_alert_policy", "display_name")
    assert set(policies) == {alert["title"] for alert in ALERTS.values()}
    for alert in ALERTS.values():
        policy = policies[alert["title"]]
        assert len(policy["conditions"]) == len(alert.get("logs", alert.get("schedules", [""])))
        text = policy["documentation"][0]["content"]
        assert alert["means"] in text
        assert [line[:3] for line in text.split("\n\n")[1:-1]] == [f"{n}. " for n in range(1, len(alert["steps"]) + 1)]
        assert f'"Alerts", {alert["runbook"]}' in text
        # Commands must run without changes, so no placeholder is left.
        assert (
            re.search(r"\b(PROJECT|REGION|WEBHOOK_URL|APP_ID|OA_ID|JOB)\b(?!=)", text.replace("PROJECT=petitions", ""))
            is None
        )
        assert "--project=" not in text or f"--project={VARIABLES['project']}" in text


def test_the_alerts_that_were_asked_for_are_there() -> None:
    asked = {"webhook_errors", "webhook_slow", "forged_events", "oldest_unacked", "dead_letters", "token_refresh"}
    asked |= {"dead_letters_many", "sending_refused", "sending_paused"}
    asked |= {
        "schedule_not_run",
        "portal_lag",
        "errors",
        "error_share",
        "site_down",
        "webhook_silent",
        "test_alert",
        "backup_missing",
    }
    asked |= {"messages_recovered", "calendar_ends", "erasure_failed", "secret_keys", "job_failed", "reference_failed"}
    assert asked <= set(ALERTS)
    # Only wrong signatures count as forged, not the console's unsigned probes.
    assert ALERTS["forged_events"]["where"] == 'metric.labels.reason = "forged"'
    # Messages in a subscription without push may wait, because an operator's command takes them.
    pulled = {name for name, sub in MANIFEST.subscriptions.items() if sub.function is None} | {"dead-letters-holding"}
    assert set(re.findall(r'!= "([\w-]+)"', ALERTS["oldest_unacked"]["filter"])) == pulled


def test_a_run_of_a_schedule_is_the_end_of_an_attempt_without_an_error(plan: dict[str, Any]) -> None:
    ran = by_name(plan, "google_logging_metric")["schedule_ran"]["filter"]
    assert "scheduler.logging.AttemptFinished" in ran
    assert "severity < ERROR" in ran
    assert ALERTS["schedule_not_run"]["metric"].endswith("/schedule_ran")


def test_every_schedule_is_watched_by_a_limit_that_follows_from_its_cron_line(plan: dict[str, Any]) -> None:
    limits = {job: int(limit) for limit, jobs in ALERTS["schedule_not_run"]["schedules"].items() for job in jobs}
    assert limits.keys() | LONGEST_GAPS.keys() == MANIFEST.schedules.keys()
    assert limits.keys().isdisjoint(LONGEST_GAPS)
    for name, limit in limits.items():
        gap = longest_gap(MANIFEST.schedules[name].cron).total_seconds()
        assert gap + 600 <= limit <= max(900, 15 * gap), name
        assert limit <= LONGEST_ABSENCE, "Cloud Monitoring looks back no longer"
    policies = by_name(plan, "google_monitoring_alert_policy", "display_name")
    conditions = policies[ALERTS["schedule_not_run"]["title"]]["conditions"]
    assert [int(condition["condition_absent"][0]["duration"][:-1]) for condition in conditions] == sorted(
        {*limits.values()}, key=str
    )


def test_what_is_critical_goes_to_the_channels_that_wake(engine: Engine, plan: dict[str, Any]) -> None:
    wakes = "projects/petitions-test/notificationChannels/123"
    woken = by_name(engine.plan(wake_channels=[wakes]), "google_monitoring_alert_policy", "display_name")
    for alert in ALERTS.values():
        assert (wakes in (woken[alert["title"]]["notification_channels"] or [])) == (alert["severity"] == "CRITICAL")
    (mail,) = of_type(plan, "google_monitoring_notification_channel")
    assert mail["type"] == "email"
    refused = engine.refused(wake_channels=["+84912345678"])
    assert "projects/PROJECT/notificationChannels/NUMBER" in refused


def test_each_chart_of_the_dashboard_is_a_question(plan: dict[str, Any]) -> None:
    (board,) = of_type(plan, "google_monitoring_dashboard")
    tiles = json.loads(board["dashboard_json"])["mosaicLayout"]["tiles"]
    assert [tile["widget"]["title"] for tile in tiles] == [chart["question"] for chart in DASHBOARD]
    assert all("?" in chart["question"] for chart in DASHBOARD)
    assert len({(tile.get("xPos", 0), tile.get("yPos", 0)) for tile in tiles}) == len(tiles)
    rows = [row for row in forgotten.ROWS["monitoring.projects.dashboards"] if "forgets" in row]
    for default in (f'"{row["field"]}": {json.dumps(row["forgets"])}' for row in rows):
        assert not re.search(rf"{re.escape(default)}[,}}]", json.dumps(tiles)), "every plan would set it again"


def test_logs_have_an_end_after_the_months_that_the_law_wants(plan: dict[str, Any]) -> None:
    logs = by_name(plan, "google_storage_bucket")["petitions-test-logs"]
    (rule,) = logs["lifecycle_rule"]
    (condition,) = rule["condition"]
    assert logs["retention_policy"][0]["retention_period"] == 365 * 24 * 3600
    assert 365 < condition["age"] <= 400


def test_checkov_finds_nothing_but_what_is_explained() -> None:
    if not PYTHON.exists():
        pytest.skip("*** CHECKOV DID NOT RUN: .venv-infra is missing; `make test-release` makes it.")
    call = [
        str(PYTHON.with_name("checkov")),
        "-d",
        str(GCP),
        "--framework",
        "terraform",
        "--compact",
        "--skip-download",
        "-o",
        "json",
    ]
    done = subprocess.run(call, capture_output=True, text=True, timeout=240, check=False)
    report = json.loads(done.stdout)
    failed = [f"{item['check_id']} {item['resource']}" for item in report["results"]["failed_checks"]]
    assert failed == []
    declared = sum(path.read_text().count('\nresource "') for path in GCP.rglob("*.tf"))
    assert report["summary"]["resource_count"] >= declared  # proves that checkov read all files
    for item in report["results"]["skipped_checks"]:
        assert item["check_result"]["suppress_comment"].strip()
