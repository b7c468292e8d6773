"""What a function may do in the cloud, and what it does: both as rights, so that the two can be compared.

Three sources say the same, and tests compare them in pairs:

* the manifest declares it (`declared`);
* Terraform grants it (`tests/infra/grants.py` reads a plan);
* the code uses it (`used`: what the recorder noted in the functions of every local stack of the tests).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from infra.manifest import Manifest
from tests.privileges.recorder.sitecustomize import FOLDER

ACTIONS = {
    "datastore.user": ("firestore.read", "firestore.write"),
    "datastore.viewer": ("firestore.read",),
    # Under a condition of a folder the viewer may not list: names are listed of the bucket as a whole.
    "storage.objectViewer": ("storage.read",),
    "storage.objectCreator": ("storage.create",),
    "storage.objectEraser": ("storage.list", "storage.delete"),
    "pubsub.publisher": ("pubsub.publish",),
    "secretmanager.secretAccessor": ("secret.read",),
    "secretmanager.secretVersionAdder": ("secret.add",),
    "telemetry.tracesWriter": ("traces.write",),
}
"""What a role lets a function do, as far as the code can come to do it."""


class Right(NamedTuple):
    """`on` is a database, a folder of attachments, a topic, a secret (as the setting, or the vault) or the project."""

    function: str
    action: str
    on: str


def of_role(function: str, role: str, on: str) -> Iterator[Right]:
    """Yield what a role gives. Raise KeyError for a role of which nobody has said what it gives."""
    for action in ACTIONS[role]:
        yield Right(function, action, on)


def declared(manifest: Manifest) -> set[Right]:
    """Return the rights that the manifest declares."""
    found: set[Right] = set()
    for name, function in manifest.functions.items():
        for role in function.roles:
            found.update(of_role(name, *role.split(":")))
        found.update(Right(name, "pubsub.publish", topic) for topic in function.publishes)
        found.update(
            Right(name, "secret.read", setting) for setting in function.settings if manifest.settings[setting].secret
        )
        if "TRACES" in function.settings:
            found.add(Right(name, "traces.write", "project"))
    return found


def used(manifest: Manifest, folder: Path = FOLDER) -> set[Right]:
    """Return the rights that the notes are of. To read a setting is one where the setting is a secret."""
    found = set()
    for function, action, on in _notes(folder):
        if action != "setting.read":
            found.add(Right(function, action, on))
        elif manifest.settings[on].secret:
            found.add(Right(function, "secret.read", on))
    return found


def _notes(folder: Path) -> Iterator[list[str]]:
    for file in folder.glob("*.jsonl"):
        yield from (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())


def differences(given: Iterable[Right], needed: Iterable[Right]) -> list[str]:
    """Return a line for each right that is given and not used, or used and not given."""
    given, needed = set(given), set(needed)
    lines = [f"{' '.join(right)}: given, and nothing uses it" for right in given - needed]
    return sorted(lines + [f"{' '.join(right)}: used, and not given" for right in needed - given])
