"""Deployed functions, started: from the archives that were uploaded, with what Terraform gave them.

A function runs under functions-framework in a folder of its own, with the environment and the secrets of its
deployment. What is an address of Google's in there is one of this machine. The load balancer's routes lead to it:
`front` follows them as Google would, from the host to the service, and refuses where a part is missing.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.rehearsal.control_plane import buckets, services
from infra.rehearsal.control_plane.state import State, Stored

START_SECONDS = 90.0
FUNCTIONS = "cloudfunctions.projects.locations.functions"


class NoRouteError(Exception):
    """A host leads to no service; the message says which part of the load balancer is missing."""


@dataclass
class Started:
    """The processes of functions by name, with their ports and the archives that they were started from."""

    folder: Path
    emulators: dict[str, str]
    running: dict[str, tuple[subprocess.Popen[bytes], int, str]] = field(default_factory=dict)

    def port(self, state: State, name: str) -> int:
        """Return the port of a deployed function; start it, or anew when another archive was deployed."""
        stored = next((each for each in state.of(FUNCTIONS) if each.name.endswith(f"/{name}")), None)
        if stored is None or stored.body.get("state") != "ACTIVE":
            raise NoRouteError(f"the function {name} is not deployed")
        version = stored.body["serviceConfig"]["revision"]
        if name in self.running and self.running[name][2] == version:
            return self.running[name][1]
        self.stop(name)
        process, port = self._start(state, name, stored)
        self.running[name] = (process, port, version)
        return port

    def _start(self, state: State, name: str, stored: Stored) -> tuple[subprocess.Popen[bytes], int]:
        source = stored.body["buildConfig"]["source"]["storageSource"]
        folder = self.folder / name / stored.body["serviceConfig"]["revision"]
        archive = buckets.objects(state).live[source["bucket"], source["object"]].data
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            packed.extractall(folder)
        port = free_port()
        program = Path(sysconfig.get_path("scripts")) / "functions-framework"
        command = (str(program), "--source", "main.py", "--target", "main", "--host", "127.0.0.1", "--port", str(port))
        environment = self._environment(state, stored.body, folder)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    return process, port
            time.sleep(0.2)
        raise NoRouteError(f"{name} did not start: {(folder / 'log').read_text(errors='replace')[-2000:]}")

    def _environment(self, state: State, body: dict[str, Any], folder: Path) -> dict[str, str]:
        config = body["serviceConfig"]
        found = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        found |= self.emulators | {"PYTHONPATH": str(folder), "K_SERVICE": body["name"].rpartition("/")[2]}
        found |= config.get("environmentVariables", {})
        for each in config.get("secretEnvironmentVariables", ()):
            found[each["key"]] = services.secret_value(state, _latest(state, each["secret"]))
        for each in config.get("secretVolumes", ()):
            mounted = folder / each["mountPath"].lstrip("/")
            mounted.mkdir(parents=True)
            (mounted / each["versions"][0]["path"]).write_text(
                services.secret_value(state, _latest(state, each["secret"]))
            )
        # What is mounted lies below the function's own folder here, and Google's Pub/Sub is the emulator.
        moved = {name: f"{folder}{value}" for name, value in found.items() if value.startswith("/secrets/")}
        pubsub = {"PUBSUB_URL": f"http://{self.emulators['PUBSUB_EMULATOR_HOST']}"}
        return found | moved | ({name: value for name, value in pubsub.items() if name in found})

    def stop(self, name: str) -> None:
        """Stop a function, if it runs."""
        if name in self.running:
            process = self.running.pop(name)[0]
            process.terminate()
            process.wait(timeout=30)

    def stop_all(self) -> None:
        """Stop every function."""
        for name in list(self.running):
            self.stop(name)


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _latest(state: State, secret: str) -> str:
    return f"projects/{state.project}/secrets/{secret}/versions/latest"


def service_of(state: State, host: str) -> str:
    """Return the service to which the load balancer leads a host. Raises NoRouteError."""
    rules = [each for each in state.of("compute.globalForwardingRules") if each.body["portRange"].startswith("443")]
    link = rules[0].body["target"] if rules else None
    proxy = _linked(state, link, "the forwarding rule of port 443")
    names = [
        domain
        for link in proxy.body.get("sslCertificates", ())
        for domain in _linked(state, link, "a certificate").body.get("managed", {}).get("domains", ())
    ]
    if host not in names:
        raise NoRouteError(f"no certificate is for {host}, but for {', '.join(names) or 'nothing'}")
    routes = _linked(state, proxy.body.get("urlMap"), "the map of addresses").body
    matcher = next((each["pathMatcher"] for each in routes.get("hostRules", ()) if host in each["hosts"]), None)
    inner = next((each for each in routes.get("pathMatchers", ()) if each["name"] == matcher), routes)
    backend = _linked(state, inner.get("defaultService"), "the backend service")
    group = _linked(state, backend.body.get("backends", [{}])[0].get("group"), "the group of endpoints")
    return str(group.body["cloudRun"]["service"])


def _linked(state: State, link: str | None, said: str) -> Stored:
    name = (link or "").partition("/compute/v1/")[2] or link or ""
    stored = state.get("compute", name)
    if stored is None:
        raise NoRouteError(f"{said} is missing ({link})")
    return stored


def forwarded(
    started: Started, state: State, host: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, bytes]:
    """Post to a host as the load balancer would; return status and body. Raises NoRouteError."""
    name = service_of(state, host)
    service = state.get("run", f"projects/{state.project}/locations/{state.region}/services/{name}")
    notes = service.body["metadata"]["annotations"] if service else {}
    if name != "desk" and notes.get("run.googleapis.com/invoker-iam-disabled") != "true":
        return 403, b"Your client does not have permission to get this URL from this server."
    address = f"http://127.0.0.1:{started.port(state, name)}{path}"
    request = urllib.request.Request(address, body or None, headers | {"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()
