"""Checks of a preflight on who may what: roles of the person, policies of the organisation, the officers' group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.operate.deployment.facts import NEEDS, Facts, Fault


def permission_faults(facts: Facts) -> Iterator[Fault]:
    """Yield the roles that the person lacks, by what only they permit."""
    wanted = sorted({each for permissions in NEEDS["permissions"].values() for each in permissions})
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
                f"gcloud projects add-iam-policy-binding {project} --member=user:{facts.person} --role={role} "
                "--condition=None",
            )


def policy_faults(facts: Facts) -> Iterator[Fault]:
    """Yield the organisation's policies that are in the way."""
    project = facts.place.project
    for constraint, need in NEEDS["policies"].items():
        answer = facts.ask(
            f"the policy {constraint}", "orgpolicy", f"v2/projects/{project}/policies/{constraint}:getEffectivePolicy"
        )
        if answer is None:
            return
        rules = answer.body.get("spec", {}).get("rules", []) if answer.ok else []
        if any(_forbids(each, need, facts) for each in rules):
            yield Fault(
                need["says"].format(region=facts.place.region) + f" (policy {constraint})",
                f"ask the organisation's administrator: gcloud org-policies reset {constraint} --project={project}",
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
    mine = {each.format(region=facts.place.region) for each in need["allows"]}
    allowed, denied = set(values.get("allowedValues", ())), set(values.get("deniedValues", ()))
    return bool(mine & denied) or bool(allowed and not mine & allowed)


def member_faults(facts: Facts) -> Iterator[Fault]:
    """Yield why the officers' group could not be given the desk."""
    group = facts.given("officers_group")
    if not group:
        return
    found = facts.ask("the officers' group", "cloudidentity", f"v1/groups:lookup?groupKey.id={group}")
    if found and not found.ok:
        yield Fault(
            f"The group {group} does not exist, or this account may not see it",
            f"gcloud identity groups create {group} --organization=DOMAIN --display-name=Officers",
        )
    name = f"v2/projects/{facts.place.project}/policies/iam.allowedPolicyMemberDomains:getEffectivePolicy"
    policy = facts.ask("the policy iam.allowedPolicyMemberDomains", "orgpolicy", name)
    parent = facts.project.get("parent", {})
    if not (policy and policy.ok and parent.get("type") == "organization"):
        return
    rules = policy.body.get("spec", {}).get("rules", [])
    allowed = [value for each in rules for value in each.get("values", {}).get("allowedValues", ())]
    home = facts.ask("the organisation", "cloudresourcemanager", f"v3/organizations/{parent['id']}")
    if not (allowed and home and home.ok):
        return
    foreign = group.rpartition("@")[2] != home.body.get("displayName")
    if foreign or str(home.body.get("directoryCustomerId")) not in " ".join(allowed):
        yield Fault(
            f"The organisation's policies admit no member such as {group} (policy iam.allowedPolicyMemberDomains)",
            f"a group of {home.body.get('displayName')} in officers_group, or: gcloud org-policies reset "
            f"iam.allowedPolicyMemberDomains --project={facts.place.project}",
        )
