"""The steps of a deployment to Google Cloud. They can be repeated. With a dry `Shell` they only print commands."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Sequence
from typing import Any

from infra import manifest as declared
from infra.build import package
from infra.operate.deployment import canary, ending, lock, made_secrets, release, services, stages
from infra.operate.deployment.adopt import KEPT_RESOURCES, adopted, forget, remove_unbuilt, secrets, unbuilt_in
from infra.operate.deployment.cloud import CloudPlace, DeployError, Shell
from infra.operate.preflight import preflight
from infra.operate.webhook_probe import probe_answer
from infra.paths import GCP

AGENTS = ("artifactregistry", "firestore", "iap", "pubsub")
"""Google services whose own accounts (service agents) get rights in the project.

Google creates such an account when the service is first used. The bootstrap creates the missing ones.
"""

FIRST_APIS = ("cloudresourcemanager", "iam", "serviceusage", "secretmanager", "storage", *AGENTS)
CONTAINERS = ("google_project_service.this", "google_secret_manager_secret.this")
INDEX_RESOURCES = ("google_firestore_index.this", "google_firestore_field.this")
PROBE_SECONDS = 120.0
NO_TERRAFORM = "terraform is not installed: https://developer.hashicorp.com/terraform/install (1.9 or newer)"
NO_GCLOUD = "gcloud is not installed: https://cloud.google.com/sdk/docs/install"


def consumers() -> list[str]:
    """Return the functions that receive messages. They are deployed before functions that only send."""
    found = {sub.function for sub in declared.load().subscriptions.values() if sub.function}
    return sorted(found)


def producers() -> list[str]:
    """Return the functions that only send messages, the webhook first.

    Zalo switches off a webhook that does not respond.
    """
    others = declared.load().functions.keys() - consumers()
    return sorted(others, key=lambda name: (name != "zalo_webhook", name))


STAGES: dict[str, list[str]] = {
    "indexes": list(INDEX_RESOURCES),
    "consumers": [f'module.function["{name}"]' for name in consumers()],
    "producers": [f'module.function["{name}"]' for name in producers()],
    "everything": [],
}
"""The stages of a deployment in order, with the Terraform targets of each. An empty list means everything left.

Every function is built before the last stage, because that stage checks the functions' addresses.
"""


def faults(place: CloudPlace, shell: Shell, *, state: bool = True, secrets_too: bool = False) -> list[str]:
    """Return one line per missing tool, sign-in, bucket or secret that a deployment needs.

    `state` also checks the bucket of Terraform's state, and `secrets_too` that every secret has a value.
    """
    missing = [
        words for tool, words in {"terraform": NO_TERRAFORM, "gcloud": NO_GCLOUD}.items() if not shutil.which(tool)
    ]
    if missing:
        return missing
    if shell.ask("gcloud", "auth", "print-access-token", "--quiet") is None:
        missing.append("gcloud is not signed in: gcloud auth login")
    if shell.ask("gcloud", "auth", "application-default", "print-access-token", "--quiet") is None:
        missing.append("Terraform has no credentials: gcloud auth application-default login")
    if missing or not state:
        return missing
    if (
        shell.ask("gcloud", "storage", "buckets", "describe", f"gs://{place.state_bucket}", "--format=value(name)")
        is None
    ):
        return [f"The bucket of Terraform's state is missing: make bootstrap ENV={place.environment}"]
    if not secrets_too:
        return []
    return [
        f'The secret {secret} has no value: read -rs VALUE; printf %s "$VALUE" | gcloud secrets versions add {secret} '
        f"--data-file=- --project={place.project}"
        for secret in secrets().values()
        if not shell.ask(
            "gcloud", "secrets", "versions", "list", secret, f"--project={place.project}", "--filter=state=enabled",
            "--limit=1", "--format=value(name)", "--quiet",
        )
    ]  # fmt: skip


def bootstrap(place: CloudPlace, shell: Shell, skip: Sequence[str] = ()) -> None:
    """Prepare a project once: state bucket, first APIs, service agents, containers of secrets, and generated secrets.

    Raise DeployError if something is missing on this machine or a step fails.
    """
    _stop_at(faults(place, shell, state=False), shell)
    _stop_at(_unfit(place, shell, skip), shell)
    shell.run(
        "gcloud", "services", "enable", *[f"{api}.googleapis.com" for api in FIRST_APIS], f"--project={place.project}"
    )
    for service in AGENTS:
        shell.run(
            "gcloud", "beta", "services", "identity", "create", f"--service={service}.googleapis.com",
            f"--project={place.project}", "--quiet",
        )  # fmt: skip
    shell.run("gcloud", "storage", "service-agent", f"--project={place.project}")
    bucket = f"gs://{place.state_bucket}"
    if shell.ask("gcloud", "storage", "buckets", "describe", bucket, "--format=value(name)") is None:
        shell.run(
            "gcloud", "storage", "buckets", "create", bucket, f"--project={place.project}",
            f"--location={place.region}", "--uniform-bucket-level-access",
            "--public-access-prevention",
        )  # fmt: skip
    shell.run("gcloud", "storage", "buckets", "update", bucket, "--versioning")
    _packaged(shell)
    with lock.held(place, shell) as tools:
        _init(place, tools)
        with adopted(place, tools):
            stages.apply(place, tools, "containers", CONTAINERS, None)
    made_secrets.make(place, shell)
    print(f"Now give the other secrets a value (make deploy ENV={place.environment} says which have none).")


def look(place: CloudPlace, shell: Shell, skip: Sequence[str] = ()) -> None:
    """Print everything that blocks a deployment, with the remedies. Raise DeployError if there is anything."""
    missing = faults(place, shell, state=False)
    missing = missing or preflight.report(place, shell, skip)
    if missing:
        raise DeployError("\n".join([*missing, f"{len(missing)} faults."]))
    print(f"Nothing is in the way of deploying to {place.project}.")


def plan(place: CloudPlace, shell: Shell) -> None:
    """Show the changes that a deployment would make.

    Raise DeployError if something is missing for a deployment, or if the first build of a function has failed.
    """
    missing = faults(place, shell)
    _stop_at(missing, shell)
    _packaged(shell)
    print(release.words(place, shell))
    with lock.held(place, shell) as tools:
        _init(place, tools)
        known = (tools.ask("terraform", "state", "list", cwd=GCP) or "").splitlines()
        if unbuilt := unbuilt_in(place, tools, known):
            raise DeployError(f"The first build of these failed: {', '.join(unbuilt)}. make deploy builds them anew.")
        with adopted(place, tools):
            found = stages.shown(place, tools)
        if shell.dry:
            print(_not_planned(place, missing))
        else:
            print(f"To deploy this and nothing else: make deploy ENV={place.environment} PLAN={found.digest}")


def deploy(place: CloudPlace, shell: Shell, skip: Sequence[str] = (), *, yes: bool, agreed: str = "") -> None:
    """Deploy in the order that a rolling change needs: indexes ready, then consumers, then producers.

    Only changes that were shown and approved are applied. `agreed` is the digest of a plan shown earlier. The preflight
    runs before the first deployment only, because later it could block an urgent rollback or freeze. Raise DeployError.
    """
    missing = faults(place, shell, secrets_too=True)
    _stop_at(missing, shell)
    for name in _packaged(shell):
        print("packaged", name)
    print(release.words(place, shell))
    with lock.held(place, shell) as tools:
        _changed(place, tools, skip, yes=yes, agreed=agreed)
    where = ("--project", place.project, "--database", place.petitions_database)
    shell.run(sys.executable, "-m", "infra.operate", "load", *where, "--yes")
    smoke(place, shell)
    if shell.dry:
        print(_not_planned(place, missing))


def _packaged(shell: Shell) -> list[str]:
    if shell.dry:
        print("+ make package")
        return []
    print("Packaging the functions: up to two minutes, and a moment if the sources are as before.", flush=True)
    return list(package.build().values())


def _not_planned(place: CloudPlace, missing: Sequence[str]) -> str:
    reason = "; ".join(missing) or "a dry run prints Terraform's commands and runs none of them"
    return f"NOT PLANNED: {reason}. What would change: make plan ENV={place.environment}, without DRY=1"


def _changed(place: CloudPlace, shell: Shell, skip: Sequence[str], *, yes: bool, agreed: str) -> None:
    """Show the changes of a deployment, and apply them after approval.

    Raise DeployError without an approval, if the plan differs from the approved one, or if a stage fails.
    """
    _init(place, shell)
    if not _is_deployed(shell):
        _stop_at(_unfit(place, shell, skip), shell)
    forget(place, shell)
    with adopted(place, shell):
        approved = stages.shown(place, shell)
        if agreed and agreed != approved.digest:
            raise DeployError(
                f"This is not the plan {agreed} that was agreed to; nothing was changed. "
                f"Look at it anew: make plan ENV={place.environment}"
            )
        if not (shell.dry or yes or agreed or _agreed(f"Deploy this to {place.project}?")):
            raise DeployError("Nothing was changed.")
        if approved.found or shell.dry:
            release.record(place, shell)
        remove_unbuilt(place, shell)
        left, serves = approved, canary.pinned(place, shell)
        for name, targets in STAGES.items():
            if shell.dry or left.under(targets):
                left = left.without(stages.apply(place, shell, name, targets, approved))
            if name == "producers":  # no function changes after it
                services.switch(place, shell)
                canary.begin(place, shell, serves)


def smoke(place: CloudPlace, shell: Shell) -> None:
    """Check that the deployed webhook accepts a signed probe, which it does not store.

    Raise DeployError if it does not accept the probe in time, or if the secret key cannot be read.
    """
    _stop_at(faults(place, shell), shell)
    if shell.dry:
        print("+ POST a signed deploy_probe to the webhook")
        return
    out = _outputs(shell)
    key = shell.ask(
        "gcloud",
        "secrets",
        "versions",
        "access",
        "latest",
        "--secret=zalo-oa-secret-keys",
        f"--project={place.project}",
    )
    if not key:
        raise DeployError("The OA secret key cannot be read, so the webhook was not probed.")
    deadline = time.monotonic() + PROBE_SECONDS
    while probe_answer(out["webhook_url"], out["zalo_app_id"], out["zalo_oa_id"], key.split(",")[0]) != "probe":
        if time.monotonic() > deadline:
            raise DeployError(
                f"{out['webhook_url']} does not know a signed probe. Does DNS point to {out['load_balancer_address']}, "
                "is the certificate there (it takes up to an hour), is the OA secret key the console's?"
            )
        time.sleep(5)
    print(f"The webhook answers and knows our signature. Paste it on Zalo's console: {out['webhook_url']}")


def destroy(place: CloudPlace, shell: Shell, *, yes: bool) -> None:
    """Destroy everything in the project except data, after listing it and asking.

    Databases, buckets and secrets are removed from Terraform's state first, so they stay. Raise DeployError if the
    operator declines or a step fails.
    """
    _stop_at(faults(place, shell), shell)
    _packaged(shell)
    _init(place, shell)
    known = (shell.ask("terraform", "state", "list", cwd=GCP) or "").splitlines()
    for line in ending.lines(known):
        print(line)
    if not (shell.dry or yes or _agreed(f"Destroy everything but data in {place.project}?")):
        raise DeployError("Nothing was changed.")
    with lock.held(place, shell) as tools:
        remove_unbuilt(place, tools)
        kept = [address for address in known if address.startswith(KEPT_RESOURCES)]
        if kept:
            tools.run("terraform", "state", "rm", *kept, cwd=GCP)
        tools.run("terraform", "destroy", "-auto-approve", *stages.variables(place), cwd=GCP)
    print("Databases, their backups, buckets and secrets stay; the next `make deploy` takes them back.")


def logs(project: str, shell: Shell, function: str = "", since: str = "1d") -> None:
    """Print the newest log lines of severity WARNING or higher, of all functions or one.

    It needs gcloud alone. Raise DeployError if gcloud is missing, is not signed in, or fails.
    """
    if shell.ask("gcloud", "auth", "print-access-token", "--quiet") is None:
        installed = shutil.which("gcloud") is not None
        _stop_at(["gcloud is not signed in: gcloud auth login" if installed else NO_GCLOUD], shell)
    query = 'resource.type="cloud_run_revision" AND severity>=WARNING'
    if function:
        query += f' AND resource.labels.service_name="{function.replace("_", "-")}"'
    # A traceback has text, and a refusal by the platform has only a status.
    column = "firstof(jsonPayload.message,textPayload,httpRequest.status):label=MESSAGE"
    form = f"table(timestamp,resource.labels.service_name,severity,{column},jsonPayload.reason,jsonPayload.error)"
    shell.run(
        "gcloud", "logging", "read", query, f"--project={project}", f"--freshness={since}", "--limit=100",
        f"--format={form}",
    )  # fmt: skip


def test_alert(place: CloudPlace, shell: Shell) -> None:
    """Write a log line as a function would, which triggers the alert test-alert on every channel.

    Raise DeployError if the line cannot be written.
    """
    _stop_at(faults(place, shell, state=False), shell)
    line = json.dumps({"message": "test alert", "metric": "test_alert"})
    shell.run(
        "gcloud", "logging", "write", "test-alert", line, "--payload-type=json", "--severity=ERROR",
        "--monitored-resource-type=cloud_run_revision",
        f"--monitored-resource-labels=service_name=relay,revision_name=test,configuration_name=test,"
        f"location={place.region},project_id={place.project}",
        f"--project={place.project}",
    )  # fmt: skip
    print("An e-mail and a message on every wake channel must arrive within five minutes. If not, mend that now.")


def _unfit(place: CloudPlace, shell: Shell, skip: Sequence[str]) -> list[str]:
    """Return the preflight's faults, and a line on how to deploy in spite of them. Return [] without faults.

    In a dry run the preflight may be impossible, for example without a sign-in. Then return one line with the reason.
    """
    try:
        missing = preflight.report(place, shell, skip)
    except DeployError as error:
        if not shell.dry:
            raise
        return [f"the preflight was not run: {error}"]
    return [*missing, f"To go on all the same: SKIP= with some of {','.join(preflight.CHECKS)}"] if missing else []


def _is_deployed(shell: Shell) -> bool:
    """Return whether a deployment has ever completed. The load balancer, made by the last stage, shows it."""
    return "google_compute_global_address.site" in (shell.ask("terraform", "state", "list", cwd=GCP) or "").splitlines()


def _stop_at(missing: Sequence[str], shell: Shell) -> None:
    """Raise DeployError if anything is missing. A dry run prints it and continues."""
    if missing and not shell.dry:
        raise DeployError("\n".join(missing))
    for item in missing:
        print("missing:", item)


def _init(place: CloudPlace, shell: Shell) -> None:
    shell.run(
        "terraform", "init", "-reconfigure", "-input=false", f"-backend-config=bucket={place.state_bucket}", cwd=GCP
    )


def _outputs(shell: Shell) -> dict[str, Any]:
    found = shell.ask("terraform", "output", "-json", cwd=GCP)
    if not found:
        raise DeployError("Terraform has no outputs yet; was it applied?")
    return {name: output["value"] for name, output in json.loads(found).items()}


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise DeployError("Nobody to ask here: add YES=1 when this is meant. Nothing was changed.")
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
