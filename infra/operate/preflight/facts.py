"""The data types of a preflight: a fault with its remedy, and the lookups about a project that the checks share."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.operate.deployment.cloud import CloudPlace, Shell, setting
from infra.operate.preflight.google import Answered, Google

NEEDS: dict[str, Any] = json.loads(Path(__file__).with_name("needs.json").read_text())
"""The requirements in `needs.json`: roles, organisation policies, regions and quotas.

Each role is listed with permissions that no other role grants.
"""


@dataclass(frozen=True)
class Fault:
    """An obstacle to a deployment, with its remedy: a command, or a line of text."""

    words: str
    cure: str
    certain: bool = True
    """Whether Google is certain to refuse the deployment. If not, the fault is a warning that stops nothing."""


@dataclass
class Facts:
    """The project of a deployment, with lookups about it that are made once.

    `unasked` lists questions that cannot be answered yet, because their service is not enabled.
    """

    place: CloudPlace
    shell: Shell
    google: Google
    unasked: list[str] = field(default_factory=list)

    def ask(self, what: str, service: str, path: str, body: dict[str, Any] | None = None) -> Answered | None:
        """Ask Google for a path of a service.

        Return None if the service is not enabled yet, and add `what` to `unasked`.
        """
        answer = self.google.ask(service, path, body)
        if answer.unasked:
            self.unasked.append(f"{what} ({service}.googleapis.com is not enabled yet)")
            return None
        return answer

    def given(self, name: str) -> str | None:
        """Return a value from the variables file, or None if it is missing or empty."""
        return setting(self.place.variables, name)

    @cached_property
    def project(self) -> dict[str, Any]:
        answer = self.ask("the project", "cloudresourcemanager", f"v1/projects/{self.place.project}")
        return answer.body if answer and answer.ok else {}

    @cached_property
    def person(self) -> str:
        """The deploying account: the address of a person or service account, or "YOU" if gcloud has none."""
        return self.shell.ask("gcloud", "config", "get-value", "account", "--quiet") or "YOU"

    @property
    def member(self) -> str:
        """The deploying account in the form used by IAM policies: `user:a@example.vn`."""
        kind = "serviceAccount" if self.person.endswith(".gserviceaccount.com") else "user"
        return f"{kind}:{self.person}"
