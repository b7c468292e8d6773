"""What a deployment needs of the person, the organisation and the project, asked before anything is changed.

Each check yields faults, and each fault has the command that mends it. What cannot be asked yet, since a service is not
enabled, is told and is no fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from infra.operate.deployment import machine_checks, people_checks, project_checks
from infra.operate.deployment.cloud import CloudPlace, DeployError, Shell
from infra.operate.deployment.facts import Facts, Fault
from infra.operate.deployment.google import Google

CHECKS: tuple[Callable[[Facts], Iterator[Fault]], ...] = (
    machine_checks.variable_faults,
    project_checks.project_faults,
    project_checks.budget_faults,
    people_checks.permission_faults,
    people_checks.policy_faults,
    people_checks.member_faults,
    project_checks.region_faults,
    project_checks.quota_faults,
    project_checks.bucket_faults,
    project_checks.key_faults,
)


def found(place: CloudPlace, shell: Shell) -> tuple[list[Fault], list[str]]:
    """Return every fault, and what could not be asked yet. Raises DeployError without tools or a sign-in."""
    token = shell.ask("gcloud", "auth", "print-access-token", "--quiet")
    if not token:
        raise DeployError("gcloud is not installed or not signed in: gcloud auth login")
    facts = Facts(place, shell, Google(token))
    faults = [*machine_checks.machine_faults(place, shell), *(fault for check in CHECKS for fault in check(facts))]
    return faults, sorted(set(facts.unasked))


def report(place: CloudPlace, shell: Shell) -> list[str]:
    """Return a line for each fault with its cure; print what could not be asked yet."""
    faults, unasked = found(place, shell)
    for each in unasked:
        print("not asked:", each)
    return [f"{each.words}\n    mend: {each.cure}" for each in faults]
