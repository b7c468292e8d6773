"""A copy of the project in a folder of its own, which a rehearsal changes and deploys."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.paths import ROOT

ENVIRONMENT = "rehearsal"
_LEFT = shutil.ignore_patterns("__pycache__", ".terraform*", "*.tfvars", "adopted.tf", "*.tfstate*")


@dataclass
class Tree:
    """The copied project. `variables` are the Terraform variables in its .tfvars file."""

    folder: Path
    variables: dict[str, Any] = field(default_factory=dict)
    _former: dict[str, str] = field(default_factory=dict)

    @classmethod
    def copied(cls, folder: Path, variables: dict[str, Any]) -> Tree:
        """Return a fresh copy of the functions and the infrastructure, with links to the virtual environments."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("functions", "infra"):
            shutil.copytree(ROOT / name, folder / name, ignore=_LEFT)
        for name in (".venv", ".venv-infra"):
            (folder / name).symlink_to(os.path.realpath(ROOT / name))
        tree = cls(folder, variables)
        tree.give()
        return tree

    def change(self, name: str, by: Callable[[str], str]) -> None:
        """Replace the text of the copy's file `name` with `by(text)`."""
        file = self.folder / name
        self._former.setdefault(name, file.read_text())
        file.write_text(by(file.read_text()))

    def restore(self) -> None:
        """Put back the original text of every file that `change` has replaced."""
        for name, text in self._former.items():
            (self.folder / name).write_text(text)
        self._former.clear()

    def give(self, **changed: Any) -> None:
        self.variables |= changed
        lines = []
        for name, value in self.variables.items():
            if isinstance(value, dict):
                inner = [f"  {key} = {json.dumps(item)}" for key, item in value.items()]
                lines += [f"{name} = {{", *inner, "}"]
            else:
                lines.append(f"{name} = {json.dumps(value)}")
        (self.folder / "infra" / "gcp" / f"{ENVIRONMENT}.tfvars").write_text("\n".join(lines) + "\n")
