"""Set two options of the functions' Cloud Run services that Cloud Functions lacks: open access and a CPU boost.

Terraform could set both on Cloud Run services, but it does not build a service with a `build_config`
(terraform-provider-google 22263, 23057). That would need a second pipeline for our own images, with its own rights and
base updates. Setting two options after every deployment is less work.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from infra import manifest as declared
from infra.operate.deployment.cloud import CloudPlace, Shell


class Switch(NamedTuple):
    """A setting of a Cloud Run service: the annotation that shows it and the gcloud option that enables it."""

    annotation: str
    option: str

    def is_on(self, notes: dict[str, str]) -> bool:
        """Return whether a service with these annotations has the setting enabled.

        gcloud writes the value "True", Google's documentation "true".
        """
        return notes.get(self.annotation, "").lower() == "true"


OPEN = Switch("run.googleapis.com/invoker-iam-disabled", "--no-invoker-iam-check")
"""Calls need no IAM permission. The service's ingress (infra/gcp/modules/function) admits only the load balancer."""
BOOST = Switch("run.googleapis.com/startup-cpu-boost", "--cpu-boost")


def wanted() -> dict[str, list[Switch]]:
    """Return the settings to enable, by the name of the service. Services without any are left out.

    Public functions are open. The desk is one of them, for `/api/v1`, and checks the sign-in itself.
    """
    found = {}
    for name, function in declared.load().functions.items():
        opened = [OPEN] if function.public else []
        boosted = [BOOST] if function.min_instances else []
        found[name.replace("_", "-")] = opened + boosted
    return {service: switches for service, switches in found.items() if switches}


def switch(place: CloudPlace, shell: Shell) -> None:
    """Enable every wanted setting of the Cloud Run services that is off.

    A deployment may have reset it. Raise DeployError if a service cannot be updated.
    """
    where = (f"--region={place.region}", f"--project={place.project}", "--quiet")
    for service, switches in wanted().items():
        described = shell.ask("gcloud", "run", "services", "describe", service, *where, "--format=json")
        notes = annotations_of(json.loads(described)) if described else {}
        missing = [item.option for item in switches if not item.is_on(notes)]
        if missing:
            shell.run("gcloud", "run", "services", "update", service, *missing, *where)


def annotations_of(service: dict[str, Any]) -> dict[str, str]:
    """Return the annotations of a Cloud Run service merged with those of its template."""
    template = service.get("spec", {}).get("template", {})
    return {**_of(template), **_of(service)}


def _of(thing: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = thing.get("metadata", {}).get("annotations", {})
    return found
