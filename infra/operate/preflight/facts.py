"""What a preflight knows and asks: a fault with its cure, and the facts of the place that it looks at."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.operate.deployment.cloud import CloudPlace, Shell, setting
from infra.operate.preflight.google import Answered, Google

NEEDS: dict[str, Any] = json.loads(Path(__file__).with_name("needs.json").read_text())
"""Roles with what only they permit, policies of organisations, regions and quotas that a deployment needs."""


@dataclass(frozen=True)
class Fault:
    """Something that is in the way, and the command or the line that mends it."""

    words: str
    cure: str
    certain: bool = True
    """Whether Google will refuse for it; else it is a warning and stops nothing."""


@dataclass
class Facts:
    """Where a deployment goes, and whom to ask about it; `unasked` is what nobody could answer yet."""

    place: CloudPlace
    shell: Shell
    google: Google
    unasked: list[str] = field(default_factory=list)

    def ask(self, what: str, service: str, path: str, body: dict[str, Any] | None = None) -> Answered | None:
        """Return the answer about something, or None when its service is not enabled yet."""
        answer = self.google.ask(service, path, body)
        if answer.unasked:
            self.unasked.append(f"{what} ({service}.googleapis.com is not enabled yet)")
            return None
        return answer

    def given(self, name: str) -> str | None:
        """Return a variable of the file, if it is set and not empty."""
        return setting(self.place.variables, name)

    @cached_property
    def project(self) -> dict[str, Any]:
        """The project as Resource Manager knows it; empty when it cannot be read."""
        answer = self.ask("the project", "cloudresourcemanager", f"v1/projects/{self.place.project}")
        return answer.body if answer and answer.ok else {}

    @cached_property
    def person(self) -> str:
        """The account that deploys: a person's address or a service account's."""
        return self.shell.ask("gcloud", "config", "get-value", "account", "--quiet") or "YOU"

    @property
    def member(self) -> str:
        """The account as a policy of IAM names it."""
        kind = "serviceAccount" if self.person.endswith(".gserviceaccount.com") else "user"
        return f"{kind}:{self.person}"
