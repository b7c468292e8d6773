"""Create two accounts for the pipeline (CI): one that plans, and one that deploys after a person's approval.

They have no keys. GitHub signs the identity of a job (OpenID Connect), and Google maps it to an account (workload
identity federation). Any job of the repository may plan. Only jobs of the GitHub environment may deploy, and GitHub
asks its reviewers first. `ci_identity.json` lists the rights of the accounts. The deploying account needs the roles of
`needs.json`, as an operator does.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from infra.operate.deployment.cloud import CloudPlace, DeployError, Shell
from infra.operate.preflight.facts import NEEDS

SAYS: dict[str, Any] = json.loads(Path(__file__).with_name("ci_identity.json").read_text())
POOL, PROVIDER = "ci", "github"


def make(place: CloudPlace, shell: Shell, repository: str) -> None:
    """Create the accounts and the identity pool unless they exist, and grant the rights. Raise DeployError."""
    if not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", repository):
        raise DeployError("REPOSITORY=owner/name names the repository at GitHub.")
    here = f"--project={place.project}"
    shell.run("gcloud", "services", "enable", *[f"{api}.googleapis.com" for api in SAYS["apis"]], here)
    pools = ("gcloud", "iam", "workload-identity-pools")
    if shell.ask(*pools, "describe", POOL, "--location=global", here, "--quiet") is None:
        shell.run(*pools, "create", POOL, "--location=global", here, "--display-name=Pipelines")
    of_pool = ("--location=global", f"--workload-identity-pool={POOL}", here)
    if shell.ask(*pools, "providers", "describe", PROVIDER, *of_pool, "--quiet") is None:
        shell.run(
            *pools, "providers", "create-oidc", PROVIDER, *of_pool, f"--issuer-uri={SAYS['issuer']}",
            f"--attribute-mapping={SAYS['mapping']}", f"--attribute-condition=assertion.repository == '{repository}'",
        )  # fmt: skip
    number = shell.ask("gcloud", "projects", "describe", place.project, "--format=value(projectNumber)")
    if not number and not shell.dry:
        raise DeployError(f"The project {place.project} cannot be read: gcloud auth login")
    pool = f"projects/{number or 'NUMBER'}/locations/global/workloadIdentityPools/{POOL}"
    for account, item in SAYS["accounts"].items():
        _account(place, shell, account, item, {"pool": pool, "repository": repository})
    print("To set as variables of the repository at GitHub:")
    print(f"  GCP_PROJECT={place.project}")
    print(f"  GCP_IDENTITY={pool}/providers/{PROVIDER}")


def roles_of(account: str) -> list[str]:
    """Return the project roles of a pipeline account."""
    given: list[str] = SAYS["accounts"][account]["roles"]
    return given or list(NEEDS["permissions"])


def _account(place: CloudPlace, shell: Shell, account: str, says: dict[str, Any], words: dict[str, str]) -> None:
    here, email = f"--project={place.project}", f"{account}@{place.project}.iam.gserviceaccount.com"
    accounts = ("gcloud", "iam", "service-accounts")
    if shell.ask(*accounts, "describe", email, here, "--quiet") is None:
        shell.run(*accounts, "create", account, here, f"--display-name={says['says']}")
    who = says["who"].format(**words, environment=place.environment)
    bind = "add-iam-policy-binding"
    shell.run(*accounts, bind, email, here, "--role=roles/iam.workloadIdentityUser", f"--member={who}", "--quiet")
    member = f"--member=serviceAccount:{email}"
    for role in roles_of(account):
        shell.run("gcloud", "projects", bind, place.project, member, f"--role={role}", "--condition=None", "--quiet")
    for role, below in says["state"].items():
        name = f"projects/_/buckets/{place.state_bucket}{below}"
        condition = f'expression=resource.name == "{name}",title=lock' if below else "None"
        bucket = f"gs://{place.state_bucket}"
        shell.run(
            "gcloud", "storage", "buckets", bind, bucket, member, f"--role={role}", f"--condition={condition}",
            "--quiet",
        )  # fmt: skip
