"""The request to `provision`. It is a separate module so that the runner imports no Google client."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class ProvisionRequest(BaseModel):
    """The parameters of `provision`."""

    model_config = ConfigDict(extra="forbid")

    manifest: Path
    project: str
    gates: dict[str, str]
    """The base URL of every function."""

    petitions_database: str | None
    channel_database: str | None
    push_secret: str | None
    """The secret in push addresses, for a Pub/Sub that does not sign pushes."""

    frozen: bool
    """Make the subscriptions without pushes."""

    forget_tokens: bool
