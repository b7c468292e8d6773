"""Run the deployed functions from the uploaded archives, with the settings that Terraform gave them.

A function runs under functions-framework in a folder of its own, with the environment and the secrets of its
deployment. Addresses of Google's services are replaced by those of the emulators. `front` routes requests to the
functions.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sysconfig
import threading
import time
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.emulators.testing.processes import free_port
from infra.rehearsal.control_plane import buckets, services
from infra.rehearsal.control_plane.state import State, Stored
from infra.rehearsal.deployed.errors import NoRouteError

START_SECONDS = 90.0
FUNCTIONS = "cloudfunctions.projects.locations.functions"


@dataclass(frozen=True)
class Instance:
    process: subprocess.Popen[bytes]
    port: int
    revision: str
    mounts: dict[Path, str]
    """The mounted files of secrets, each with the resource name of the version that it holds."""


@dataclass
class Started:
    """Starts the deployed functions and keeps one running process for each.

    The process of a former revision ends once the new one is ready. `around` holds environment variables that every
    process gets in addition to the deployed ones, to find the emulators.
    """

    folder: Path
    around: dict[str, str]
    running: dict[str, Instance] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    """Error messages of revisions that did not start, by revision. At Google their deployment would have failed."""

    _turns: dict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))

    def port(self, state: State, name: str) -> int:
        """Return the port of a function's process, and start the process if there is none.

        If a newer revision is deployed, return the old port and start the new process in the background. Raises
        NoRouteError if the function is not deployed or does not start.
        """
        stored = deployed(state, name)
        revision = stored.body["serviceConfig"]["revision"]
        instance = self.running.get(name)
        if instance is None:
            with self._turns[name]:
                return (self.running.get(name) or self._begin(state, name, stored)).port
        _renew(state, instance)
        new = instance.revision != revision and revision not in self.failed
        if new and self._turns[name].acquire(blocking=False):
            threading.Thread(target=self._replace, args=(state, name, stored), daemon=True).start()
        return instance.port

    def follow(self, state: State) -> None:
        """Start the newest revision of every deployed function with the newest secrets, and stop deleted functions.

        Raises NoRouteError if a function does not start.
        """
        names = {item.name.rpartition("/")[2] for item in state.of(FUNCTIONS)}
        for gone in self.running.keys() - names:
            self._end(self.running.pop(gone))
        for name in sorted(names):
            self.port(state, name)
            with self._turns[name]:
                stored = deployed(state, name)
                if self.running[name].revision != stored.body["serviceConfig"]["revision"]:
                    self._begin(state, name, stored)
            _renew(state, self.running[name])
        if self.failed:
            raise NoRouteError("\n".join(self.failed.values()))

    def _replace(self, state: State, name: str, stored: Stored) -> None:
        try:
            self._begin(state, name, stored)
        except NoRouteError as error:
            self.failed[stored.body["serviceConfig"]["revision"]] = str(error)
        finally:
            self._turns[name].release()

    def _begin(self, state: State, name: str, stored: Stored) -> Instance:
        before, instance = self.running.get(name), self._start(state, name, stored)
        self.running[name] = instance
        if before is not None:
            self._end(before)
        return instance

    def _start(self, state: State, name: str, stored: Stored) -> Instance:
        source = stored.body["buildConfig"]["source"]["storageSource"]
        revision = stored.body["serviceConfig"]["revision"]
        folder = self.folder / name / revision
        archive = buckets.objects(state).live[source["bucket"], source["object"]].data
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            packed.extractall(folder)
        port = free_port()
        program = Path(sysconfig.get_path("scripts")) / "functions-framework"
        command = (str(program), "--source", "main.py", "--target", "main", "--host", "127.0.0.1", "--port", str(port))
        mounts = _mounted(state, stored.body, folder)
        environment = self._environment(state, stored.body, folder)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    return Instance(process, port, revision, mounts)
            time.sleep(0.2)
        process.kill()
        raise NoRouteError(f"{name} did not start: {(folder / 'log').read_text(errors='replace')[-2000:]}")

    def _environment(self, state: State, body: dict[str, Any], folder: Path) -> dict[str, str]:
        config = body["serviceConfig"]
        found = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        found |= self.around | {"PYTHONPATH": str(folder), "K_SERVICE": body["name"].rpartition("/")[2]}
        found |= {"CLOUD_RUN_TIMEOUT_SECONDS": str(config["timeoutSeconds"])} if "timeoutSeconds" in config else {}
        found |= config.get("environmentVariables", {})
        for item in config.get("secretEnvironmentVariables", ()):
            found[item["key"]] = services.secret_value(state, _latest(state, item["secret"]))
        # Mounted secrets lie below the function's own folder here, and the emulator takes the place of Pub/Sub.
        moved = {name: f"{folder}{value}" for name, value in found.items() if value.startswith("/secrets/")}
        pubsub = {"PUBSUB_URL": f"http://{self.around['PUBSUB_EMULATOR_HOST']}"}
        return found | moved | ({name: value for name, value in pubsub.items() if name in found})

    def log(self, name: str) -> str:
        """Return the output of a function's processes, of all revisions."""
        return "".join(file.read_text(errors="replace") for file in sorted((self.folder / name).glob("*/log")))

    @staticmethod
    def _end(instance: Instance) -> None:
        instance.process.terminate()
        try:
            instance.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            instance.process.kill()

    def stop_all(self) -> None:
        for name in list(self.running):
            self._end(self.running.pop(name))


def deployed(state: State, name: str) -> Stored:
    """Return the function's resource in the control plane. Raises NoRouteError if it is not deployed."""
    stored = next((item for item in state.of(FUNCTIONS) if item.name.endswith(f"/{name}")), None)
    if stored is None or "revision" not in stored.body["serviceConfig"]:
        raise NoRouteError(f"the function {name} is not deployed")
    return stored


def _mounted(state: State, body: dict[str, Any], folder: Path) -> dict[Path, str]:
    """Write the secrets that a function mounts below `folder`. Return the secret version of every file."""
    found = {}
    for item in body["serviceConfig"].get("secretVolumes", ()):
        file = folder / item["mountPath"].lstrip("/") / item["versions"][0]["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        found[file] = _latest(state, item["secret"])
        file.write_text(services.secret_value(state, found[file]))
    return found


def _renew(state: State, instance: Instance) -> None:
    for file, version in instance.mounts.items():
        value = services.secret_value(state, version)
        if file.read_text() != value:
            file.write_text(value)


def _latest(state: State, secret: str) -> str:
    return f"projects/{state.project}/secrets/{secret}/versions/latest"
