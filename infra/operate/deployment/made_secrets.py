"""Values of secrets that nobody gives: a bootstrap draws them at random, once for a project."""

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
"""Secrets and what makes their first value: the first consent gives a refresh token, and a mailbox may come later."""


def make(place: CloudPlace, shell: Shell) -> None:
    """Give each a value, unless it ever had one: a second key would make all ids of citizens others.

    The value goes to gcloud by its standard input and is nowhere else. Raises DeployError.
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
