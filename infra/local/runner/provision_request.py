"""What `infra.local.provision` is asked to make; apart from it, so that asking needs no Google client."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Request(BaseModel):
    """What to make. `gates`: base URL per function; `push_secret`: for a Pub/Sub that signs nothing.

    `frozen`: nothing is pushed.
    """

    model_config = ConfigDict(extra="forbid")

    manifest: Path
    project: str
    gates: dict[str, str]
    petitions_database: str | None
    channel_database: str | None
    push_secret: str | None
    frozen: bool
    forget_tokens: bool
