"""The lock of Terraform's state: remove a lock left by a killed run from this folder, report any other lock."""

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
"""The name of the lock's object in the bucket of Terraform's state. `versions.tf` sets the prefix."""


@contextmanager
def held(place: CloudPlace, shell: Shell) -> Iterator[Shell]:
    """Ensure that only one deployment from this folder changes the state. Yield the shell for its commands.

    The context holds a file lock in the folder, and every tool started by the shell holds it too. The file lock is
    released when the last of these processes ends, even by a kill. The next run gets the file lock and may therefore
    remove a lock of Terraform's state that this user took on this machine since the former run began.

    Raise DeployError if another run is active, or if Terraform's state is locked by another user or machine.
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
    """Remove a lock of Terraform's state left by the run that started at `former`.

    Raise DeployError if the lock may belong to another run.
    """
    at = f"gs://{place.state_bucket}/{OBJECT}"
    found = shell.ask("gcloud", "storage", "cat", at, f"--project={place.project}", "--quiet")
    if not found:
        return
    lock = json.loads(found)
    remove = ("gcloud", "storage", "rm", at, f"--project={place.project}", "--quiet")
    if lock["Who"] != _me() or not former or _time(lock["Created"]) < _time(former):
        raise DeployError(
            f"Terraform's state is locked by {lock['Who']} since {lock['Created']} ({lock['Operation']}). "
            f"If nobody deploys any more: {' '.join(remove[:-1])}"
        )
    print(f"A run that was killed has left the state locked since {lock['Created']}.")
    shell.run(*remove)


def _me() -> str:
    """Return the current user as Terraform records it in the lock."""
    return f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"


def _time(text: str) -> datetime:
    """Parse a time as Go writes it, with up to nine digits of the second."""
    whole, _, rest = text.removesuffix("Z").removesuffix("+00:00").partition(".")
    return datetime.fromisoformat(f"{whole}.{(rest + '000000')[:6]}+00:00")
