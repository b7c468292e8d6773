"""Preflight checks of this machine: tools, credentials, and the file of variables."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from infra import manifest as declared
from infra.operate.deployment.cloud import CloudPlace, Shell
from infra.operate.preflight.facts import NEEDS, Facts, Fault
from infra.paths import GCP

OLDEST_TERRAFORM = (1, 9)


def machine_faults(place: CloudPlace, shell: Shell) -> Iterator[Fault]:
    """Yield faults of this machine's Terraform and of its credentials."""
    version = re.search(r"Terraform v(\d+)\.(\d+)", shell.ask("terraform", "version") or "")
    if version and (int(version[1]), int(version[2])) < OLDEST_TERRAFORM:
        yield Fault(f"{version[0]} is too old: 1.9 or newer", "https://developer.hashicorp.com/terraform/install")
    folder = Path(os.environ.get("CLOUDSDK_CONFIG") or Path.home() / ".config" / "gcloud")
    file = folder / "application_default_credentials.json"
    if file.exists() and not os.environ.get("GOOGLE_APPLICATION_CREDENTIALS"):
        kept = json.loads(file.read_text())
        if kept.get("type") == "authorized_user" and kept.get("quota_project_id") != place.project:
            yield Fault(
                f"Application default credentials count their calls on {kept.get('quota_project_id') or 'no project'}",
                f"gcloud auth application-default set-quota-project {place.project}",
            )


def settings_given(path: Path) -> set[str]:
    """Return the names of the settings with a non-empty value in a variables file."""
    found = re.search(r"^[ \t]*settings[ \t]*=[ \t]*\{(.*?)^\}", path.read_text(), re.MULTILINE | re.DOTALL)
    filled = r"^[ \t]*\"?([A-Z][A-Z_]+)\"?[ \t]*=(?![ \t]*\"\")"
    return set(re.findall(filled, found[1], re.MULTILINE)) if found else set()


def variable_faults(facts: Facts) -> Iterator[Fault]:
    """Yield variables and settings that are missing or unknown, compared with the manifest."""
    file = facts.place.variables.name
    for name in NEEDS["variables"]:
        if not facts.given(name):
            yield Fault(f"{name} is not set", f"set {name} in infra/gcp/{file}, as {file}.example does")
    known, given = declared.load().settings, settings_given(facts.place.variables)
    own = derived()
    needed = {name for name, setting in known.items() if not (setting.secret or setting.optional or name in own)}
    for name in sorted(needed - given):
        yield Fault(f"The setting {name} is missing ({known[name].description})", f"add {name} to settings in {file}")
    for name in sorted(given - {item for item in known if not known[item].secret} | given & own):
        yield Fault(f"{name} is no setting to be given here", f"correct or remove {name} in settings of {file}")


def derived() -> frozenset[str]:
    """Return the names of the settings that Terraform computes itself (`derived` in main.tf)."""
    text = (GCP / "main.tf").read_text().partition("derived = {")[2].partition("\n  }")[0]
    return frozenset(re.findall(r"^\s+([A-Z][A-Z_]+)\s+=", text, re.MULTILINE))
