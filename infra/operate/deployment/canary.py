"""Give a new revision of the webhook only a share of Zalo's events at first (a canary release).

A later command gives it all events or none. The same command returns any function to its former revision, in seconds
and without a build.
"""

from __future__ import annotations

import shlex

from infra.operate.deployment.cloud import CloudPlace, DeployError, Shell, number_in

SERVICE = "zalo-webhook"
ALL = 100


def share_of(place: CloudPlace) -> int:
    """Return the percentage of events for a new revision, from the file of variables. 0 means no canary release."""
    return number_in(place.variables, "canary") or 0


def pinned(place: CloudPlace, shell: Shell) -> str:
    """Direct all events to the current revision while a new one is deployed, and return its name.

    Without a canary release, change nothing and return an empty string.
    """
    if not share_of(place):
        return ""
    serves = shell.ask(
        "gcloud", "run", "services", "describe", SERVICE, *_where(place),
        "--format=value(status.traffic[0].revisionName)",
    )  # fmt: skip
    if serves:
        _divide(place, shell, {serves: ALL})
    return serves or ""


def begin(place: CloudPlace, shell: Shell, former: str) -> None:
    """Give the newest revision its first share of the events, if it is newer than `former`.

    Raise DeployError if the share cannot be set.
    """
    if former and _newest(place, shell)[:1] != [former]:
        divide(place, shell, share_of(place))
        print(f"All of it: make canary SHARE={ALL} ENV={place.environment}. Back: make canary SHARE=0, the same way.")


def divide(place: CloudPlace, shell: Shell, share: int, service: str = SERVICE) -> None:
    """Give a service's newest revision `share` percent of its requests, and the previous revision the rest.

    Raise DeployError if the service has no revision.
    """
    newest = _newest(place, shell, service)
    if not newest and not shell.dry:
        raise DeployError(f"{service} has no revision that could serve; was it deployed?")
    new, old = [*newest, "NEWEST", "FORMER"][:2] if shell.dry else [*newest, *newest][:2]
    if old == "FORMER":
        print("NEWEST and FORMER are the two that this prints:", shlex.join(_listing(place, service)))
    _divide(place, shell, {new: ALL} if new == old else {new: share, old: ALL - share}, service)


def _newest(place: CloudPlace, shell: Shell, service: str = SERVICE) -> list[str]:
    return (shell.ask(*_listing(place, service)) or "").split()


def _listing(place: CloudPlace, service: str) -> tuple[str, ...]:
    return (
        "gcloud", "run", "revisions", "list", f"--service={service}", *_where(place), "--limit=2",
        "--sort-by=~metadata.creationTimestamp", "--format=value(metadata.name)",
    )  # fmt: skip


def _divide(place: CloudPlace, shell: Shell, shares: dict[str, int], service: str = SERVICE) -> None:
    revisions = ",".join(f"{revision}={share}" for revision, share in shares.items() if share)
    shell.run("gcloud", "run", "services", "update-traffic", service, f"--to-revisions={revisions}", *_where(place))


def _where(place: CloudPlace) -> tuple[str, ...]:
    return (f"--region={place.region}", f"--project={place.project}", "--quiet")
