"""The environment of a rehearsal: the fake control plane, the copied project, and the running system."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from infra.rehearsal.control_plane.plane import ControlPlane
from infra.rehearsal.control_plane.project import enable
from infra.rehearsal.control_plane.server import Served
from infra.rehearsal.control_plane.state import FakeClock, State
from infra.rehearsal.deployed.errors import StepError
from infra.rehearsal.deployed.running import Running, running
from infra.rehearsal.walk.ground import Ground
from infra.rehearsal.walk.report import Line, Report
from infra.rehearsal.walk.tree import ENVIRONMENT, Tree

PROJECT = "petitions-rehearsal"
SPEED = 30.0
"""Seconds of fake time in a real second. The waits of commands also move the fake clock."""

VARIABLES = {
    "project": PROJECT,
    "data_location": "synthetic-data-only",
    "domain": "pakn.example.vn",
    "officers_group": "officers@example.vn",
    "operators_email": "operators@example.vn",
    "billing_account": "012345-6789AB-CDEF01",
    "settings": {
        "ZALO_APP_ID": "1111111111111111111",
        "ZALO_OA_ID": "2222222222222222222",
        "ZALO_CHAT_URL": "https://zalo.me/2222222222222222222",
        "PORTAL_URL": "https://portal.example.vn",
        "PORTAL_USERNAME": "hanoi",
        "PORTAL_UNIT_CODE": "H26",
        "PORTAL_DSTCODE": "VN:GOV:000.00.00.G22:vpcpapi",
        "PRIVACY_PROVIDER": "Google Cloud",
        "PRIVACY_STORED_IN": "Singapore",
        "PRIVACY_ABROAD": "yes",
        "PETITIONS_KEPT_YEARS": "10",
    },
}


@dataclass
class Stage:
    """A rehearsal in progress: the served control plane, and the copied project from which commands run against it."""

    served: Served
    running: Running
    tree: Tree
    environment: dict[str, str]
    report: Report
    folder: Path
    notes: list[str] = field(default_factory=list)
    """Remarks that the current step adds to its line of the report."""

    kept: dict[str, Any] = field(default_factory=dict)
    """Values that a step stores for later steps, by name."""

    verb_at_work: subprocess.Popen[bytes] | None = None

    @property
    def state(self) -> State:
        return self.served.plane.state

    def verb(self, *command: str, fails: bool = False) -> str:
        """Run a command of `infra.operate` in the copied project and return its output.

        Raises StepError if the command fails. With `fails`, raises StepError if it succeeds.
        """
        status, output = self.tried(*command)
        if bool(status) != fails:
            raise StepError(f"{' '.join(command)} ended with {status}:\n{output[-6000:]}")
        return output

    def tried(self, *command: str) -> tuple[int, str]:
        call = [sys.executable, "-m", "infra.rehearsal.walk.verb", *command]
        log = self.folder / "said.log"
        begin = log.stat().st_size
        with log.open("ab", buffering=0) as stream:
            stream.write(f"\n$ {' '.join(command)}\n".encode())
            self.verb_at_work = subprocess.Popen(
                call, cwd=self.tree.folder, env=self.environment, stdout=stream, stderr=stream, start_new_session=True
            )
            try:
                status = self.verb_at_work.wait()
            except BaseException:
                self.kill()
                raise
        return status, log.read_bytes()[begin:].decode(errors="replace")

    def kill(self) -> None:
        """Kill the running command and all its child processes, as when the machine stops."""
        if self.verb_at_work:
            with suppress(ProcessLookupError):
                os.killpg(self.verb_at_work.pid, signal.SIGKILL)

    def tool(self, *command: str, text: str | None = None, cwd: Path | None = None) -> str:
        """Run gcloud or terraform as an operator would, and return its standard output.

        Raises StepError if the tool fails.
        """
        done = subprocess.run(
            command, cwd=cwd or self.tree.folder, env=self.environment, input=text, text=True, capture_output=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise StepError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
        return done.stdout

    def output(self, name: str) -> str:
        """Return an output value of Terraform. Raises StepError if there is none."""
        return self.tool("terraform", "output", "-raw", name, cwd=self.tree.folder / "infra" / "gcp")

    @contextmanager
    def step(self, name: str) -> Iterator[Line]:
        """Measure the body of the `with` statement as a step, and append its line to the report."""
        print(f"== {name}", flush=True)
        real, fake, met = time.monotonic(), self.state.clock.now(), Counter(self.state.met)
        asked, worked = len(self.served.plane.calls), _children_processor_seconds()
        line = Line(name, 0, 0, 0, 0, {})
        try:
            yield line
        finally:
            line.real_seconds, line.cpu_seconds = time.monotonic() - real, _children_processor_seconds() - worked
            line.fake_seconds = self.state.clock.now() - fake
            line.note = "; ".join(self.notes)
            self.notes.clear()
            line.resources, line.requests = len(self.state.resources), len(self.served.plane.calls) - asked
            line.rules = dict(Counter(self.state.met) - met)
            self.report.lines.append(line)


def _children_processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def deployed(stage: Stage) -> str:
    """Run `make deploy`, restart the functions with the deployed revisions, and return the output. Raises StepError."""
    output = stage.verb("deploy", ENVIRONMENT, "--yes")
    stage.running.follow()
    return output


def _credentials(folder: Path, url: str) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    file = folder / "key.json"
    kept = {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "1",
        "private_key": pem,
        "client_email": f"deployer@{PROJECT}.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{url}/token",
    }
    file.write_text(json.dumps(kept))
    file.chmod(0o600)
    return file


@contextmanager
def staged(ground: Ground, folder: Path, plane: type[ControlPlane] = ControlPlane) -> Iterator[Stage]:
    """Yield a rehearsal on an empty project of a fake control plane in which all rules apply."""
    state = State(PROJECT, clock=FakeClock(SPEED), hurried=True)
    enable(state, "serviceusage.googleapis.com", 0)
    tree = Tree.copied(folder / "tree", json.loads(json.dumps(VARIABLES)))
    (folder / "gcloud").mkdir(exist_ok=True)
    (folder / "said.log").write_bytes(b"")
    with Served(plane(state)) as served, running(served.plane, folder) as up:
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ},
            **served.for_terraform(),
            **served.for_gcloud(str(folder / "gcloud")),
            "GOOGLE_APPLICATION_CREDENTIALS": str(_credentials(folder, served.url)),
            "PATH": ground.programs(folder / "bin"),
            **ground.environment(served.url, folder / "terraform.rc"),
            "TF_IN_AUTOMATION": "1",
            "REHEARSAL_CLOCK": f"{served.url}/rehearsal/clock",
            "REHEARSAL_FRONT": up.front.url,
            **{f"REHEARSAL_{name}": value for name, value in up.around.environment().items()},
        }
        tree.give(settings=tree.variables["settings"] | up.around.settings())
        yield Stage(served, up, tree, environment, Report(ground.words()), folder)


def values(stage: Stage) -> None:
    """Give a value to every secret that `make deploy` reports as empty, and to the mailbox's password."""
    output = stage.verb("deploy", ENVIRONMENT, fails=True)
    for secret in [*re.findall(r"The secret (\S+) has no value", output), "imap-password"]:
        value = stage.running.around.secrets[secret]
        stage.tool(
            "gcloud", "secrets", "versions", "add", secret, "--data-file=-", f"--project={PROJECT}", text=value
        )  # fmt: skip
