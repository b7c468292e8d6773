"""The rights of the functions in the cloud, in a form in which granted and used rights can be compared.

Three sources must agree, and tests compare them in pairs:

* the manifest declares the rights (`declared`)
* Terraform grants them (`tests/infra/grants.py` reads a plan)
* the code uses them (`used` reads the recorder's notes from every local stack of the tests)
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
    # With a condition on a folder the viewer may not list, because listing needs a right on the whole bucket.
    "storage.objectViewer": ("storage.read",),
    "storage.objectCreator": ("storage.create",),
    "storage.objectEraser": ("storage.list", "storage.delete"),
    "pubsub.publisher": ("pubsub.publish",),
    "secretmanager.secretAccessor": ("secret.read",),
    "secretmanager.secretVersionAdder": ("secret.add",),
    "telemetry.tracesWriter": ("traces.write",),
}
"""The actions that a role permits, limited to those that the code can perform."""


class Right(NamedTuple):
    """The right of a function to perform an action.

    `on` is a database, a folder of attachments, a topic, a secret (named as the setting, or the vault) or the project.
    """

    function: str
    action: str
    on: str


def of_role(function: str, role: str, on: str) -> Iterator[Right]:
    """Yield the rights of a role. Raise KeyError for a role that is not in `ACTIONS`."""
    for action in ACTIONS[role]:
        yield Right(function, action, on)


def declared(manifest: Manifest) -> set[Right]:
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
    """Return the rights in the notes. Reading a setting needs a right only if the setting is a secret."""
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
    """Return a line for every right that is given and not used, or used and not given."""
    given, needed = set(given), set(needed)
    lines = [f"{' '.join(right)}: given, and nothing uses it" for right in given - needed]
    return sorted(lines + [f"{' '.join(right)}: used, and not given" for right in needed - given])
