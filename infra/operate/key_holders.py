"""The two places that hold the Official Account's secret keys: a local stack, and a project of Google Cloud.

Zalo signs its events with such a key.
"""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from typing import Protocol

from infra.local.clock import LocalClock
from infra.local.commands import runner_client
from infra.local.stack.folder import StackError, StackFolder
from infra.local.stack.settings import OA_KEYS

SECRET = "zalo-oa-secret-keys"  # noqa: S105 - a name


class KeyHolder(Protocol):
    """A running system in which the secret keys of the Official Account can be changed."""

    project: str
    webhook_url: str
    pubsub_url: str
    settles_in: float
    """Seconds after a change until every instance of the webhook has read the new keys."""

    def keys(self) -> str:
        """Return the secret keys of the Official Account that are in force, comma-separated."""
        ...

    def keep(self, keys: str) -> None:
        """Replace the secret keys of the Official Account by `keys`, comma-separated."""
        ...

    def token(self) -> str:
        """Return the bearer token for calls to Pub/Sub, or "" if none is needed."""
        ...

    def identity(self) -> tuple[str, str]:
        """Return the ids of the Zalo app and of the Official Account."""
        ...

    def now(self) -> datetime:
        """Return the current time of the webhook's clock, aware UTC."""
        ...


class LocalKeys:
    """The keys of a running local stack. Methods raise StackError if the stack is not up."""

    settles_in = 0.0

    def __init__(self, folder: StackFolder) -> None:
        self._folder = folder
        description = runner_client.description(folder)
        self._env = description["env"]["zalo_webhook"]
        self.project = description["project"]
        self.webhook_url = description["functions"]["zalo_webhook"]
        self.pubsub_url = f"http://{description['pubsub_host']}"

    def keys(self) -> str:
        """Return the keys in the file that takes the place of the cloud's mounted secret."""
        return self._folder.oa_keys_file.read_text().strip()

    def keep(self, keys: str) -> None:
        """Write the keys to the file that the webhook reads, to secrets.json and to stack.json.

        The next start of the stack reads secrets.json, and scripts read stack.json.
        """
        self._folder.write_text(self._folder.oa_keys_file.name, keys)
        self._folder.write("secrets.json", {**self._folder.read("secrets.json"), OA_KEYS: keys})
        description = self._folder.read("stack.json")
        description["env"]["zalo_webhook"][OA_KEYS] = keys
        self._folder.write("stack.json", description)

    def token(self) -> str:
        return ""

    def identity(self) -> tuple[str, str]:
        return self._env["ZALO_APP_ID"], self._env["ZALO_OA_ID"]

    def now(self) -> datetime:
        return LocalClock(self._folder.clock_file).now()


class CloudKeys:
    """The keys of a project of Google Cloud, reached through gcloud. Methods raise StackError if gcloud fails."""

    settles_in = 12.0  # an instance looks at the mounted secret at most every 10 s

    def __init__(self, project: str, webhook_url: str, app_id: str, oa_id: str, pubsub_url: str) -> None:
        self.project = project
        self.webhook_url = webhook_url
        self.pubsub_url = pubsub_url
        self._identity = app_id, oa_id

    def keys(self) -> str:
        """Return the newest version of the secret, which holds the keys comma-separated."""
        return self._gcloud("secrets", "versions", "access", "latest", f"--secret={SECRET}").strip()

    def keep(self, keys: str) -> None:
        """Add a version to the secret. Google updates the mounted file at once.

        The keys are passed to gcloud by standard input.
        """
        self._gcloud("secrets", "versions", "add", SECRET, "--data-file=-", text=keys)

    def token(self) -> str:
        return self._gcloud("auth", "print-access-token").strip()

    def identity(self) -> tuple[str, str]:
        return self._identity

    def now(self) -> datetime:
        return datetime.now(UTC)

    def _gcloud(self, *arguments: str, text: str = "") -> str:
        command = ["gcloud", *arguments, f"--project={self.project}", "--quiet"]
        try:
            done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise StackError("gcloud is not installed: https://cloud.google.com/sdk/docs/install") from error
        if done.returncode:
            raise StackError(f"gcloud {' '.join(arguments[:3])} failed: {done.stderr.strip()[:300]}")
        return done.stdout
