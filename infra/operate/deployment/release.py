"""Record the deployed commits beside Terraform's state, so that a rollback knows the commit to go back to."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from infra.operate.deployment.cloud import CloudPlace, DeployError, Shell
from petitions.domain.shared.instants import hanoi

FOLDER = "petitions/deployed"
"""The folder in the bucket with one object per deployment.

An object's name holds the time in Hanoi and the commit. Nothing is overwritten.
"""


def commit(shell: Shell) -> str:
    """Return the commit of the sources on this machine, with `-dirty` if files differ from it."""
    return shell.ask("git", "describe", "--always", "--dirty", "--exclude=*", "--abbrev=12") or "no-commit"


def record(place: CloudPlace, shell: Shell) -> None:
    """Record the commit of this deployment, unless the last record has the same commit.

    If the record cannot be written, print the command that writes it by hand, and raise no error.
    """
    mine = commit(shell)
    if [name for _, name in _recorded(place, shell)[-1:]] == [mine]:
        return
    name = f"{_folder(place)}/{hanoi(datetime.now(UTC)):%Y-%m-%d_%H:%M:%S}_{mine}"
    try:
        shell.run("gcloud", "storage", "cp", "-", name, f"--project={place.project}", "--quiet", text=mine)
    except DeployError:
        print(f"warning: the deployed commit is not recorded; by hand: echo {mine} | gcloud storage cp - {name}")


def words(place: CloudPlace, shell: Shell) -> str:
    """Return a line naming the deployed commit and the one before, or reporting that nothing is recorded."""
    found = _recorded(place, shell)
    if not found:
        return f"Which commit is deployed cannot be read from {_folder(place)}."
    newest, *former = [f"{name} since {since} (Hanoi)" for since, name in reversed(found[-2:])]
    return f"Deployed: {newest}. Before it: {former[0] if former else 'nothing that was recorded'}."


def _recorded(place: CloudPlace, shell: Shell) -> list[tuple[str, str]]:
    """Return time and commit of every recorded deployment, the newest last.

    If one commit was deployed several times in a row, only the first time is returned.
    """
    listed = shell.ask("gcloud", "storage", "ls", f"{_folder(place)}/", f"--project={place.project}", "--quiet") or ""
    found = list[tuple[str, str]]()
    named = sorted(
        line.rpartition("/")[2].split("_") for line in listed.split() if re.search(r"/[^/_]+_[^/_]+_[^/_]+$", line)
    )
    for day, clock, name in named:
        if not found or found[-1][1] != name:
            found.append((f"{day} {clock[:5]}", name))
    return found


def _folder(place: CloudPlace) -> str:
    return f"gs://{place.state_bucket}/{FOLDER}"
