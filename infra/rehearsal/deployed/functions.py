"""Deployed functions, started: from the archives that were uploaded, with what Terraform gave them.

A function runs under functions-framework in a folder of its own, with the environment and the secrets of its
deployment. What is an address of Google's in there is one of this machine. `front` leads to it.
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

from infra.rehearsal.control_plane import buckets, services
from infra.rehearsal.control_plane.state import State, Stored
from infra.rehearsal.deployed.errors import NoRouteError

START_SECONDS = 90.0
FUNCTIONS = "cloudfunctions.projects.locations.functions"


@dataclass(frozen=True)
class Instance:
    """A process of a function, its port, and the revision that it is of."""

    process: subprocess.Popen[bytes]
    port: int
    revision: str
    mounts: dict[Path, str]
    """Files of secrets, each with the name of its newest version: they change when a version is added."""


@dataclass
class Started:
    """The running instance of each function. A new revision takes over once it is ready; the former one ends then.

    `around` are the variables by which a process finds what stands around it here, beside those of its deployment.
    """

    folder: Path
    around: dict[str, str]
    running: dict[str, Instance] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    """Revisions that did not start, with words: Google would have ended their deployment with an error."""

    _turns: dict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))

    def port(self, state: State, name: str) -> int:
        """Return the port of a deployed function: of the former revision until the newest is ready.

        Raises NoRouteError when it is not deployed or does not start.
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
        """Start every deployed function's newest revision with its newest secrets, and stop those that are no more.

        Raises NoRouteError.
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
        """Start an instance, lead what comes to it, and end the former one, which finishes what it has begun."""
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
        # What is mounted lies below the function's own folder here, and Google's Pub/Sub is the emulator.
        moved = {name: f"{folder}{value}" for name, value in found.items() if value.startswith("/secrets/")}
        pubsub = {"PUBSUB_URL": f"http://{self.around['PUBSUB_EMULATOR_HOST']}"}
        return found | moved | ({name: value for name, value in pubsub.items() if name in found})

    def log(self, name: str) -> str:
        """Return what all revisions of a function have said."""
        return "".join(file.read_text(errors="replace") for file in sorted((self.folder / name).glob("*/log")))

    @staticmethod
    def _end(instance: Instance) -> None:
        instance.process.terminate()
        try:
            instance.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            instance.process.kill()

    def stop_all(self) -> None:
        """Stop every function."""
        for name in list(self.running):
            self._end(self.running.pop(name))


def deployed(state: State, name: str) -> Stored:
    """Return a deployed function. Raises NoRouteError."""
    stored = next((item for item in state.of(FUNCTIONS) if item.name.endswith(f"/{name}")), None)
    if stored is None or "revision" not in stored.body["serviceConfig"]:
        raise NoRouteError(f"the function {name} is not deployed")
    return stored


def _mounted(state: State, body: dict[str, Any], folder: Path) -> dict[Path, str]:
    """Write the secrets that are mounted below a folder; return each file with its version."""
    found = {}
    for item in body["serviceConfig"].get("secretVolumes", ()):
        file = folder / item["mountPath"].lstrip("/") / item["versions"][0]["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        found[file] = _latest(state, item["secret"])
        file.write_text(services.secret_value(state, found[file]))
    return found


def _renew(state: State, instance: Instance) -> None:
    """Have the mounted files show the newest versions, as they do at Google from one moment to the next."""
    for file, version in instance.mounts.items():
        value = services.secret_value(state, version)
        if file.read_text() != value:
            file.write_text(value)


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _latest(state: State, secret: str) -> str:
    return f"projects/{state.project}/secrets/{secret}/versions/latest"
