"""IAM policies in the fake control plane: the roles that members have on a resource.

A policy is written with an etag, takes effect with a delay, and may name only existing accounts.
"""

from __future__ import annotations

import json
import re
from typing import Any

from infra.rehearsal.control_plane.call import Call
from infra.rehearsal.control_plane.refusals import RefusedError
from infra.rehearsal.control_plane.state import Grant, State

IN_FORCE_SECONDS = 120.0
"""Seconds of fake time until a grant takes effect.

https://cloud.google.com/iam/docs/access-change-propagation: typically two minutes, up to seven and more.
"""

_OPEN = ("allUsers", "allAuthenticatedUsers")
_STARTS = re.compile(r'resource\.name\.startsWith\("([^"]+)"\)')
_EQUALS = re.compile(r'resource\.name == "([^"]+)"')


def get(call: Call) -> dict[str, Any]:
    return read(call.state, call.key)


def read(state: State, key: str) -> dict[str, Any]:
    """Return the policy of the resource with this key, or an empty one if none was set."""
    return state.policies.get(key, {"version": 1, "etag": "BwAAAAAAAAA="})


def put(call: Call, key: str, policy: dict[str, Any]) -> dict[str, Any]:
    """Replace the policy of a resource. Raises RefusedError if it was changed since the caller read it."""
    state, before = call.state, read(call.state, key)
    if policy.get("etag") not in (None, "", before["etag"]):
        raise RefusedError(
            409, "There were concurrent policy changes. Please retry the whole read-modify-write.", status="ABORTED"
        )
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for binding in policy.get("bindings", ()):
        for member in binding.get("members", ()):
            check_member(state, member)
        same = (binding["role"], json.dumps(binding.get("condition", {}), sort_keys=True))
        kept = merged.setdefault(same, binding | {"members": []})
        kept["members"] = sorted({*kept["members"], *binding.get("members", ())})
    after = {name: item for name, item in policy.items() if name in {"version", "auditConfigs"} and item}
    after |= {"bindings": [item for item in merged.values() if item["members"]]}
    after |= {"etag": f"Bw{state.number_next():08d}A="}
    state.policies[key] = {"version": 1} | after
    _remember(state, key, after["bindings"])
    return state.policies[key]


def _remember(state: State, key: str, bindings: list[dict[str, Any]]) -> None:
    known = {(grant.role, grant.member, grant.condition): grant for grant in state.grants.get(key, [])}
    now = state.clock.now()
    state.grants[key] = [
        known.get(which, Grant(*which, now))
        for binding in bindings
        for member in binding["members"]
        for which in [(binding["role"], member, binding.get("condition", {}).get("expression", ""))]
    ]


def check_member(state: State, member: str) -> None:
    """Raise RefusedError if Google would refuse this member in a policy, for example an account that does not exist."""
    if member in _OPEN:
        if state.switches.get("domain-restricted", True):
            raise RefusedError(
                412,
                "One or more users named in the policy do not belong to a permitted customer,  perhaps due to an "
                "organization policy.",
                rule="all-users-refused",
            )
        return
    kind, _, name = member.partition(":")
    if kind == "serviceAccount" and not exists(state, name):
        raise RefusedError(400, f"Service account {name} does not exist.", rule="principals-exist")
    if kind in {"principal", "principalSet"} and _pool_exists(state, name):
        return
    if kind not in {"serviceAccount", "user", "group", "domain", "deleted"}:
        raise RefusedError(400, f"Invalid member {member}.", rule="principals-exist")


def _pool_exists(state: State, name: str) -> bool:
    found = re.match(
        rf"//iam\.googleapis\.com/projects/{state.number}/(locations/global/workloadIdentityPools/[^/]+)/", name
    )
    return found is not None and state.get("iam", f"projects/{state.project}/{found[1]}") is not None


def exists(state: State, email: str) -> bool:
    """Return whether the project has a service account or a created service agent with this e-mail address."""
    own = state.get("iam", f"projects/{state.project}/serviceAccounts/{email}")
    return own is not None or email in state.switches.setdefault("agents", set())


def in_force(state: State, key: str, role: str, member: str, resource: str = "") -> bool:
    """Return whether a member has a role on the resource with this key, as of the present fake time.

    The grant must be old enough, and its condition must hold for the name `resource`.
    """
    now = state.clock.now()
    mine = [grant for grant in state.grants.get(key, []) if grant.role == role and grant.member == member]
    fit = [grant for grant in mine if not grant.condition or _holds(grant.condition, resource)]
    late = [grant for grant in fit if now - grant.since < IN_FORCE_SECONDS]
    if fit and len(late) == len(fit):
        state.met["iam-takes-a-while"] += 1
    return len(late) < len(fit)


def _holds(condition: str, resource: str) -> bool:
    starts = any(resource.startswith(item) for item in _STARTS.findall(condition))
    return starts or resource in _EQUALS.findall(condition)


def set_policy(call: Call) -> dict[str, Any]:
    return put(call, call.key, call.body.get("policy", {}))


def test_permissions(call: Call) -> dict[str, Any]:
    """Return the permissions in the request, without those that match `switches["denied"]`."""
    denied = call.state.switches.get("denied", ())
    asked = call.body.get("permissions", [])
    granted = [item for item in asked if not any(re.fullmatch(pattern, item) for pattern in denied)]
    return {"permissions": granted} if granted else {}
