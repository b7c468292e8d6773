"""Rules by which Google refuses requests that the schemas allow. `rules.json` lists every rule with its source.

A function for a rule checks a call before it is answered, and raises RefusedError with the name of the rule. Rules of a
single service are in the module of that service.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from infra.rehearsal.control_plane import policies, project
from infra.rehearsal.control_plane.call import Call
from infra.rehearsal.control_plane.collections import new_name
from infra.rehearsal.control_plane.refusals import RefusedError
from infra.rehearsal.control_plane.state import Stored

RULES: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("rules.json").read_text())
METRIC_SECONDS = 600.0
ALWAYS_ON = frozenset({"serviceusage", "storage"})
"""Services that answer although their API is not enabled in the project."""

BY_THE_CALLER = frozenset({"cloudbilling", "cloudidentity", "cloudresourcemanager", "orgpolicy"})
"""Services whose API must be enabled in the project that pays the quota of the call, not in the target's project.

gcloud names a project of Google's, in which these APIs are enabled.
"""

_USER_METRIC = re.compile(r"logging\.googleapis\.com/user/([\w./-]+)")
NAMES = {
    "compute.*": r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?",
    "iam.projects.roles": r"[a-zA-Z0-9_.]{3,64}",
    "iam.projects.serviceAccounts": r"[a-z][a-z0-9-]{4,28}[a-z0-9]@.*",
    "pubsub.*": r"(?!goog)[A-Za-z][\w.~+%-]{2,254}",
    "cloudfunctions.*": r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?",
    "secretmanager.projects.secrets": r"[A-Za-z0-9_-]{1,255}",
    "firestore.projects.databases": r"\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9]",
    "artifactregistry.*": r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
    "cloudscheduler.*": r"[A-Za-z0-9_-]{1,500}",
    "logging.projects.sinks": r"[A-Za-z0-9_.-]{1,100}",
    "logging.exclusions": r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}",
}
"""Regular expressions for the last part of a new resource's name, by collection."""

LIMITS = {
    "compute.securityPolicies": "SECURITY_POLICIES",
    "compute.backendServices": "BACKEND_SERVICES",
    "compute.sslCertificates": "SSL_CERTIFICATES",
    "compute.globalAddresses": "STATIC_ADDRESSES",
    "compute.globalForwardingRules": "FORWARDING_RULES",
    "compute.urlMaps": "URL_MAPS",
}
REFERENCES = {
    "compute.backendServices": ("compute.regionNetworkEndpointGroups", "compute.securityPolicies"),
    "compute.urlMaps": ("compute.backendServices",),
    "compute.targetHttpsProxies": ("compute.urlMaps", "compute.sslCertificates", "compute.sslPolicies"),
    "compute.targetHttpProxies": ("compute.urlMaps",),
    "compute.globalForwardingRules": (
        "compute.targetHttpsProxies",
        "compute.targetHttpProxies",
        "compute.globalAddresses",
    ),
    "pubsub.projects.subscriptions": ("pubsub.projects.topics",),
    "cloudfunctions.projects.locations.functions": ("secretmanager.projects.secrets",),
}
"""The collections of resources that a resource may name in its body, by collection. The named resources must exist."""

REFERRING_FIELDS = {
    # Google lets the topic of dead letters be deleted before the subscriptions that name it.
    "pubsub.projects.subscriptions": ("topic",),
    "cloudfunctions.projects.locations.functions": (
        "serviceConfig.secretVolumes",
        "serviceConfig.secretEnvironmentVariables",
    ),
}
"""The fields that name other resources, by collection. Of other collections all fields count."""

NOT_IN_GOOGLE = frozenset({"pubsub.projects.topics", "secretmanager.projects.secrets"})


def _api_enabled(call: Call) -> None:
    name = f"{call.service}.googleapis.com"
    shared = call.service in BY_THE_CALLER and not call.consumer
    if shared or call.service in ALWAYS_ON or project.enabled(call.state, name):
        return
    words = (
        f"{name} has not been used in project {call.state.number} before or it is disabled. Enable it by visiting "
        f"https://console.developers.google.com/apis/api/{name}/overview?project={call.state.number} then retry. If "
        "you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "SERVICE_DISABLED",
        "domain": "googleapis.com",
        "metadata": {"service": name, "consumer": f"projects/{call.state.number}"},
    }
    raise RefusedError(403, words, rule="api-not-enabled", details=[info])


def _name(call: Call) -> None:
    identity = new_name(call).rpartition("/")[2]
    for collection, pattern in NAMES.items():
        if fnmatch(call.method.collection, collection) and not re.fullmatch(pattern, identity):
            raise RefusedError(
                400, f"Invalid value for field 'resource.name': '{identity}'. Must be a match of regex '{pattern}'",
                rule="names",
            )  # fmt: skip


def _limit(call: Call) -> None:
    metric = LIMITS.get(call.method.collection)
    if metric is None:
        return
    limit = {**project.QUOTAS, **call.state.switches.get("quotas", {})}[metric]
    used = call.state.switches.get("used", {}).get(metric, 0) + sum(1 for _ in call.state.of(call.method.collection))
    if used >= limit:
        raise RefusedError(403, f"Quota '{metric}' exceeded.  Limit: {limit} globally.", rule="quotas")


def _location(call: Call) -> None:
    found = re.search(r"/(?:locations|regions)/([^/]+)", call.target)
    given = found[1] if found else call.body.get("locationId", call.body.get("location", "")).lower()
    there = call.state.switches.get("regions", {}).get(call.service, project.REGIONS)
    if given and given not in {*there, "global"}:
        raise RefusedError(403, f"Permission denied on 'locations/{given}' (or it may not exist).", rule="locations")
    for rule in call.state.switches.get("org-policies", {}).get("gcp.resourceLocations", ()):
        allowed = rule.get("values", {}).get("allowedValues", ())
        if given and allowed and not any(given in item for item in allowed):
            raise RefusedError(
                412, f"Constraint constraints/gcp.resourceLocations violated: location {given} is not allowed.",
                rule="locations",
            )  # fmt: skip


def _metric_known(call: Call) -> None:
    now = call.state.clock.now()
    for name in _USER_METRIC.findall(json.dumps(call.body)):
        metric = call.state.get("logging", f"projects/{call.state.project}/metrics/{name}")
        if metric is None or now - metric.made < METRIC_SECONDS:
            raise RefusedError(
                404,
                f'Cannot find metric that matches type = "logging.googleapis.com/user/{name}". If a metric was created '
                "recently, it could take up to 10 minutes to become available. Please try again soon.",
                rule="new-log-metric",
            )


def _currency(call: Call) -> None:
    given = call.resource.get("amount", {}).get("specifiedAmount", {}).get("currencyCode")
    if given and given != call.state.switches.get("currency", "USD"):
        raise RefusedError(400, "Request contains an invalid argument.", rule="budget-currency")


def _accounts_exist(call: Call) -> None:
    for email in re.findall(r'"serviceAccountEmail": "([^"]+)"', json.dumps(call.body)):
        if not policies.exists(call.state, email):
            raise RefusedError(400, f"Service account {email} does not exist.", rule="principals-exist")


def _role_kept(call: Call) -> None:
    stored = call.state.resources.get(call.state.key(call.service, new_name(call)))
    if stored and stored.body.get("deleted"):
        role = call.body.get("roleId")
        raise RefusedError(
            400,
            f"You can't create a role with role_id ({role}) where there is an existing role with that role_id in a "
            "deleted state.",
            status="FAILED_PRECONDITION",
            rule="role-ids-are-kept",
        )


def names_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from names_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from names_in(item)
    elif isinstance(value, str):
        yield value


def refers(stored: Stored, other: Stored) -> bool:
    """Return whether the body of `stored` names `other`, by full name, by link, or by a secret's id."""
    if other.collection not in REFERENCES.get(stored.collection, ()):
        return False
    short = other.name.rpartition("/")[2] if other.collection == "secretmanager.projects.secrets" else None
    fields = REFERRING_FIELDS.get(stored.collection)
    named = stored.body if fields is None else [_field(stored.body, field) for field in fields]
    return any(item.endswith(other.name) or item == short for item in names_in(named))


def _field(body: Any, path: str) -> Any:
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body


def _in_use(call: Call) -> None:
    mine = call.state.resources.get(call.key)
    for resource in call.state.resources.values():
        if mine and refers(resource, mine):
            here = mine.collection in NOT_IN_GOOGLE
            raise RefusedError(
                400, f"The resource '{mine.name}' is already being used by '{resource.name}'",
                status="FAILED_PRECONDITION", rule="in-use-here" if here else "in-use",
            )  # fmt: skip


def _references(call: Call) -> None:
    for kind in REFERENCES.get(call.method.collection, ()):
        collection = kind.rpartition(".")[2]
        for item in names_in(call.resource):
            found = re.search(rf"projects/[^/]+/(?:global|regions/[^/]+)/{_plural(collection)}/[^/]+$", item)
            if found and call.state.get("compute", found[0]) is None:
                raise RefusedError(400, f"The resource '{found[0]}' was not found", rule="references-exist")


def _plural(collection: str) -> str:
    return {
        "regionNetworkEndpointGroups": "networkEndpointGroups",
        "globalAddresses": "addresses",
        "globalForwardingRules": "forwardingRules",
    }.get(collection, collection)


def _topic_exists(call: Call) -> None:
    policy = call.resource.get("deadLetterPolicy") or {}
    for topic in filter(None, [call.resource.get("topic"), policy.get("deadLetterTopic")]):
        if call.state.get("pubsub", topic) is None:
            raise RefusedError(
                404, f"Resource not found (resource={topic.rpartition('/')[2]}).", rule="references-exist"
            )


def _protected(call: Call) -> None:
    stored = call.state.resources.get(call.key)
    if stored and stored.body.get("deleteProtectionState") == "DELETE_PROTECTION_ENABLED":
        raise RefusedError(
            412, "Database has delete protection enabled: disable it first.", status="FAILED_PRECONDITION",
            rule="delete-protected",
        )  # fmt: skip


BEFORE: tuple[tuple[str, Callable[[Call], None]], ...] = (
    ("*", _api_enabled),
    ("*.create", _name),
    ("*.insert", _name),
    ("*.create", _location),
    ("*.insert", _location),
    ("*.insert", _limit),
    ("monitoring.projects.alertPolicies.create", _metric_known),
    ("monitoring.projects.alertPolicies.patch", _metric_known),
    ("billingbudgets.*.create", _currency),
    ("billingbudgets.*.patch", _currency),
    ("cloudfunctions.*.create", _accounts_exist),
    ("cloudfunctions.*.patch", _accounts_exist),
    ("cloudscheduler.*.create", _accounts_exist),
    ("pubsub.projects.subscriptions.create", _accounts_exist),
    ("pubsub.projects.subscriptions.create", _topic_exists),
    ("iam.projects.roles.create", _role_kept),
    ("compute.*.insert", _references),
    ("compute.*.patch", _references),
    ("*.delete", _in_use),
    ("firestore.projects.databases.delete", _protected),
)
"""The functions for rules, each with a pattern for the ids of the methods that it checks."""


def check(call: Call) -> None:
    """Raise RefusedError if the call breaks a rule. Calls to Cloud Storage are not checked here."""
    for pattern, rule in BEFORE:
        if fnmatch(call.method.id, pattern) and not call.method.id.startswith("storage."):
            rule(call)
