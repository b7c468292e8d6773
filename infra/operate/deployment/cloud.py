"""A project of Google Cloud with its Terraform variables, and a runner for terraform and gcloud."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from infra.operate.errors import OperatorError
from infra.paths import GCP, ROOT


class DeployError(OperatorError):
    """Raised if a deployment cannot go on. The message names the problem and the remedy."""


def _found(command: tuple[str, ...]) -> tuple[str, ...]:
    if shutil.which(command[0]) is None:
        raise DeployError(f"{command[0]} is not installed, or not on the PATH.")
    return command


@dataclass(frozen=True)
class Shell:
    """Runs the operator's tools, or with `dry` only prints the commands.

    `kept` are file descriptors that every tool inherits.
    """

    dry: bool = False
    kept: tuple[int, ...] = ()

    def run(self, *command: str, cwd: Path = ROOT, text: str | None = None) -> None:
        """Print and run a step that changes something. Raise DeployError if it fails."""
        print("+", shlex.join(command), flush=True)
        if self.dry:
            return
        if subprocess.run(_found(command), cwd=cwd, input=text, text=True, check=False, pass_fds=self.kept).returncode:
            raise DeployError(
                f"{command[0]} failed; nothing after this step was done. Mend the fault above, then run this again."
            )

    def quietly(self, *command: str, cwd: Path = ROOT) -> None:
        """Print and run a step, hiding its output. Raise DeployError with the output if it fails."""
        print("+", shlex.join(command), flush=True)
        if self.dry:
            return
        done = subprocess.run(_found(command), cwd=cwd, capture_output=True, text=True, check=False, pass_fds=self.kept)
        if done.returncode:
            raise DeployError(f"{done.stdout}{done.stderr}\n{command[0]} failed; nothing after this step was done.")

    def attempt(self, *command: str, cwd: Path = ROOT) -> str | None:
        """Print and run a step, showing its output. Return None on success, and the output on failure."""
        print("+", shlex.join(command), flush=True)
        if self.dry:
            return None
        output = []
        with subprocess.Popen(
            _found(command), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, pass_fds=self.kept
        ) as running:
            for line in running.stdout or ():
                print(line, end="", flush=True)
                output.append(line)
        return "".join(output) if running.returncode else None

    def ask(self, *command: str, cwd: Path = ROOT) -> str | None:
        """Run a command that changes nothing. Return its output, or None if it fails or is not installed."""
        if shutil.which(command[0]) is None:
            return None
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, pass_fds=self.kept)
        return None if done.returncode else done.stdout.strip()


@dataclass(frozen=True)
class CloudPlace:
    """A project of Google Cloud and the file with its Terraform variables."""

    environment: str
    project: str
    variables: Path

    @classmethod
    def of(cls, environment: str, project: str | None = None, *, dry: bool = False) -> CloudPlace:
        """Return the project named in the variables file of the environment (dev or prod).

        Raise DeployError if the file is missing or names no project. If `project` is given too, it must be the project
        in the file. A dry run needs no file if it gets `project`: the other variables then have their defaults.
        """
        path = GCP / f"{environment}.tfvars"
        file = path.relative_to(ROOT)
        if not path.exists():
            name = project or "PROJECT"
            missing = (
                f"{file} is missing. Of a system that was deployed, fetch it: gcloud storage cp "
                f"gs://{name}-terraform/{environment}.tfvars {file} --project={name}. "
                f"For a first deployment copy {environment}.tfvars.example and fill it in."
            )
            if not (dry and project):
                raise DeployError(missing)
            print(missing)
            return cls(environment, project, path)
        found = setting(path, "project")
        if found is None:
            raise DeployError(f"{file} does not set project.")
        if project not in {None, found}:
            raise DeployError(f"{file} is of the project {found}, not of {project}: give the ENV= of {project}.")
        return cls(environment, found, path)

    @property
    def state_bucket(self) -> str:
        return f"{self.project}-terraform"

    @property
    def region(self) -> str:
        return setting(self.variables, "region") or "asia-southeast1"

    @property
    def petitions_database(self) -> str:
        """The database of petitions in use. It has another name after a restore."""
        return setting(self.variables, "petitions_database") or "petitions"


def setting(path: Path, name: str) -> str | None:
    """Return a string from the top level of a variables file, or None. Blocks in braces are ignored."""
    return _assigned(path, name, r'"([^"]+)"')


def number_in(path: Path, name: str) -> int | None:
    """Return an integer from a variables file, or None."""
    found = _assigned(path, name, r"(\d+)")
    return int(found) if found else None


def first_in(path: Path, name: str) -> str | None:
    """Return the first string of a list in a variables file, or None."""
    return _assigned(path, name, r'\[\s*"([^"]+)"')


def _assigned(path: Path, name: str, value: str) -> str | None:
    text = path.read_text() if path.exists() else ""
    while (outer := re.sub(r"\{[^{}]*\}", "", text)) != text:
        text = outer
    found = re.search(rf"^[ \t]*{name}[ \t]*=[ \t]*{value}", text, re.MULTILINE)
    return found[1] if found else None
