"""The grants in a Terraform plan: rights of the functions, and other grants, which need a written reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from infra.manifest import Manifest
from tests.infra.inventory import resources
from tests.privileges.rights import ACTIONS, Right, of_role

EXPLAINED = Path(__file__).with_name("platform_grants.json")
_ON = {
    "google_project_iam_member": None,
    "google_storage_bucket_iam_member": "bucket",
    "google_pubsub_topic_iam_member": "topic",
    "google_pubsub_subscription_iam_member": "subscription",
    "google_secret_manager_secret_iam_member": "secret_id",
    "google_service_account_iam_member": "service_account_id",
    "google_cloud_run_v2_service_iam_member": "name",
    "google_artifact_registry_repository_iam_member": "repository",
    "google_iap_web_backend_service_iam_member": "web_backend_service",
    "google_kms_crypto_key_iam_member": "crypto_key_id",
}
"""The argument that names the resource of a grant, by type of grant. None stands for the project."""
_NO_GRANTS = {"google_project_iam_custom_role", "google_project_iam_audit_config"}


class Grant(NamedTuple):
    """A role granted to an account on a resource.

    `who` and `on` lack the project's name. `on` ends with the condition of the grant, if there is one.
    """

    who: str
    role: str
    on: str


def grants(plan: dict[str, Any], project: str) -> set[Grant]:
    """Return every grant of a plan. Raise KeyError for an unknown type of grant."""
    return {
        _grant(resource, project)
        for resource in resources(plan)
        if "_iam_" in resource["type"] and resource["type"] not in _NO_GRANTS
    }


def _grant(resource: dict[str, Any], project: str) -> Grant:
    values, argument = resource["values"], _ON[resource["type"]]
    # A member or resource that only the service will know, such as the sink's account, is named by its address.
    who = str(values.get("member") or resource["address"])
    on = "project" if argument is None else f"{argument} {values.get(argument) or resource['address']}"
    role = str(values["role"]).removeprefix("roles/").removeprefix(f"projects/{project}/roles/")
    condition = "".join(f" if {item['expression']}" for item in values["condition"])
    who = who.removeprefix("serviceAccount:").removesuffix(f"@{project}.iam.gserviceaccount.com")
    return Grant(who, role, _short(on + condition, project))


def _short(text: str, project: str) -> str:
    return text.replace(f"projects/{project}/", "").replace(f"{project}-", "")


def rights(found: set[Grant], manifest: Manifest) -> set[Right]:
    """Return the rights of the functions' accounts. A grant of unknown form is returned as a right as well."""
    accounts = {f"fn-{name.replace('_', '-')}": name for name in manifest.functions}
    secrets = {name.lower().replace("_", "-"): name for name, setting in manifest.settings.items() if setting.secret}
    made: set[Right] = set()
    for grant in found:
        if grant.who in accounts and grant.role != "logging.logWriter":
            made.update(_rights(accounts[grant.who], grant, secrets))
    return made


def _rights(function: str, grant: Grant, secrets: dict[str, str]) -> Iterator[Right]:
    role = {"objectEraser": "storage.objectEraser"}.get(grant.role, grant.role)
    on = _object(role, grant.on)
    if on is None or role not in ACTIONS:
        yield Right(function, grant.role, grant.on)
    else:
        yield from of_role(function, role, secrets.get(on, on))


def _object(role: str, on: str) -> str | None:
    kind = role.partition(".")[0]
    matched = re.fullmatch(_FORMS.get(role) or _FORMS.get(kind, "(?!)"), on)
    return matched[matched.lastindex or 1] if matched else None


_FOLDER = r'resource\.name\.startsWith\("projects/_/buckets/attachments/objects/(\w+)/"\)'
_FROZEN = r'bucket frozen if resource\.name\.startsWith\("projects/_/buckets/frozen/objects/(frozen)/"\)'
_FORMS = {
    "datastore": r'project if resource\.name == "databases/([\w-]+)" \|\| '
    r'resource\.name\.startsWith\("databases/\1/"\)',
    "storage": f"bucket attachments if {_FOLDER}|{_FROZEN}",
    # Listing needs a right on the whole bucket.
    "storage.objectEraser": rf'bucket attachments if resource\.name == "projects/_/buckets/attachments" \|\| {_FOLDER}',
    "pubsub": r"topic ([\w-]+)",
    "secretmanager": r"secret_id ([\w-]+)",
    "telemetry": r"(project)",
}


def explained(manifest: Manifest, file: Path = EXPLAINED) -> set[Grant]:
    """Return the grants that only the platform needs, from a file that gives the reasons.

    `{service}` stands for the functions of a row's kind: all, those that take pushes, or those called by a schedule.
    """
    kinds = {
        "all": list(manifest.functions),
        "pushed": [sub.function for sub in manifest.subscriptions.values() if sub.function],
        "scheduled": [schedule.function for schedule in manifest.schedules.values()],
        "moved": [name for name, sub in manifest.subscriptions.items() if sub.dead_letter_topic],
    }
    made = set()
    for row in json.loads(file.read_text()):
        assert row["why"].strip(), row
        for name in kinds[row["for"]] if "for" in row else [""]:
            service = name.replace("_", "-")
            made.add(Grant(*(row[part].replace("{service}", service) for part in ("who", "role", "on"))))
    return made
