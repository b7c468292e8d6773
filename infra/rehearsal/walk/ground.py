"""What a rehearsal runs on: the installed terraform and gcloud, and the real provider where there is a mirror of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROVIDER = "registry.terraform.io/hashicorp/google"


class NoGroundError(Exception):
    """A rehearsal cannot run here; the message says what is missing."""


@dataclass(frozen=True)
class Ground:
    """The tools. `mirror` is a folder as `terraform providers mirror` makes it, given by REHEARSAL_MIRROR.

    Without gcloud, or with REHEARSAL_GCLOUD=stand-in, a stand-in takes its place (gcloud.py).
    """

    terraform: str
    gcloud: str | None
    mirror: Path

    @classmethod
    def found(cls) -> Ground:
        """Return what is here. Raises NoGroundError."""
        terraform, gcloud = shutil.which("terraform"), shutil.which("gcloud")
        missing = [] if terraform else ["terraform is not installed"]
        mirror = Path(os.environ.get("REHEARSAL_MIRROR", "") or "/nowhere")
        if not (mirror / PROVIDER).is_dir():
            missing.append(
                f"REHEARSAL_MIRROR ({mirror}) holds no {PROVIDER}: terraform providers mirror FOLDER makes it"
            )
        if missing:
            raise NoGroundError("; ".join(missing))
        return cls(str(terraform), None if os.environ.get("REHEARSAL_GCLOUD") == "stand-in" else gcloud, mirror)

    def words(self) -> list[str]:
        """Return what it runs on, a line each."""
        versions = sorted(path.name for path in (self.mirror / PROVIDER).iterdir())
        terraform = subprocess.run([self.terraform, "version"], capture_output=True, text=True, check=False).stdout
        return [
            f"{terraform.splitlines()[0]} ({self.terraform})",
            f"the REAL provider {PROVIDER} {', '.join(versions)} ({self.mirror})",
            f"gcloud ({self.gcloud}), led by its endpoint overrides" if self.gcloud else "a STAND-IN for gcloud",
            "Google: the FAKE control plane of infra/rehearsal, over Google's discovery documents",
        ]

    def stand_in(self, folder: Path) -> str:
        """Return the path on which tools are looked for: with a stand-in for gcloud before others, if there is none."""
        path = os.environ.get("PATH", os.defpath)
        if self.gcloud:
            return path
        folder.mkdir(exist_ok=True)
        program = folder / "gcloud"
        program.write_text(f"#!{sys.executable}\n{Path(__file__).with_name('gcloud.py').read_text()}")
        program.chmod(0o755)
        return f"{folder}{os.pathsep}{path}"

    def configuration(self, file: Path) -> None:
        """Write the configuration of terraform's command line that names the mirror."""
        file.write_text(
            "provider_installation {\n  filesystem_mirror {\n"
            f'    path    = "{self.mirror}"\n    include = ["{PROVIDER}"]\n  }}\n}}\n'
        )
