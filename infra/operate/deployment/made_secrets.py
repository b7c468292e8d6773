"""Secrets with a value that nobody provides. The bootstrap generates them once per project."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex

from infra.operate.deployment.cloud import CloudPlace, Shell

MADE: dict[str, Callable[[], str]] = {
    "id-key": lambda: token_hex(32),
    "seal-keys": lambda: token_hex(32),
    "zalo-refresh-token": lambda: "none",
    "imap-password": lambda: "none",
}
"""First values by secret. "none" stands for a refresh token before the first consent, or a mailbox not yet set up."""


def make(place: CloudPlace, shell: Shell) -> None:
    """Give every secret a value unless it ever had one. A second key would change all ids of citizens.

    The value is passed to gcloud by standard input and is stored nowhere else. Raise DeployError.
    """
    for secret, drawn in MADE.items():
        known = shell.ask(
            "gcloud", "secrets", "versions", "list", secret, f"--project={place.project}", "--limit=1",
            "--format=value(name)", "--quiet",
        )  # fmt: skip
        if known == "":
            shell.run(
                "gcloud", "secrets", "versions", "add", secret, "--data-file=-", f"--project={place.project}",
                text=drawn(),
            )  # fmt: skip
