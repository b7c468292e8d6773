"""Values that Google's servers refuse although the provider accepts them, with the source of every rule.

`[API name]` is the discovery document of that API (in google-api-python-client 2.202.0, 10 November 2026), `[docs ...]`
a page under cloud.google.com. The rules cover only types and arguments that infra/gcp uses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

Check = Callable[[Any], bool]
DAY = 24 * 3600

APIS = frozenset(json.loads(Path(__file__).with_name("google_apis.json").read_text())["names"])
REGIONS = frozenset(
    f"{place}{number}"
    for place, numbers in {
        "africa-south": "1", "asia-east": "12", "asia-northeast": "123", "asia-south": "12", "asia-southeast": "123",
        "australia-southeast": "12", "europe-central": "2", "europe-north": "12", "europe-southwest": "1",
        "europe-west": ("1", "2", "3", "4", "6", "8", "9", "10", "12"), "me-central": "12", "me-west": "1",
        "northamerica-northeast": "12", "northamerica-south": "1", "southamerica-east": "1", "southamerica-west": "1",
        "us-central": "1", "us-east": "145", "us-south": "1", "us-west": "1234",
    }.items()
    for number in numbers
)  # fmt: skip
"""Google Cloud regions, as of November 2026 [docs about/locations]."""
ROLES = frozenset(
    f"roles/{name}"
    for name in (
        "editor", "owner", "viewer",
        "artifactregistry.writer", "cloudkms.cryptoKeyEncrypterDecrypter", "datastore.user", "datastore.viewer",
        "iam.serviceAccountTokenCreator", "iap.httpsResourceAccessor", "logging.logWriter", "pubsub.publisher",
        "pubsub.subscriber", "run.invoker", "secretmanager.secretAccessor", "secretmanager.secretVersionAdder",
        "secretmanager.secretVersionManager", "storage.objectCreator", "storage.objectUser", "storage.objectViewer",
        "telemetry.tracesWriter",
    )
)  # fmt: skip
"""The predefined IAM roles that infra/gcp grants [docs iam/docs/roles-permissions]. Look up a new role there."""
RUNTIMES = frozenset(f"python3{minor}" for minor in (10, 11, 12, 13, 14))
"""The runtimes of functions that can still be deployed [docs run/docs/runtime-support]."""
RATE_SECONDS = frozenset({10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700, 3600})
"""The intervals in seconds that a rate limit may have.

[API compute] SecurityPolicyRuleRateLimitOptionsThreshold.intervalSec, [docs armor/docs/rate-limiting-overview].
"""


def _matches(pattern: str) -> Check:
    return lambda value: re.fullmatch(pattern, str(value)) is not None


def _between(low: float, high: float) -> Check:
    return lambda value: low <= float(value) <= high


def _lasts(low: float, high: float, *, minutes: bool = False) -> Check:
    """Return a check of a duration such as "600s", which must be between `low` and `high` seconds.

    With `minutes`, it must also be a whole number of minutes.
    """

    def lasts(value: Any) -> bool:
        found = re.fullmatch(r"(\d+(?:\.\d{1,9})?)s", str(value))
        return found is not None and low <= float(found[1]) <= high and not (minutes and float(found[1]) % 60)

    return lasts


def _memory(value: Any) -> bool:
    units = {"k": 10**3, "M": 10**6, "G": 10**9, "Mi": 2**20, "Gi": 2**30, "": 1}
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(k|M|G|Mi|Gi|)", str(value))
    return found is not None and 128 * 10**6 <= float(found[1]) * units[found[2]] <= 32 * 2**30


_CRON = ((0, 59, ""), (0, 23, ""), (1, 31, ""), (1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
         (0, 7, "sun mon tue wed thu fri sat"))  # fmt: skip


def _cron(value: Any) -> bool:
    fields = str(value).split()
    return len(fields) == len(_CRON) and all(_of_cron(*item) for item in zip(fields, _CRON, strict=True))


def _of_cron(field: str, bounds: tuple[int, int, str]) -> bool:
    low, high, names = bounds
    for part in field.lower().split(","):
        found = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/([1-9]\d*))?", part)
        if found is None:
            return False
        ends = [group for group in found.groups()[:2] if group not in {None, "*"}]
        if not all(item in names.split() or (item.isdigit() and low <= int(item) <= high) for item in ends):
            return False
    return True


_MONITORED = r"(?:metric|resource)\.(?:type|labels?\.\w+)|metadata\.\w+\.\w+|project|group\.id"
_QUOTED = r'"(?:[^"\\]|\\.)*"'


def _metric_filter(value: Any) -> bool:
    """Return whether a value is a filter of Cloud Monitoring that names a metric type and a resource type.

    A filter consists of comparisons, joined by AND, OR and NOT.
    """
    call = rf"[a-z_.]+\({_QUOTED}(?:, ?{_QUOTED})*\)"
    one = rf"(?:NOT )?(?:{_MONITORED}) ?(?:!=|=|<=|>=|<|>|:) ?(?:{_QUOTED}|{call}|[\d.]+)"
    well = re.fullmatch(rf"\(*{one}\)*(?: (?:AND|OR) \(*{one}\)*)*", str(value))
    return bool(well) and all(re.search(rf"\b{item}\.type ?=", str(value)) for item in ("metric", "resource"))


def _log_filter(value: Any) -> bool:
    """Return whether a value is a filter of Cloud Logging: comparisons of fields, joined by AND, OR and NOT."""
    name = rf"(?:\w+|{_QUOTED})(?:\.(?:\w+|{_QUOTED}))*"
    one = rf"(?:NOT )?{name} ?(?:!=|=~|!~|=|<=|>=|<|>|:) ?(?:{_QUOTED}|[\w.-]+)"
    return re.fullmatch(rf"\(*{one}\)*(?: (?:AND|OR) \(*{one}\)*)*", str(value)) is not None


def _expression(value: Any) -> bool:
    """Return whether an IAM condition has balanced quotes and brackets and at most 12 operators [docs iam/quotas]."""
    rest = re.sub(_QUOTED, "", str(value))
    return '"' not in rest and rest.count("(") == rest.count(")") and len(re.findall(r"&&|\|\||!", rest)) <= 12


def _role(value: Any) -> bool:
    return value in ROLES or re.fullmatch(r"projects/[\w-]+/roles/[\w.]{3,64}", str(value)) is not None


def _api(name: Any) -> bool:
    return str(name).removesuffix(".googleapis.com") in APIS and str(name).endswith(".googleapis.com")


def _port(value: Any) -> bool:
    return str(value) in {"80", "443"}


_NAME = _matches(r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?")
_MEMBER = _matches(
    r"(?:user|group|serviceAccount):[^@\s:]+@[\w.-]+|domain:[\w.-]+|principal(?:Set)?://.+|all(?:Authenticated)?Users"
)
_TOPIC = _matches(r"(?!goog)[A-Za-z][\w.~+%-]{2,254}")
_GRANT: dict[str, tuple[Check, str]] = {
    "role": (_role, "[docs iam/docs/roles-permissions]"),
    "member": (_MEMBER, "[API iam] Binding.members"),
    "condition.title": (_matches(r".{1,100}"), "[API iam] Expr, [docs iam/quotas]"),
    "condition.expression": (_expression, "[docs iam/quotas]"),
}
_REGION: tuple[Check, str] = (REGIONS.__contains__, "[docs about/locations]")

RULES: dict[str, dict[str, tuple[Check, str]]] = {
    "google_artifact_registry_repository": {
        "repository_id": (_NAME, "[API artifactregistry] Repository.name"),
        "location": _REGION,
        "format": (_matches("DOCKER"), "[API artifactregistry] Repository.format: images of functions"),
        "cleanup_policies.condition.older_than": (_lasts(0, 10**10), "[API artifactregistry] google-duration"),
    },
    "google_billing_budget": {
        "billing_account": (_matches(r"(?:[0-9A-F]{6}-){2}[0-9A-F]{6}"), "[API billingbudgets]"),
        "amount.specified_amount.currency_code": (_matches("[A-Z]{3}"), "[API billingbudgets] Money: ISO 4217"),
        "amount.specified_amount.units": (_matches(r"[1-9]\d*"), "[API billingbudgets] Money: whole units"),
        "threshold_rules.threshold_percent": (_between(0, 10), "[API billingbudgets]: 1.0 is 100 %"),
    },
    "google_cloud_scheduler_job": {
        "region": _REGION,
        "schedule": (_cron, "[API cloudscheduler] Job.schedule"),
        "time_zone": (available_timezones().__contains__, "[API cloudscheduler] Job.timeZone: the tz database"),
        "attempt_deadline": (_lasts(15, 1800), "[API cloudscheduler] Job.attemptDeadline"),
        "retry_config.retry_count": (_between(0, 5), "[API cloudscheduler] RetryConfig.retryCount"),
        "http_target.uri": (_matches(r"https://\S+"), "[API cloudscheduler] HttpTarget.uri; a token goes by https"),
    },
    "google_cloudfunctions2_function": {
        "name": (_NAME, "[API cloudfunctions] Function.name: letters, digits, hyphens, at most 63"),
        "location": _REGION,
        "build_config.runtime": (RUNTIMES.__contains__, "[docs run/docs/runtime-support]"),
        "service_config.available_memory": (_memory, "[API cloudfunctions] availableMemory, [docs functions/quotas]"),
        "service_config.timeout_seconds": (_between(1, 3600), "[docs functions/quotas]"),
        "service_config.max_instance_request_concurrency": (_between(1, 1000), "[docs run/docs/about-concurrency]"),
    },
    "google_compute_managed_ssl_certificate": {
        "name": (_NAME, "[API compute] SslCertificate.name"),
        "managed.domains": (_matches(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,}"), "[API compute] managed.domains"),
    },
    "google_compute_region_network_endpoint_group": {"name": (_NAME, "[API compute]"), "region": _REGION},
    "google_compute_security_policy": {
        "name": (_NAME, "[API compute] SecurityPolicy.name"),
        "rule.priority": (_between(0, 2**31 - 1), "[API compute] SecurityPolicyRule.priority"),
        "rule.action": (
            _matches(r"allow|deny\((?:403|404|429|502)\)|throttle|rate_based_ban|redirect"),
            "[API compute] SecurityPolicyRule.action",
        ),
        "rule.rate_limit_options.exceed_action": (
            _matches(r"deny\((?:403|404|429|502)\)|redirect"), "[API compute] exceedAction"
        ),
        "rule.rate_limit_options.rate_limit_threshold.interval_sec": (
            RATE_SECONDS.__contains__, "[docs armor/docs/rate-limiting-overview]"
        ),
    },
    "google_compute_global_forwarding_rule": {"port_range": (_port, "[docs load-balancing/docs/https]")},
    "google_firestore_backup_schedule": {
        "retention": (_lasts(DAY, 14 * 7 * DAY), "[API firestore] BackupSchedule.retention: at most 14 weeks"),
    },
    "google_firestore_database": {
        "name": (_matches(r"[a-z][a-z0-9-]{2,61}[a-z0-9]|\(default\)"), "[API firestore] databases.create databaseId"),
        "location_id": (lambda value: value in REGIONS | {"nam5", "eur3"}, "[docs firestore/docs/locations]"),
        "type": (_matches("FIRESTORE_NATIVE"), "the functions' client; a database keeps its type"),
    },
    "google_firestore_field": {"collection": (_matches(r"(?!__.*__$)[^/]+"), "[API firestore] Field.name")},
    "google_firestore_index": {"collection": (_matches(r"(?!__.*__$)[^/]+"), "[API firestore] Index.name")},
    "google_vpc_access_connector": {
        "name": (_matches(r"[a-z](?:[-a-z0-9]{0,23}[a-z0-9])?"), "[docs vpc/docs/configure-serverless-vpc-access]"),
        "region": _REGION,
        "machine_type": (_matches("f1-micro|e2-micro|e2-standard-4"), "[API vpcaccess] Connector.machineType"),
        "min_instances": (_between(2, 9), "[API vpcaccess] Connector.minInstances"),
        "max_instances": (_between(3, 10), "[API vpcaccess] Connector.maxInstances"),
    },
    "google_logging_metric": {
        "name": (_matches(r"[\w./-]{1,100}"), "[API logging] LogMetric.name"),
        "filter": (_log_filter, "[docs logging/docs/view/logging-query-language]"),
    },
    "google_logging_project_exclusion": {
        "name": (_matches(r"[A-Za-z0-9][\w.-]{0,99}"), "[API logging] LogExclusion.name"),
        "filter": (_log_filter, "[docs logging/docs/view/logging-query-language]"),
    },
    "google_logging_project_sink": {
        "destination": (
            _matches(r"(?:storage|bigquery|pubsub|logging)\.googleapis\.com/\S+"), "[API logging] LogSink.destination"
        ),
        "filter": (_log_filter, "[docs logging/docs/view/logging-query-language]"),
        "exclusions.filter": (_log_filter, "[docs logging/docs/view/logging-query-language]"),
    },
    "google_monitoring_alert_policy": {
        "conditions.condition_threshold.filter": (_metric_filter, "[API monitoring] MetricThreshold.filter"),
        "conditions.condition_absent.filter": (_metric_filter, "[API monitoring] MetricAbsence.filter"),
        "conditions.condition_threshold.duration": (_lasts(0, DAY, minutes=True), "[API monitoring]: whole minutes"),
        "conditions.condition_absent.duration": (_lasts(120, DAY, minutes=True), "[API monitoring]: at least 120 s"),
        "conditions.condition_threshold.aggregations.alignment_period": (
            _lasts(60, 90_000), "[API monitoring] Aggregation.alignmentPeriod: 60 to 90,000 s in a policy"
        ),
        "conditions.condition_absent.aggregations.alignment_period": (_lasts(60, 90_000), "[API monitoring]"),
        "documentation.content": (
            lambda text: len(text) <= 8192 and len(text.encode()) <= 10_240, "[API monitoring] Documentation.content"
        ),
        "documentation.subject": (lambda text: len(text) <= 255, "[API monitoring] Documentation.subject"),
    },
    "google_monitoring_notification_channel": {
        "type": (_matches("email"), "[API monitoring] notificationChannelDescriptors: the one that takes an address"),
    },
    "google_monitoring_uptime_check_config": {
        "timeout": (_lasts(1, 60), "[API monitoring] UptimeCheckConfig.timeout"),
        "period": (_matches("60s|300s|600s|900s"), "[API monitoring] UptimeCheckConfig.period"),
    },
    "google_project_iam_audit_config": {
        "service": (lambda name: name == "allServices" or _api(name), "[API cloudresourcemanager] AuditConfig.service"),
        "audit_log_config.log_type": (_matches("ADMIN_READ|DATA_READ|DATA_WRITE"), "[API cloudresourcemanager]"),
    },
    "google_project_iam_custom_role": {
        "permissions": (_matches(r"[a-z][a-z0-9]*\.[A-Za-z]+\.[A-Za-z]+"), "[docs iam/docs/permissions-reference]"),
    },
    "google_project_service": {"service": (_api, "[API discovery], google_apis.json")},
    "google_pubsub_topic": {
        "name": (_TOPIC, "[API pubsub] Topic.name"),
        "message_storage_policy.allowed_persistence_regions": _REGION,
    },
    "google_pubsub_subscription": {
        "name": (_TOPIC, "[API pubsub] Subscription.name"),
        "ack_deadline_seconds": (_between(10, 600), "[API pubsub] Subscription.ackDeadlineSeconds"),
        "message_retention_duration": (_lasts(600, 31 * DAY), "[API pubsub]: 10 minutes to 31 days"),
        "dead_letter_policy.max_delivery_attempts": (_between(5, 100), "[API pubsub] DeadLetterPolicy"),
        "retry_policy.minimum_backoff": (_lasts(0, 600), "[API pubsub] RetryPolicy"),
        "retry_policy.maximum_backoff": (_lasts(0, 600), "[API pubsub] RetryPolicy"),
        "push_config.push_endpoint": (_matches(r"https://\S+"), "[API pubsub] PushConfig.pushEndpoint"),
    },
    "google_service_account": {
        "display_name": (lambda text: len(text.encode()) <= 100, "[API iam] ServiceAccount.displayName: 100 bytes"),
        "description": (lambda text: len(text.encode()) <= 256, "[API iam] ServiceAccount.description: 256 bytes"),
    },
    "google_secret_manager_secret": {
        "secret_id": (_matches(r"[\w-]{1,255}"), "[API secretmanager] secrets.create secretId"),
        "replication.user_managed.replicas.location": _REGION,
    },
    "google_storage_bucket": {
        "name": (
            _matches(r"(?!goog|.*google|xn--)[a-z0-9](?:[a-z0-9_-]|\.(?!\.)){1,61}[a-z0-9]"),
            "[docs storage/docs/buckets#naming]",
        ),
        "location": (lambda value: value.lower() in REGIONS | {"asia", "eu", "us"}, "[docs storage/docs/locations]"),
        "retention_policy.retention_period": (_between(1, 100 * 366 * DAY), "[docs storage/docs/bucket-lock]"),
        "soft_delete_policy.retention_duration_seconds": (
            lambda seconds: seconds == 0 or 7 * DAY <= seconds <= 90 * DAY, "[docs storage/docs/soft-delete]"
        ),
    },
}  # fmt: skip


def faults(kind: str, values: dict[str, Any], unknown: type) -> Iterator[str]:
    """Yield an error for every argument of a resource that Google would refuse. Values not known yet are skipped."""
    rules = _GRANT if kind.endswith("_iam_member") else RULES.get(kind, {})
    for path, (check, source) in rules.items():
        for value in _at(values, path.split("."), unknown):
            if not check(value):
                yield f"{path}: Google refuses {value!r} {source}"
    if kind == "google_cloudfunctions2_function":
        yield from _scaling(values, unknown)
    if kind == "google_monitoring_alert_policy" and not 1 <= len(values.get("conditions") or ()) <= 6:
        yield "conditions: Google refuses more than six, or none [API monitoring] AlertPolicy.conditions"


def _scaling(values: dict[str, Any], unknown: type) -> Iterator[str]:
    for service in _at(values, ["service_config"], unknown):
        at_once, cpu = service.get("max_instance_request_concurrency"), service.get("available_cpu")
        low, high = service.get("min_instance_count"), service.get("max_instance_count")
        if _known(unknown, at_once, cpu) and at_once > 1 and float(str(cpu).removesuffix("m")) < 1:
            yield f"concurrency {at_once}: Google refuses it below one CPU [docs run/docs/about-concurrency]"
        if _known(unknown, low, high) and low > high:
            yield f"min_instance_count {low}: Google refuses more than max_instance_count [API run]"


def _known(unknown: type, *values: Any) -> bool:
    return not any(value is None or isinstance(value, unknown) for value in values)


def _at(values: Any, path: list[str], unknown: type) -> Iterator[Any]:
    if values is None or isinstance(values, unknown):
        return
    if isinstance(values, list):
        for item in values:
            yield from _at(item, path, unknown)
    elif path:
        yield from _at(values.get(path[0]), path[1:], unknown)
    else:
        yield values
