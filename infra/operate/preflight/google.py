"""Call Google's APIs directly where gcloud has no command, with gcloud's token and endpoints."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from infra.operate.deployment.cloud import DeployError

TIMEOUT_SECONDS = 30.0
_PATHS = {"compute": "compute/v1/", "storage": "storage/v1/"}


@dataclass(frozen=True)
class Answered:
    """The response of a Google API: its HTTP status and its body."""

    status: int
    body: dict[str, Any]

    @property
    def ok(self) -> bool:
        return self.status == 200  # noqa: PLR2004 - HTTP's own number

    @property
    def words(self) -> str:
        """The error message of a refused request."""
        return str(self.body.get("error", {}).get("message", self.status))

    @property
    def unasked(self) -> bool:
        """Whether Google refused because the API is not enabled in the project."""
        details = self.body.get("error", {}).get("details", ())
        return any(detail.get("reason") == "SERVICE_DISABLED" for detail in details)


@dataclass(frozen=True)
class Google:
    """Google's APIs with a bearer token. gcloud's endpoint overrides apply here too."""

    token: str

    def ask(self, service: str, path: str, body: dict[str, Any] | None = None) -> Answered:
        """GET a path of a service, or POST a body to it. Raise DeployError if the service cannot be reached."""
        own = f"https://{service}.googleapis.com/{_PATHS.get(service, '')}"
        base = os.environ.get(f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{service.upper()}") or own
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(base + quote(path, safe="/:?=&.,"), data, headers)  # noqa: S310 - https, or gcloud's
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
                return Answered(answer.status, json.load(answer))
        except urllib.error.HTTPError as refused:
            return Answered(refused.code, _json(refused.read()))
        except urllib.error.URLError as unreachable:
            raise DeployError(f"{service}.googleapis.com cannot be reached: {unreachable.reason}") from unreachable


def _json(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
