"""The folder of a stack, `.local/<stack>/`, and the lock that its runner holds while it lives.

Standard library only, because scripts use it without the virtual environment.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from infra.paths import ROOT

STACK_NAME = re.compile(r"[a-z][a-z0-9-]{0,17}")


class StackError(Exception):
    """Raised if a command on a local stack fails. The message is for the person at the terminal."""


@dataclass(frozen=True)
class StackFolder:
    """The files of a stack. `data/` and `clock` hold its state, and a reset deletes them. The other files stay."""

    name: str
    path: Path

    @classmethod
    def of(cls, name: str, base: Path = ROOT / ".local") -> StackFolder:
        """Return the folder of the stack called `name`. Raise StackError for an invalid name."""
        if not STACK_NAME.fullmatch(name):
            raise StackError(f"STACK: {name!r} is not a stack's name (a letter, then letters, digits, -; at most 18)")
        return cls(name, base / name)

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def clock_file(self) -> Path:
        return self.path / "clock"

    @property
    def oidc_key_file(self) -> Path:
        return self.path / "oidc.key"

    @property
    def oa_keys_file(self) -> Path:
        """The file with the Official Account's secret keys, in place of the cloud's mounted secret.

        The webhook notices changes.
        """
        return self.path / "oa_secret_keys"

    @property
    def seal_keys_file(self) -> Path:
        """The file with the keys that encrypt filers' copies of petitions, in place of the cloud's mounted secret."""
        return self.path / "seal_keys"

    @property
    def tokens_vault_file(self) -> Path:
        """The file for Zalo tokens that the database could not store, in place of the cloud's secret."""
        return self.path / "zalo_tokens"

    @property
    def description_file(self) -> Path:
        """The file stack.json with addresses and settings. It exists while the stack is up."""
        return self.path / "stack.json"

    def make(self) -> None:
        """Create the folders without access for other users, because they contain secrets."""
        for folder in (self.path, self.data, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def read(self, name: str) -> dict[str, Any]:
        """Return the JSON object in a file of this folder, or {} if there is no such file."""
        try:
            value: dict[str, Any] = json.loads((self.path / name).read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return value

    def write(self, name: str, value: dict[str, Any]) -> None:
        """Replace a JSON file of this folder atomically. Only the current user can read it."""
        self.write_text(name, json.dumps(value, indent=2, ensure_ascii=False))

    def write_text(self, name: str, text: str) -> None:
        draft = self.path / f"{name}.new"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text + "\n")
        draft.replace(self.path / name)

    def empty(self) -> None:
        """Delete the data and the clock's offset.

        Ports and secrets are kept, so that URLs stay valid.
        """
        shutil.rmtree(self.data, ignore_errors=True)
        self.clock_file.unlink(missing_ok=True)
        (self.path / "identity.json").unlink(missing_ok=True)
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)

    def lock(self) -> IO[str] | None:
        """Lock the folder and write this process's id to the lock file. Return None if another process holds the lock.

        The lock lasts as long as the returned file is open in this process.
        """
        file = (self.path / "runner.lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file

    def runner(self) -> int | None:
        """Return the process id of the runner that holds the lock, or None."""
        try:
            with (self.path / "runner.lock").open() as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(file.read() or "0") or None
        except FileNotFoundError:
            pass
        return None
