"""The lock of Terraform's state: one that a killed run of this folder left is taken away, anybody else's is named."""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from infra.build import package
from infra.operate.deployment.cloud import CloudPlace, DeployError, Shell

OBJECT = "petitions/default.tflock"
"""Where Terraform's backend keeps it, below the prefix of versions.tf."""


@contextmanager
def held(place: CloudPlace, shell: Shell) -> Iterator[Shell]:
    """Let one run at a time of this folder change the state; yield the shell to work with.

    Its tools keep the folder's own lock too, which ends with the last of them: so a lock of the state that this user on
    this machine took since the former run began is of nobody who lives. Raises DeployError.
    """
    if shell.dry:
        yield shell
        return
    file = package.TARGET.parent / "plans" / f"{place.project}.run"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.open("a+") as mine:
        try:
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DeployError("Another run of this folder, or a terraform that it began, is still at work.") from None
        mine.seek(0)
        former = mine.read()
        _free(place, shell, former)
        mine.truncate(0)
        mine.write(datetime.now(UTC).isoformat())
        mine.flush()
        yield replace(shell, kept=(mine.fileno(),))


def _free(place: CloudPlace, shell: Shell, former: str) -> None:
    """Take a lock away that the run which began at `former` has left. Raises DeployError where it may be another's."""
    at = f"gs://{place.state_bucket}/{OBJECT}"
    found = shell.ask("gcloud", "storage", "cat", at, f"--project={place.project}", "--quiet")
    if not found:
        return
    told = json.loads(found)
    remove = ("gcloud", "storage", "rm", at, f"--project={place.project}", "--quiet")
    if told["Who"] != _me() or not former or _time(told["Created"]) < _time(former):
        raise DeployError(
            f"Terraform's state is locked by {told['Who']} since {told['Created']} ({told['Operation']}). "
            f"If nobody deploys any more: {' '.join(remove[:-1])}"
        )
    print(f"A run that was killed has left the state locked since {told['Created']}.")
    shell.run(*remove)


def _me() -> str:
    """Return what Terraform calls whoever runs it."""
    return f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"


def _time(text: str) -> datetime:
    """Read a time; Go writes nanoseconds."""
    whole, _, rest = text.removesuffix("Z").removesuffix("+00:00").partition(".")
    return datetime.fromisoformat(f"{whole}.{(rest + '000000')[:6]}+00:00")
