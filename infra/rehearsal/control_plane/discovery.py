"""Google's discovery documents, which describe every API: its methods, and the schemas of requests and responses.

The documents come from PyPI's `google-api-python-client` in `.venv-infra`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from infra.paths import ROOT

DOCUMENTS = {
    "artifactregistry": ("v1",),
    "billingbudgets": ("v1",),
    "cloudbilling": ("v1",),
    "cloudfunctions": ("v2",),
    "cloudidentity": ("v1",),
    "cloudkms": ("v1",),
    "cloudresourcemanager": ("v1", "v3"),
    "cloudscheduler": ("v1",),
    "compute": ("v1",),
    "firestore": ("v1",),
    "iam": ("v1",),
    "iap": ("v1",),
    "logging": ("v2",),
    "monitoring": ("v3", "v1"),
    "orgpolicy": ("v2",),
    "pubsub": ("v1",),
    "run": ("v1", "v2"),
    "secretmanager": ("v1",),
    "serviceusage": ("v1", "v1beta1"),
    "storage": ("v1",),
    "vpcaccess": ("v1",),
}
"""The services that the rehearsal uses, with the API versions that terraform and gcloud call."""

_VERSION = re.compile(r"^v\d+(?:(?:alpha|beta|p\d+alpha|p\d+beta)\d*)?/")
_TEMPLATE = re.compile(r"\{\+?(\w+)\}")


class NoDocumentsError(Exception):
    """Raised if Google's discovery documents are not installed. The message gives the command that installs them."""


def documents_folder() -> Path:
    """Return the folder of Google's discovery documents. Raises NoDocumentsError if they are not installed."""
    inside = "lib/python3*/site-packages/googleapiclient/discovery_cache/documents"
    for found in sorted((ROOT / ".venv-infra").glob(inside)):
        return found
    raise NoDocumentsError("The discovery documents are missing: make .venv-infra/.installed")


@dataclass(frozen=True)
class Document:
    service: str
    version: str
    raw: dict[str, Any]

    @property
    def schemas(self) -> dict[str, Any]:
        found: dict[str, Any] = self.raw["schemas"]
        return found

    @cached_property
    def methods(self) -> list[Method]:
        """All methods of the API. Those with a custom verb in the path (`:enable`) come first."""
        found: list[Method] = []
        self._collect(self.raw, found)
        return sorted(found, key=lambda method: (":" not in method.path, -len(method.path)))

    def _collect(self, level: dict[str, Any], found: list[Method]) -> None:
        found += [Method(self, item) for item in level.get("methods", {}).values()]
        for below in level.get("resources", {}).values():
            self._collect(below, found)

    def method(self, identity: str) -> Method | None:
        """Return the method with this id, such as `pubsub.projects.topics.create`, or None."""
        return next((item for item in self.methods if item.id == identity), None)


class Method:
    def __init__(self, document: Document, raw: dict[str, Any]) -> None:
        self.document = document
        self.id: str = raw["id"]
        self.http: str = raw["httpMethod"]
        self.path: str = document.raw["servicePath"] + raw["path"]
        self.request: str | None = raw.get("request", {}).get("$ref")
        self.response: str | None = raw.get("response", {}).get("$ref")
        parameters = raw.get("parameters", {})
        self.query = {name: item for name, item in parameters.items() if item["location"] == "query"}
        self._pattern = re.compile(
            "^" + "".join(self._piece(item, parameters) for item in re.split(r"(\{\+?\w+\})", self.path)) + "$"
        )

    def _piece(self, piece: str, parameters: dict[str, Any]) -> str:
        template = _TEMPLATE.fullmatch(piece)
        if template is None:
            return re.escape(piece)
        if not piece.startswith("{+"):
            return f"(?P<{template[1]}>[^/]+?)"
        inner = parameters[template[1]].get("pattern", "^.+$").removeprefix("^").removesuffix("$")
        return f"(?P<{template[1]}>{'.+' if inner == '.*' else inner})"

    @property
    def collection(self) -> str:
        """The id without its verb, such as `pubsub.projects.topics`."""
        return self.id.rpartition(".")[0]

    @property
    def verb(self) -> str:
        """The last part of the id, such as `create` in `pubsub.projects.topics.create`."""
        return self.id.rpartition(".")[2]

    def match(self, path: str) -> dict[str, str] | None:
        """Return the parameters in a path, or None if the path does not have the form of this method's paths."""
        found = self._pattern.match(path)
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None

    def target(self, path: str) -> str:
        """Return the name of the resource in a path. The version, the service's prefix and the verb are left out."""
        rest = path.removeprefix(self.document.raw["servicePath"])
        if ":" in self.path.rpartition("}")[2]:
            rest = rest.rpartition(":")[0]
        elif self.path.endswith(f"/{self.verb}"):
            rest = rest.removesuffix(f"/{self.verb}")
        return unquote(_VERSION.sub("", rest))

    @cached_property
    def resource(self) -> str | None:
        """The name of the schema of the resource that the method works on, or None.

        It is the response of the collection's method `get`. Without such a method, the request and response must be the
        same.
        """
        got = self.document.method(f"{self.collection}.get")
        if got:
            return got.response
        return self.request if self.request == self.response else None


class Discovery:
    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or documents_folder()
        self._documents = {
            service: [
                Document(service, version, json.loads((folder / f"{service}.{version}.json").read_text()))
                for version in versions
            ]
            for service, versions in DOCUMENTS.items()
        }

    def find(self, service: str, http: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """Return the method of a request with its parameters, or None if Google has no such method."""
        for document in self._documents[service]:
            for method in document.methods:
                if method.http == http and (found := method.match(path)) is not None:
                    return method, found
        return None

    def method(self, identity: str) -> Method:
        for document in self._documents[identity.partition(".")[0]]:
            if found := document.method(identity):
                return found
        raise KeyError(identity)
