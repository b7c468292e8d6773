"""Summarize, for the operator's approval, the resources that `make destroy` deletes and those it leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from infra.operate.deployment.adopt import KEPT_RESOURCES

_GROUPS = (
    (("google_service_account", "google_project_iam", "_iam_member"), "accounts and rights"),
    (("google_cloudfunctions2_",), "functions: nobody is answered any more, and Zalo's events are refused"),
    (
        ("google_compute_", "google_iap_", "google_vpc_access_"),
        "parts of the load balancer and of the way out: addresses are given back, so DNS must be set to the new ones",
    ),
    (("google_pubsub_topic", "google_pubsub_subscription"), "of topics and subscriptions: messages that wait are lost"),
    (("google_cloud_scheduler_",), "schedules: no reminder, no escalation, no sending"),
    (
        ("google_firestore_",),
        "indexes and rules of fields: documents stay; building them anew takes minutes to hours",
    ),
    (
        ("google_monitoring_", "google_logging_", "google_billing_"),
        "alerts, charts, metrics of the log, the log's way into its bucket, the budget: nobody is alerted any more",
    ),
    (("google_storage_bucket_object",), "archives of the functions that are deployed now"),
    (("google_artifact_registry_",), "repository of images, with all of them"),
    (("google_project_service",), "services of Google: they stay enabled and are only forgotten"),
)
"""Resource types by prefix or suffix, with the consequence of destroying them. The first match counts."""

_KEPT = (
    ("google_firestore_database.", "databases, with every document and backup"),
    ("google_firestore_backup_schedule.", "schedules of backups: they go on"),
    ("google_storage_bucket.", "buckets, with every file, log and archive of former releases"),
    ("google_secret_manager_secret.", "secrets, with their values"),
)


def lines(known: Sequence[str]) -> Iterator[str]:
    """Yield a summary of resources in Terraform's state: those that are destroyed, then those that stay."""
    kept = [item for item in known if item.startswith(KEPT_RESOURCES)]
    gone = [item for item in known if item not in kept and ".data." not in f".{item}" and not item.startswith("data.")]
    yield f"DESTROYED, {len(gone)} in all:"
    left = list(gone)
    for types, words in _GROUPS:
        mine = [item for item in left if _is_of(_kind(item), types)]
        left = [item for item in left if item not in mine]
        if mine:
            yield f"  {len(mine):4} {words}{_names(mine, types)}"
    if left:
        yield f"  {len(left):4} others: {', '.join(sorted({_kind(item) for item in left}))}"
    yield f"STAYS, {len(kept)} in all, for the next `make deploy` to take back:"
    for start, words in _KEPT:
        mine = [item for item in kept if item.startswith(start)]
        if mine:
            yield f"  {len(mine):4} {words}: {', '.join(sorted(map(_key, mine)))}"


def _kind(address: str) -> str:
    found = re.search(r"(?:^|\.)(google_\w+)\.", address)
    return found[1] if found else address


def _is_of(kind: str, types: Sequence[str]) -> bool:
    return any(kind.startswith(item) or (item.startswith("_") and kind.endswith(item)) for item in types)


def _key(address: str) -> str:
    keys = re.findall(r'\["([^"]+)"\]', address)
    return keys[-1] if keys else address.rpartition(".")[2]


def _names(addresses: Sequence[str], types: Sequence[str]) -> str:
    named = types[0].startswith(("google_cloudfunctions2_", "google_cloud_scheduler_"))
    return f" ({', '.join(sorted(map(_key, addresses)))})" if named else ""
