"""Well-formed but wrong values are refused by the stub, like by the provider's validators or by Google's servers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from infra.rehearsal.stub import schema
from tests.infra.conftest import PYTHON, Engine
from tests.infra.derive_schema import used

pytestmark = pytest.mark.release

_FUNCTION = {
    "name": "intake",
    "location": "asia-southeast1",
    "build_config": {"runtime": "python313", "entry_point": "main"},
    "service_config": {
        "available_memory": "512Mi",
        "available_cpu": "1",
        "timeout_seconds": 50,
        "max_instance_request_concurrency": 8,
        "min_instance_count": 0,
        "max_instance_count": 20,
        "ingress_settings": "ALLOW_INTERNAL_ONLY",
    },
}
_SUBSCRIPTION = {
    "name": "notices-notifications",
    "topic": "projects/p/topics/notices",
    "ack_deadline_seconds": 60,
    "message_retention_duration": "604800s",
    "retry_policy": {"minimum_backoff": "10s", "maximum_backoff": "600s"},
    "dead_letter_policy": {"dead_letter_topic": "projects/p/topics/dead-letters", "max_delivery_attempts": 100},
    "push_config": {"push_endpoint": "https://notifications.run.app/push/notices"},
}
_JOB = {
    "name": "reminders-sweep",
    "region": "asia-southeast1",
    "schedule": "*/5 6-22 * * mon-sat",
    "time_zone": "Asia/Ho_Chi_Minh",
    "attempt_deadline": "60s",
    "retry_config": {"retry_count": 1},
    "http_target": {"uri": "https://reminders.run.app/schedule/reminders-sweep", "http_method": "POST"},
}
_INDEX = {
    "collection": "petitions",
    "database": "petitions",
    "query_scope": "COLLECTION",
    "fields": [{"field_path": "unit", "order": "ASCENDING"}, {"field_path": "due", "order": "DESCENDING"}],
}
_ALERT = {
    "display_name": "Dead letters",
    "combiner": "OR",
    "severity": "CRITICAL",
    "documentation": {"content": "what to do", "mime_type": "text/markdown"},
    "conditions": {
        "display_name": "dead_letter",
        "condition_threshold": {
            "filter": 'metric.type = "run.googleapis.com/request_count" AND resource.type = "cloud_run_revision"',
            "comparison": "COMPARISON_GT",
            "duration": "0s",
            "aggregations": {"alignment_period": "60s", "per_series_aligner": "ALIGN_DELTA"},
        },
    },
}
_BUCKET = {
    "name": "petitions-test-attachments",
    "location": "asia-southeast1",
    "public_access_prevention": "enforced",
    "soft_delete_policy": {"retention_duration_seconds": 0},
}
_GRANT = {
    "project": "petitions-test",
    "role": "roles/datastore.user",
    "member": "serviceAccount:fn-intake@petitions-test.iam.gserviceaccount.com",
    "condition": {"title": "one", "expression": 'resource.name.startsWith("projects/p/databases/petitions/")'},
}
_ARMOR = {
    "name": "site-desk",
    "rule": {
        "action": "throttle",
        "priority": 1000,
        "match": {"versioned_expr": "SRC_IPS_V1", "config": {"src_ip_ranges": ["*"]}},
        "rate_limit_options": {
            "conform_action": "allow",
            "exceed_action": "deny(429)",
            "rate_limit_threshold": {"count": 300, "interval_sec": 60},
        },
    },
}
RIGHT: dict[str, dict[str, Any]] = {
    "google_cloudfunctions2_function": _FUNCTION,
    "google_pubsub_subscription": _SUBSCRIPTION,
    "google_cloud_scheduler_job": _JOB,
    "google_firestore_index": _INDEX,
    "google_firestore_backup_schedule": {"database": "petitions", "retention": "8467200s", "daily_recurrence": {}},
    "google_monitoring_alert_policy": _ALERT,
    "google_storage_bucket": _BUCKET,
    "google_project_iam_member": _GRANT,
    "google_compute_security_policy": _ARMOR,
    "google_project_service": {"service": "pubsub.googleapis.com"},
    "google_service_account": {"account_id": "build-public-site"},
    "google_firestore_database": {"name": "petitions", "location_id": "asia-southeast1", "type": "FIRESTORE_NATIVE"},
    "google_secret_manager_secret": {
        "secret_id": "id-key",
        "replication": {"user_managed": {"replicas": {"location": "asia-southeast1"}}},
    },
    "google_logging_metric": {
        "name": "dead_letter",
        "filter": 'resource.type = "cloud_run_revision" AND jsonPayload."@type" = "x" AND severity >= DEFAULT',
    },
}


class Wrong(NamedTuple):
    """A wrong value at a path of a resource. `by` names the party that refuses it, "provider" or "Google"."""

    kind: str
    path: str
    value: Any
    by: str


WRONG = {
    "a misspelt ingress": Wrong(
        "google_cloudfunctions2_function", "service_config.ingress_settings", "ALLOW_INTERNAL", "provider"
    ),
    "an index that runs up": Wrong("google_firestore_index", "fields.1.order", "UP", "provider"),
    "a severity that is none": Wrong("google_monitoring_alert_policy", "severity", "FATAL", "provider"),
    "an aligner that is none": Wrong(
        "google_monitoring_alert_policy",
        "conditions.condition_threshold.aggregations.per_series_aligner",
        "ALIGN_P95",
        "provider",
    ),
    "an account's id of 31 letters": Wrong("google_service_account", "account_id", "b" * 31, "provider"),
    "a sentence as an account's name": Wrong("google_service_account", "display_name", "runs " * 21, "Google"),
    "a database of an unknown type": Wrong("google_firestore_database", "type", "NATIVE", "provider"),
    "a member without a kind": Wrong("google_project_iam_member", "member", "fn-intake", "provider"),
    "an API with a path": Wrong("google_project_service", "service", "https://pubsub", "provider"),
    "memory in MB": Wrong("google_cloudfunctions2_function", "service_config.available_memory", "512MB", "Google"),
    "eight at once on half a CPU": Wrong(
        "google_cloudfunctions2_function", "service_config.available_cpu", "0.5", "Google"
    ),
    "a time-out of two hours": Wrong(
        "google_cloudfunctions2_function", "service_config.timeout_seconds", 7200, "Google"
    ),
    "a region that is none": Wrong("google_cloudfunctions2_function", "location", "asia-southeast9", "Google"),
    "an ack deadline of 20 minutes": Wrong("google_pubsub_subscription", "ack_deadline_seconds", 1200, "Google"),
    "a retention in days": Wrong("google_pubsub_subscription", "message_retention_duration", "7d", "Google"),
    "3 attempts": Wrong("google_pubsub_subscription", "dead_letter_policy.max_delivery_attempts", 3, "Google"),
    "a cron of minute 60": Wrong("google_cloud_scheduler_job", "schedule", "60 * * * *", "Google"),
    "a time zone that is none": Wrong("google_cloud_scheduler_job", "time_zone", "Asia/Hanoi", "Google"),
    "a bucket in capitals": Wrong("google_storage_bucket", "name", "Petitions_Attachments", "Google"),
    "three days of soft deletion": Wrong(
        "google_storage_bucket", "soft_delete_policy.retention_duration_seconds", 259200, "Google"
    ),
    "a role that is none": Wrong("google_project_iam_member", "role", "roles/datastore.writer", "Google"),
    "a quote that does not close": Wrong(
        "google_project_iam_member", "condition.expression", 'resource.name.startsWith("projects/p)', "Google"
    ),
    "a filter without its resource": Wrong(
        "google_monitoring_alert_policy",
        "conditions.condition_threshold.filter",
        'metric.type = "logging.googleapis.com/user/dead_letter"',
        "Google",
    ),
    "a duration of half a minute": Wrong(
        "google_monitoring_alert_policy", "conditions.condition_threshold.duration", "30s", "Google"
    ),
    "an API that is none": Wrong("google_project_service", "service", "cloudpubsub.googleapis.com", "Google"),
    "backups kept a year": Wrong("google_firestore_backup_schedule", "retention", "31536000s", "Google"),
    "a rate of each 45 s": Wrong(
        "google_compute_security_policy", "rule.rate_limit_options.rate_limit_threshold.interval_sec", 45, "Google"
    ),
    "a secret with a dot": Wrong("google_secret_manager_secret", "secret_id", "id.key", "Google"),
    "a log filter with words": Wrong("google_logging_metric", "filter", "severity is ERROR", "Google"),
}


def changed(values: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    made = json.loads(json.dumps(values))
    *above, last = path.split(".")
    at = made
    for step in above:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[last] = value
    return dict(made)


def key(name: str) -> str:
    return "".join(item if item.isalnum() else "_" for item in f"case_{name}")


def configuration(*, wrong: bool) -> dict[str, Any]:
    cases = {name: (item.kind, changed(RIGHT[item.kind], item.path, item.value)) for name, item in WRONG.items()}
    named = cases if wrong else {kind: (kind, values) for kind, values in RIGHT.items()}
    resources: dict[str, dict[str, Any]] = {}
    for name, (kind, values) in named.items():
        resources.setdefault(kind, {})[key(name)] = {"project": "petitions-test"} | values
    versions = {"required_providers": {"google": {"source": "hashicorp/google", "version": schema.load().version}}}
    return {"terraform": versions, "resource": resources}


def refused(folder: Path, *, wrong: bool) -> dict[str, list[str]]:
    if not PYTHON.exists():
        pytest.skip("*** TERRAFORM WAS NOT TESTED: .venv-infra is missing; `make test-release` makes it.")
    (folder / "main.tf.json").write_text(json.dumps(configuration(wrong=wrong)))
    engine = Engine(folder)
    assert engine.run("init", "-no-color").returncode == 0
    answer = json.loads(engine.run("validate", "-json").stdout)
    found: dict[str, list[str]] = {}
    for item in answer["diagnostics"]:
        if item["severity"] == "error":
            found.setdefault(item["address"].rpartition(".")[2], []).append(item["detail"])
    return found


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return refused(tmp_path_factory.mktemp("wrong"), wrong=True)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_refused_where_it_stands(messages: dict[str, list[str]], name: str) -> None:
    case = WRONG[name]
    words = messages.pop(key(name))
    # Half a CPU is only wrong together with the concurrency, which the message names instead.
    assert all(case.path.rpartition(".")[2] in word or "concurrency" in word for word in words), words
    assert any("Google refuses" in word for word in words) or case.by == "provider"
    assert any("Google refuses" not in word for word in words) or case.by == "Google"


def test_nothing_is_refused_that_is_right(tmp_path: Path) -> None:
    assert refused(tmp_path, wrong=False) == {}


def test_the_file_knows_what_infra_gcp_uses_and_no_more() -> None:
    known = schema.load()
    assert {kind for kind, data, _ in used() if not data} == set(known.resources)
    assert {kind for kind, data, _ in used() if data} == set(known.data_sources)
