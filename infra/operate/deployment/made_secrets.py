"""Secrets whose values no person provides, such as keys for hashes. The bootstrap generates them once."""

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
"""A function per secret that returns its first value.

"none" stands for a refresh token before the first consent, or for a mailbox that is not yet set up.
"""


def make(place: CloudPlace, shell: Shell) -> None:
    """Store a first value for every secret that never had one. Raise DeployError.

    Existing values are never replaced: another key would change the ids of all citizens. The value is passed to gcloud
    by standard input and is stored nowhere else.
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
