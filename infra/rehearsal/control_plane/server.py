"""Serve the fake control plane on a port, and direct terraform and gcloud to it by environment variables."""

from __future__ import annotations

import json
import re
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from infra.rehearsal.control_plane.discovery import DOCUMENTS
from infra.rehearsal.control_plane.plane import NO_ANSWER, Answer, ControlPlane


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    plane: ControlPlane

    def _handle(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        raw = self._body(headers)
        try:
            # gcloud uses this server as its proxy, because it calls regional hosts that are not known beforehand.
            path = re.sub(r"^http://[^/]+", "", self.path)
            answer = self.plane.handle(self.command, path, headers, raw)
        except Exception:  # noqa: BLE001 - a fault of the fake itself: loud, and the caller's request ends
            traceback.print_exc(file=sys.stderr)
            answer = Answer(500, {"error": {"code": 500, "message": traceback.format_exc(limit=-1)}})
        if answer.status == NO_ANSWER:
            self.close_connection = True
            return
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json; charset=UTF-8", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(headers.get("content-length", "0")))
        found = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _handle  # noqa: N815 - the names are http.server's

    def log_message(self, form: str, *args: object) -> None:
        """Write no log, because the control plane records its calls itself."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore broken connections of clients that a test has killed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Served:
    """A context manager that serves a control plane on a free port of this machine."""

    def __init__(self, plane: ControlPlane) -> None:
        handler = type("Handler", (_Handler,), {"plane": plane})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.plane = plane
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def for_terraform(self) -> dict[str, str]:
        """Return the environment variables that direct the real provider and Terraform's state to this server."""
        paths = {service: f"{versions[0]}/" for service, versions in DOCUMENTS.items()} | PATHS
        own = {
            f"GOOGLE_{NAMES.get(service, service.upper())}_CUSTOM_ENDPOINT": f"{self.url}/{service}/{path}"
            for service, path in paths.items()
        }
        state = f"{self.url}/storage/storage/v1/"
        return (
            own
            | _more(self.url)
            | {
                "GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT": state,
                "GOOGLE_STORAGE_CUSTOM_ENDPOINT": state,
                "GOOGLE_OAUTH_ACCESS_TOKEN": TOKEN,
                "CHECKPOINT_DISABLE": "1",
                "TF_CLI_ARGS_apply": AT_ONCE,
                "TF_CLI_ARGS_destroy": AT_ONCE,
            }
        )

    def for_gcloud(self, folder: str) -> dict[str, str]:
        """Return the environment that directs gcloud to this server. gcloud stores its configuration in `folder`."""
        own = {
            f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{service.upper()}": f"{self.url}/{service}/{GCLOUD.get(service, '')}"
            for service in DOCUMENTS
        }
        return own | {
            "CLOUDSDK_CONFIG": folder,
            "CLOUDSDK_AUTH_ACCESS_TOKEN": TOKEN,
            "CLOUDSDK_AUTH_TOKEN_HOST": f"{self.url}/token",
            "CLOUDSDK_PROXY_TYPE": "http",
            "CLOUDSDK_PROXY_ADDRESS": "127.0.0.1",
            "CLOUDSDK_PROXY_PORT": self.url.rpartition(":")[2],
            "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
            "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "1",
            "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "1",
        }


TOKEN = "ya29.rehearsal"  # noqa: S105 - no secret, as it is never checked
AT_ONCE = "-parallelism=40"
"""More parallel operations than Terraform's default, because the provider waits real seconds after every grant."""

PATHS = {
    "compute": "compute/v1/",
    "storage": "storage/v1/",
    "monitoring": "",
    "cloudfunctions": "v2/",
    "logging": "v2/",
}
NAMES = {
    "artifactregistry": "ARTIFACT_REGISTRY",
    "billingbudgets": "BILLING",
    "cloudbilling": "CLOUD_BILLING",
    "cloudfunctions": "CLOUDFUNCTIONS2",
    "cloudidentity": "CLOUD_IDENTITY",
    "cloudkms": "KMS",
    "cloudresourcemanager": "RESOURCE_MANAGER",
    "cloudscheduler": "CLOUD_SCHEDULER",
    "orgpolicy": "ORG_POLICY",
    "run": "CLOUD_RUN",
    "secretmanager": "SECRET_MANAGER",
    "serviceusage": "SERVICE_USAGE",
    "vpcaccess": "VPC_ACCESS",
}
"""The names of services in the provider's environment variables where they differ from Google's names."""

GCLOUD = {"compute": "compute/v1/", "storage": "storage/v1/"}


def _more(url: str) -> dict[str, str]:
    return {
        "GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT": f"{url}/run/v2/",
        "GOOGLE_CORE_BILLING_CUSTOM_ENDPOINT": f"{url}/cloudbilling/v1/",
        "GOOGLE_CLOUD_RESOURCE_MANAGER_CUSTOM_ENDPOINT": f"{url}/cloudresourcemanager/",
        "GOOGLE_RESOURCE_MANAGER_V3_CUSTOM_ENDPOINT": f"{url}/cloudresourcemanager/v3/",
    }
