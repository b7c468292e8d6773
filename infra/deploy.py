"""The system on Google Cloud: bootstrap, plan, deploy, destroy, logs. Each is idempotent; --dry-run only prints.

    make bootstrap ENV=dev      the bucket of Terraform's state, the first APIs, the containers of secrets
    make plan ENV=dev           what a deployment would change
    make deploy ENV=dev         checks, packages, plans, asks, applies in order, loads data, probes the webhook
    make destroy ENV=dev        everything but data
    make logs ENV=dev           the functions' newest log lines

ENV names the file of variables, infra/gcp/ENV.tfvars (from ENV.tfvars.example).
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import manifest as declared
from infra import package
from infra.rotate_key import probe_answer

ROOT = Path(__file__).resolve().parent.parent
GCP = ROOT / "infra" / "gcp"
DATA = ("google_firestore_database.data", "google_storage_bucket.data", "google_secret_manager_secret.this")
"""What `make destroy` leaves, with all that it needs; it can only be deleted by hand, as the runbook says."""

FIRST_APIS = ("cloudresourcemanager", "iam", "serviceusage", "secretmanager", "storage")
CONTAINERS = ("google_project_service.this", "google_secret_manager_secret.this")
INDEXES = ("google_firestore_index.this", "google_firestore_field.this")
PROBE_SECONDS = 120.0


class DeployError(Exception):
    """Cannot go on; the message says what is missing and what to do."""


@dataclass(frozen=True)
class Shell:
    """Runs the operator's tools, or, dry, prints what would be run."""

    dry: bool = False

    def run(self, *command: str, cwd: Path = ROOT, text: str | None = None) -> None:
        """A step that changes something. Raises DeployError."""
        print("+", shlex.join(command), flush=True)
        if not self.dry and subprocess.run(command, cwd=cwd, input=text, text=True, check=False).returncode:
            raise DeployError(
                f"{command[0]} failed; nothing after this step was done. Mend what it says, then run this again."
            )

    def ask(self, *command: str, cwd: Path = ROOT) -> str | None:
        """A question that changes nothing: its answer, or None when it failed."""
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
        return None if done.returncode else done.stdout.strip()


@dataclass(frozen=True)
class Place:
    """A project and its file of variables."""

    environment: str
    project: str
    variables: Path

    @classmethod
    def of(cls, environment: str) -> Place:
        """The place that the file of variables names. Raises DeployError."""
        path = GCP / f"{environment}.tfvars"
        if not path.exists():
            raise DeployError(f"{path.relative_to(ROOT)} is missing: copy {environment}.tfvars.example and fill it in.")
        found = re.search(r'^\s*project\s*=\s*"([^"]+)"', path.read_text(), re.MULTILINE)
        if found is None:
            raise DeployError(f"{path.relative_to(ROOT)} does not set project.")
        return cls(environment, found[1], path)

    @property
    def state_bucket(self) -> str:
        """Where Terraform keeps what it knows."""
        return f"{self.project}-terraform"


def faults(place: Place, shell: Shell, *, deploying: bool) -> list[str]:
    """What is missing on this machine or in the project, in words."""
    missing = [
        f"{tool} is not installed: {where}"
        for tool, where in {
            "terraform": "https://developer.hashicorp.com/terraform/install (1.9 or newer)",
            "gcloud": "https://cloud.google.com/sdk/docs/install",
        }.items()
        if shutil.which(tool) is None
    ]
    if missing:
        return missing
    if shell.ask("gcloud", "auth", "print-access-token", "--quiet") is None:
        missing.append("gcloud is not signed in: gcloud auth login")
    if shell.ask("gcloud", "auth", "application-default", "print-access-token", "--quiet") is None:
        missing.append("Terraform has no credentials: gcloud auth application-default login")
    if missing or not deploying:
        return missing
    if (
        shell.ask("gcloud", "storage", "buckets", "describe", f"gs://{place.state_bucket}", "--format=value(name)")
        is None
    ):
        return [f"The bucket of Terraform's state is missing: make bootstrap ENV={place.environment}"]
    return [
        f"The secret {secret} has no value: printf %s VALUE | gcloud secrets versions add {secret} "
        f"--data-file=- --project={place.project}"
        for secret in secrets()
        if not shell.ask(
            "gcloud", "secrets", "versions", "list", secret, f"--project={place.project}", "--filter=state=enabled",
            "--limit=1", "--format=value(name)", "--quiet",
        )
    ]  # fmt: skip


def secrets() -> list[str]:
    """Ids of the secrets, as Terraform names them."""
    settings = declared.load().settings
    return sorted(name.lower().replace("_", "-") for name, setting in settings.items() if setting.secret)


def consumers() -> list[str]:
    """Functions that take messages: they are deployed before those that only send."""
    found = {sub.function for sub in declared.load().subscriptions.values() if sub.function}
    return sorted(found)


def bootstrap(place: Place, shell: Shell) -> None:
    """Once per project, and harmless again."""
    _stop_at(faults(place, shell, deploying=False))
    shell.run(
        "gcloud", "services", "enable", *[f"{api}.googleapis.com" for api in FIRST_APIS], f"--project={place.project}"
    )
    bucket = f"gs://{place.state_bucket}"
    if shell.ask("gcloud", "storage", "buckets", "describe", bucket, "--format=value(name)") is None:
        region = re.search(r'^\s*region\s*=\s*"([^"]+)"', place.variables.read_text(), re.MULTILINE)
        shell.run(
            "gcloud", "storage", "buckets", "create", bucket, f"--project={place.project}",
            f"--location={region[1] if region else 'asia-southeast1'}", "--uniform-bucket-level-access",
            "--public-access-prevention",
        )  # fmt: skip
        shell.run("gcloud", "storage", "buckets", "update", bucket, "--versioning")
    package.build()
    _init(place, shell)
    _apply(place, shell, CONTAINERS)
    print(f"Now give every secret a value (make deploy ENV={place.environment} says which have none).")


def plan(place: Place, shell: Shell) -> None:
    """What would change."""
    _stop_at(faults(place, shell, deploying=False))
    package.build()
    _init(place, shell)
    shell.run("terraform", "plan", *_variables(place), cwd=GCP)


def deploy(place: Place, shell: Shell, *, yes: bool) -> None:
    """Everything, in the order that a rolling change needs: indexes ready, then consumers, then producers."""
    _stop_at(faults(place, shell, deploying=True))
    for name in package.build().values():
        print("packaged", name)
    _init(place, shell)
    shell.run("terraform", "plan", *_variables(place), cwd=GCP)
    if not (shell.dry or yes or _agreed(f"Deploy this to {place.project}?")):
        raise DeployError("Nothing was changed.")
    _apply(place, shell, INDEXES)
    _apply(place, shell, [f'module.function["{name}"]' for name in consumers()])
    _apply(place, shell, ())
    shell.run(sys.executable, "-m", "infra.load", "--project", place.project, "--yes")
    smoke(place, shell)


def smoke(place: Place, shell: Shell) -> None:
    """A signed event of our own, which goes no further, is known at the door. Raises DeployError."""
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


def destroy(place: Place, shell: Shell, *, yes: bool) -> None:
    """All but data: databases, buckets and secrets are taken out of Terraform's sight first, and stay."""
    _stop_at(faults(place, shell, deploying=False))
    package.build()
    _init(place, shell)
    if not (shell.dry or yes or _agreed(f"Destroy everything but data in {place.project}?")):
        raise DeployError("Nothing was changed.")
    known = (shell.ask("terraform", "state", "list", cwd=GCP) or "").splitlines()
    kept = [address for address in known if address.startswith(DATA)]
    for address in kept:
        shell.run("terraform", "state", "rm", address, cwd=GCP)
    shell.run("terraform", "destroy", "-auto-approve", *_variables(place), cwd=GCP)
    print("Databases, buckets and secrets stay. `terraform import` takes them back (infra/README.md).")


def logs(place: Place, shell: Shell) -> None:
    """The newest lines of the functions that say something is wrong."""
    query = 'resource.type="cloud_run_revision" AND severity>=WARNING'
    form = "table(timestamp, resource.labels.service_name, severity, jsonPayload.message, jsonPayload.reason)"
    shell.run("gcloud", "logging", "read", query, f"--project={place.project}", "--limit=100", f"--format={form}")


def _stop_at(missing: Sequence[str]) -> None:
    if missing:
        raise DeployError("\n".join(missing))


def _init(place: Place, shell: Shell) -> None:
    shell.run(
        "terraform", "init", "-reconfigure", "-input=false", f"-backend-config=bucket={place.state_bucket}", cwd=GCP
    )


def _variables(place: Place) -> list[str]:
    return ["-input=false", f"-var-file={place.variables}", f"-var-file={package.TARGET / package.VARIABLES}"]


def _apply(place: Place, shell: Shell, targets: Sequence[str]) -> None:
    chosen = [f"-target={target}" for target in targets]
    shell.run("terraform", "apply", "-auto-approve", *_variables(place), *chosen, cwd=GCP)


def _outputs(shell: Shell) -> dict[str, Any]:
    found = shell.ask("terraform", "output", "-json", cwd=GCP)
    if not found:
        raise DeployError("Terraform has no outputs yet; was it applied?")
    return {name: output["value"] for name, output in json.loads(found).items()}


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise DeployError("Nobody to ask here: add YES=1 when this is meant. Nothing was changed.")
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}


def main(argv: list[str] | None = None) -> int:
    """Carry out one verb."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("verb", choices=["bootstrap", "plan", "deploy", "smoke", "destroy", "logs"])
    parser.add_argument("environment", help="dev, prod: infra/gcp/ENVIRONMENT.tfvars")
    parser.add_argument("--dry-run", action="store_true", help="print what would be run, change nothing")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    given = parser.parse_args(argv)
    shell = Shell(given.dry_run)
    try:
        place = Place.of(given.environment)
        if given.verb in {"deploy", "destroy"}:
            {"deploy": deploy, "destroy": destroy}[given.verb](place, shell, yes=given.yes)
        else:
            {"bootstrap": bootstrap, "plan": plan, "smoke": smoke, "logs": logs}[given.verb](place, shell)
    except DeployError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
