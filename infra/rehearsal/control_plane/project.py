"""The project in the fake control plane: its organisation, billing, APIs, regions, quotas and groups."""

from __future__ import annotations

from typing import Any

from infra.rehearsal.control_plane import operations
from infra.rehearsal.control_plane.call import Call
from infra.rehearsal.control_plane.refusals import RefusedError
from infra.rehearsal.control_plane.state import State, Stored, stamp

ENABLED_SECONDS = 60.0
"""Seconds of fake time until an enabled API can be used.

https://cloud.google.com/service-usage/docs/enable-disable: enabling takes a few minutes to propagate.
"""

AGENTS = {
    "artifactregistry": "gcp-sa-artifactregistry",
    "cloudscheduler": "gcp-sa-cloudscheduler",
    "firestore": "gcp-sa-firestore",
    "iap": "gcp-sa-iap",
    "logging": "gcp-sa-logging",
    "pubsub": "gcp-sa-pubsub",
}
REGIONS = ("asia-southeast1", "asia-southeast2", "asia-east1", "us-central1")
QUOTAS = {
    "BACKEND_SERVICES": 50,
    "FORWARDING_RULES": 45,
    "SECURITY_POLICIES": 10,
    "SECURITY_POLICY_RULES": 200,
    "SSL_CERTIFICATES": 30,
    "STATIC_ADDRESSES": 8,
    "TARGET_HTTP_PROXIES": 30,
    "TARGET_HTTPS_PROXIES": 30,
    "URL_MAPS": 30,
}
"""The quotas of a new project, with the names that `compute.projects.get` uses.

https://cloud.google.com/compute/resource-usage
"""

CPU_METRIC = "run.googleapis.com/cpu_allocation"
CPU_LIMIT = 20_000
"""Thousandths of a CPU that Cloud Run may use at once in a region of a new project (googlecodelabs/feedback 1856)."""


def enabled(state: State, service: str) -> bool:
    """Return whether an API was enabled long enough ago to be used."""
    stored = state.get("serviceusage", f"projects/{state.project}/services/{service}")
    return stored is not None and state.clock.now() >= stored.ready


def enable(state: State, service: str, seconds: float = ENABLED_SECONDS) -> dict[str, Any]:
    """Enable an API with effect after `seconds` of fake time, and return the resource's body.

    Enabling an enabled API changes nothing.
    """
    name = f"projects/{state.project}/services/{service}"
    now, key = state.clock.now(), f"serviceusage/{name}"
    body = {
        "name": f"projects/{state.number}/services/{service}",
        "parent": f"projects/{state.number}",
        "state": "ENABLED",
        "config": {"name": service, "title": service},
    }
    if key not in state.resources:
        state.resources[key] = Stored(name, "serviceusage.services", body, now, now + seconds)
    return body


def _enable_all(call: Call) -> dict[str, Any]:
    known = {f"{service}.googleapis.com" for service in call.state.switches["known-apis"]}
    names = call.body.get("serviceIds") or [call.target.rpartition("/")[2]]
    if unknown := [name for name in names if name not in known]:
        raise RefusedError(400, f"Not found or permission denied for service(s): {unknown[0]}.", rule="names")
    services = [enable(call.state, name) for name in names]
    return operations.begin(call, call.target, {"@type": "x", "services": services}, 10.0)


def _listed(call: Call) -> dict[str, Any]:
    return {"services": [stored.body for stored in call.state.of("serviceusage.services")]}


def _got(call: Call) -> dict[str, Any]:
    service = call.target.rpartition("/")[2]
    stored = call.state.get("serviceusage", f"projects/{call.state.project}/services/{service}")
    if stored:
        return stored.body
    name = f"projects/{call.state.number}/services/{service}"
    return {"name": name, "state": "DISABLED", "config": {"name": service}}


def _agent(call: Call) -> dict[str, Any]:
    service = call.target.rpartition("/")[2].removesuffix(".googleapis.com")
    agent = AGENTS.get(service)
    if agent is None:
        raise RefusedError(400, f"Service {service} has no agent.")
    email = f"service-{call.state.number}@{agent}.iam.gserviceaccount.com"
    call.state.switches.setdefault("agents", set()).add(email)
    return operations.begin(call, call.target, {"@type": "x", "email": email, "uniqueId": "1"}, 0.0)


def _project(call: Call) -> dict[str, Any]:
    state = call.state
    if call.target not in {f"projects/{state.project}", f"projects/{state.number}"}:
        raise RefusedError(403, "The caller does not have permission")
    alive, org = state.switches.get("lifecycle", "ACTIVE"), state.switches.get("organisation", "737000000001")
    if call.method.document.version == "v3":
        parent = {"parent": f"organizations/{org}"} if org else {}
        return parent | {"name": f"projects/{state.number}", "projectId": state.project, "state": alive}
    parent_v1 = {"parent": {"type": "organization", "id": org}} if org else {}
    return parent_v1 | {
        "projectNumber": state.number,
        "projectId": state.project,
        "lifecycleState": alive,
        "name": state.project,
        "createTime": stamp(0),
    }


def _organisation(call: Call) -> dict[str, Any]:
    return {
        "name": call.target,
        "displayName": call.state.switches.get("organisation-domain", "example.vn"),
        "directoryCustomerId": "C0abc1234",
        "state": "ACTIVE",
    }


def _billing(call: Call) -> dict[str, Any]:
    account = call.state.switches.get("billing", "012345-6789AB-CDEF01")
    return {
        "name": f"projects/{call.state.project}/billingInfo",
        "projectId": call.state.project,
        "billingAccountName": f"billingAccounts/{account}" if account else "",
        "billingEnabled": bool(account),
    }


def _account(call: Call) -> dict[str, Any]:
    switches = call.state.switches
    return {
        "name": call.target,
        "open": switches.get("billing-open", True),
        "displayName": "City",
        "currencyCode": switches.get("currency", "USD"),
    }


def _policy(call: Call) -> dict[str, Any]:
    constraint = call.target.rpartition("/")[2]
    rules = call.state.switches.get("org-policies", {}).get(constraint)
    spec = {"spec": {"rules": rules}} if rules else {"spec": {"rules": [{"allowAll": True}]}}
    return {"name": call.target} | (spec if rules else {"spec": {}})


def _quotas(call: Call) -> dict[str, Any]:
    limits = QUOTAS | call.state.switches.get("quotas", {})
    used = call.state.switches.get("used", {})
    return {
        "kind": "compute#project",
        "name": call.state.project,
        "quotas": [{"metric": name, "limit": limit, "usage": used.get(name, 0)} for name, limit in limits.items()],
    }


def _cpu(call: Call) -> dict[str, Any]:
    limit = call.state.switches.get("cpu", CPU_LIMIT)
    bucket = {"effectiveLimit": str(limit), "dimensions": {"region": call.state.region}}
    shown = {"metric": CPU_METRIC, "unit": "1/{project}/{region}", "quotaBuckets": [bucket]}
    return {"metrics": [{"metric": CPU_METRIC, "consumerQuotaLimits": [shown]}]}


def _regions(call: Call) -> dict[str, Any]:
    there = call.state.switches.get("regions", {}).get(call.service, REGIONS)
    name = f"projects/{call.state.project}/locations"
    return {"locations": [{"name": f"{name}/{item}", "locationId": item} for item in there]}


def _group(call: Call) -> dict[str, Any]:
    if call.query.get("groupKey.id") in call.state.switches.get("no-groups", ()):
        raise RefusedError(403, "Error(2028): Permission denied for resource groups (or it may not exist).")
    return {"name": "groups/01abcdef"}


def _group_found(call: Call) -> dict[str, Any]:
    customer = call.state.switches.get("group-customer", "C0abc1234")
    return {"name": "groups/01abcdef", "parent": f"customers/{customer}"}


def _key(call: Call) -> dict[str, Any]:
    known: dict[str, Any] = call.state.switches.get("keys", {})
    if call.target not in known:
        raise RefusedError(404, f"CryptoKey {call.target} not found.")
    return {"name": call.target, "purpose": "ENCRYPT_DECRYPT", **known[call.target]}


HANDLERS = {
    "cloudbilling.billingAccounts.get": _account,
    "cloudbilling.projects.getBillingInfo": _billing,
    "cloudidentity.groups.get": _group_found,
    "cloudidentity.groups.lookup": _group,
    "cloudkms.projects.locations.keyRings.cryptoKeys.get": _key,
    "cloudresourcemanager.organizations.get": _organisation,
    "cloudresourcemanager.projects.get": _project,
    "compute.projects.get": _quotas,
    "orgpolicy.projects.policies.getEffectivePolicy": _policy,
    "serviceusage.services.batchEnable": _enable_all,
    "serviceusage.services.consumerQuotaMetrics.list": _cpu,
    "serviceusage.services.enable": _enable_all,
    "serviceusage.services.generateServiceIdentity": _agent,
    "serviceusage.services.get": _got,
    "serviceusage.services.list": _listed,
} | {
    f"{service}.projects.locations.list": _regions
    for service in ("artifactregistry", "cloudfunctions", "cloudscheduler", "firestore", "run")
}
