"""The input of `provision`. A separate module lets the runner import it without Google's clients."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class ProvisionRequest(BaseModel):
    """The input of `provision` about a stack, passed as JSON."""

    model_config = ConfigDict(extra="forbid")

    manifest: Path
    project: str
    gates: dict[str, str]
    """The base URL of every function by name, to which subscriptions push."""

    petitions_database: str | None
    channel_database: str | None
    push_secret: str | None
    """The secret in push addresses, for a Pub/Sub that does not sign pushes."""

    frozen: bool
    """Create the subscriptions without push, so that messages are kept."""

    forget_tokens: bool
