"""Preflight checks of people: roles, organisation policies, the officers' group, and channels for urgent alerts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.operate.deployment.cloud import first_in
from infra.operate.preflight.facts import NEEDS, Facts, Fault


def permission_faults(facts: Facts) -> Iterator[Fault]:
    """Yield the roles that the deploying account lacks. A role counts as held if its own permissions are granted."""
    wanted = sorted({permission for permissions in NEEDS["permissions"].values() for permission in permissions})
    project = facts.place.project
    path = f"v1/projects/{project}:testIamPermissions"
    answer = facts.ask("rights", "cloudresourcemanager", path, {"permissions": wanted})
    if answer is None or not facts.project:
        return
    has = set(answer.body.get("permissions", ()))
    for role, permissions in NEEDS["permissions"].items():
        if missing := sorted(set(permissions) - has):
            yield Fault(
                f"{facts.person} may not {', '.join(missing)}",
                f"gcloud projects add-iam-policy-binding {project} --member={facts.member} --role={role} "
                "--condition=None",
            )


def policy_faults(facts: Facts) -> Iterator[Fault]:
    """Yield the organisation policies that block a deployment."""
    project = facts.place.project
    for constraint, need in NEEDS["policies"].items():
        answer = facts.ask(
            f"the policy {constraint}", "orgpolicy", f"v2/projects/{project}/policies/{constraint}:getEffectivePolicy"
        )
        if answer is None:
            return
        rules = answer.body.get("spec", {}).get("rules", []) if answer.ok else []
        if any(_forbids(rule, need, facts) for rule in rules):
            yield Fault(
                need["says"].format(region=facts.place.region) + f" (policy {constraint})",
                _exception(constraint, need, facts),
            )


def _exception(constraint: str, need: dict[str, Any], facts: Facts) -> str:
    """Return the command that exempts only this project from a policy, for the organisation's administrator."""
    project = facts.place.project
    if "without" in need:
        return f"set {need['without']} in {facts.place.variables.name}"
    if need.get("enforced"):
        spec = "rules: [{enforce: false}]"
    else:
        value = need["allows"][0].format(region=facts.place.region)
        spec = f"inheritFromParent: true, rules: [{{values: {{allowedValues: [{value}]}}}}]"
    policy = f"{{name: projects/{project}/policies/{constraint}, spec: {{{spec}}}}}"
    return (
        f"the organisation's administrator makes an exception for {project} alone: "
        f"echo '{policy}' > policy.yaml; gcloud org-policies set-policy policy.yaml"
    )


def _forbids(rule: dict[str, Any], need: dict[str, Any], facts: Facts) -> bool:
    if need.get("enforced"):
        return bool(rule.get("enforce"))
    if "without" in need and facts.given(need["without"]):
        return False
    if rule.get("denyAll"):
        return True
    values = rule.get("values", {})
    if "without" in need:
        return bool(values.get("deniedValues"))
    mine = {item.format(region=facts.place.region) for item in need["allows"]}
    allowed, denied = set(values.get("allowedValues", ())), set(values.get("deniedValues", ()))
    return bool(mine & denied) or bool(allowed and not mine & allowed)


def member_faults(facts: Facts) -> Iterator[Fault]:
    """Yield reasons why the officers' group could not access the desk, the officers' web pages.

    Google admits members by their customer id, whatever their domain. An account that may not look up the group can
    still deploy, so a failed look-up is only a warning.
    """
    group = facts.given("officers_group")
    if not group:
        return
    found = facts.ask("the officers' group", "cloudidentity", f"v1/groups:lookup?groupKey.id={group}")
    if found is None:
        return
    if not found.ok:
        yield Fault(
            f"The group {group} does not exist, or this account may not see it",
            "ask the administrator of the organisation's groups whether it exists; Google refuses one that does not",
            certain=False,
        )
        return
    name = f"v2/projects/{facts.place.project}/policies/iam.allowedPolicyMemberDomains:getEffectivePolicy"
    policy = facts.ask("the policy iam.allowedPolicyMemberDomains", "orgpolicy", name)
    owner = facts.ask("the officers' group", "cloudidentity", f"v1/{found.body['name']}")
    if not (policy and policy.ok and owner and owner.ok):
        return
    rules = policy.body.get("spec", {}).get("rules", [])
    allowed = {value.removeprefix("is:") for rule in rules for value in rule.get("values", {}).get("allowedValues", ())}
    customer = owner.body.get("parent", "").removeprefix("customers/")
    if allowed and customer and customer not in allowed:
        yield Fault(
            f"The organisation's policies admit no member such as {group} (policy iam.allowedPolicyMemberDomains)",
            f"a group of the organisation's own in officers_group of {facts.place.variables.name}",
        )


def channel_faults(facts: Facts) -> Iterator[Fault]:
    """Yield a warning if critical alerts are sent by e-mail only."""
    if not first_in(facts.place.variables, "wake_channels"):
        yield Fault(
            "Nobody is woken: critical alerts go to operators_email alone",
            "make a channel in the console (Monitoring, Alerting, Edit notification channels: the Cloud app of a "
            "telephone, SMS or a webhook), then its name from gcloud beta monitoring channels list "
            f"--project={facts.place.project} in wake_channels of {facts.place.variables.name}",
            certain=False,
        )
