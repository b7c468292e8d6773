"""Check account, organisation and project before a deployment changes anything.

A check yields faults with their remedies. A fault stops a first deployment only where Google is certain to refuse. A
question about a service that is not enabled yet is printed and does not count as a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from infra.operate.deployment.cloud import CloudPlace, DeployError, Shell
from infra.operate.preflight import machine_checks, people_checks, project_checks
from infra.operate.preflight.facts import Facts, Fault
from infra.operate.preflight.google import Google

CHECKS: dict[str, Callable[[Facts], Iterator[Fault]]] = {
    "variables": machine_checks.variable_faults,
    "project": project_checks.project_faults,
    "budget": project_checks.budget_faults,
    "permissions": people_checks.permission_faults,
    "policies": people_checks.policy_faults,
    "members": people_checks.member_faults,
    "channels": people_checks.channel_faults,
    "regions": project_checks.region_faults,
    "quotas": project_checks.quota_faults,
    "buckets": project_checks.bucket_faults,
    "key": project_checks.key_faults,
}
"""The functions that check something, by the names that SKIP= accepts."""


def found(place: CloudPlace, shell: Shell, skip: Sequence[str] = ()) -> tuple[list[Fault], list[str]]:
    """Return every fault, and the questions that cannot be answered before their service is enabled.

    Raise DeployError if a tool or a sign-in is missing, or for an unknown check in `skip`.
    """
    if unknown := sorted(set(skip) - CHECKS.keys()):
        raise DeployError(f"There is no check {unknown[0]} to skip; there are {', '.join(CHECKS)}.")
    token = shell.ask("gcloud", "auth", "print-access-token", "--quiet")
    if not token:
        raise DeployError("gcloud is not signed in: gcloud auth login")
    facts = Facts(place, shell, Google(token))
    checks = [check for name, check in CHECKS.items() if name not in skip]
    faults = [*machine_checks.machine_faults(place, shell), *(fault for check in checks for fault in check(facts))]
    return faults, sorted(set(facts.unasked))


def report(place: CloudPlace, shell: Shell, skip: Sequence[str] = ()) -> list[str]:
    """Return one line per fault that stops a deployment, with its remedy. Print warnings and open questions."""
    faults, unasked = found(place, shell, skip)
    for question in unasked:
        print("not asked:", question)
    for name in skip:
        print("warning: skipped the check of", name)
    for fault in faults:
        if not fault.certain:
            print(f"warning: {_lines(fault)}")
    return [_lines(fault) for fault in faults if fault.certain]


def _lines(fault: Fault) -> str:
    return f"{fault.words}\n    mend: {fault.cure}"
