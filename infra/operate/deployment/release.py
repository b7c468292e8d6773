"""Record beside Terraform's state which commits were deployed, so that the way back from a bad release has a name."""

from __future__ import annotations

from datetime import UTC, datetime

from infra.operate.deployment.cloud import CloudPlace, Shell
from petitions.domain.shared.instants import hanoi

OBJECT = "petitions/deployed.txt"
KEPT = 100
"""The most lines of the object. A line is a time and a commit, the newest last."""


def commit(shell: Shell) -> str:
    """Return the commit of the sources on this machine, with `-dirty` if files differ from it."""
    return shell.ask("git", "describe", "--always", "--dirty", "--exclude=*", "--abbrev=12") or "no-commit"


def record(place: CloudPlace, shell: Shell) -> None:
    """Append the commit of this deployment, unless the last one was of it too. Raise DeployError."""
    before, mine = _lines(place, shell), commit(shell)
    if before and before[-1].split()[-1] == mine:
        return
    line = f"{hanoi(datetime.now(UTC)):%d/%m/%Y %H:%M} (Hanoi) {mine}"
    text = "".join(f"{one}\n" for one in [*before, line][-KEPT:])
    shell.run("gcloud", "storage", "cp", "-", _at(place), f"--project={place.project}", "--quiet", text=text)


def words(place: CloudPlace, shell: Shell) -> str:
    """Return a line that names the deployed commit and the one before it, as far as recorded."""
    last = [(line.rsplit(" ", 1)) for line in _lines(place, shell)[-2:]]
    if not last:
        return f"Which commit is deployed cannot be read from {_at(place)}."
    newest, *former = [f"{name} since {since}" for since, name in reversed(last)]
    return f"Deployed: {newest}. Before it: {former[0] if former else 'nothing that was recorded'}."


def _lines(place: CloudPlace, shell: Shell) -> list[str]:
    return (
        shell.ask("gcloud", "storage", "cat", _at(place), f"--project={place.project}", "--quiet") or ""
    ).splitlines()


def _at(place: CloudPlace) -> str:
    return f"gs://{place.state_bucket}/{OBJECT}"
