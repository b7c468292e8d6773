"""What a Cloud Function cannot be told and its Cloud Run service can: no check of the caller, a boost at its start.

Why functions and not Cloud Run services, which Terraform could tell both: a service with a `build_config` is not built
(terraform-provider-google 22263, 23057), so it would need a second pipeline of images of our own, with its rights and
its updates of the base. Two settings after each deployment are less.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from infra import manifest as declared
from infra.operate.deployment.cloud import CloudPlace, Shell


class Switch(NamedTuple):
    """An annotation of a service that is true when it is on, and the option of gcloud that switches it on."""

    annotation: str
    option: str

    def is_on(self, notes: dict[str, str]) -> bool:
        """Whether these annotations switch it on: gcloud writes "True", Google's own documents say "true"."""
        return notes.get(self.annotation, "").lower() == "true"


OPEN = Switch("run.googleapis.com/invoker-iam-disabled", "--no-invoker-iam-check")
"""Everybody may call it: through the load balancer alone, as its ingress says (infra/gcp/modules/function)."""
BOOST = Switch("run.googleapis.com/startup-cpu-boost", "--cpu-boost")


def wanted() -> dict[str, list[Switch]]:
    """Return the switches of each service. The desk is open too, for `/api/v1`; it checks who is signed in itself."""
    found = {}
    for name, function in declared.load().functions.items():
        opened = [OPEN] if function.public else []
        boosted = [BOOST] if function.min_instances else []
        found[name.replace("_", "-")] = opened + boosted
    return {service: switches for service, switches in found.items() if switches}


def switch(place: CloudPlace, shell: Shell) -> None:
    """Switch on what is off; a deployment may have switched it off again. Raises DeployError."""
    where = (f"--region={place.region}", f"--project={place.project}", "--quiet")
    for service, switches in wanted().items():
        described = shell.ask("gcloud", "run", "services", "describe", service, *where, "--format=json")
        notes = annotations_of(json.loads(described)) if described else {}
        missing = [item.option for item in switches if not item.is_on(notes)]
        if missing:
            shell.run("gcloud", "run", "services", "update", service, *missing, *where)


def annotations_of(service: dict[str, Any]) -> dict[str, str]:
    """Return what a Cloud Run service and its template are annotated with."""
    template = service.get("spec", {}).get("template", {})
    return {**_of(template), **_of(service)}


def _of(thing: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = thing.get("metadata", {}).get("annotations", {})
    return found
