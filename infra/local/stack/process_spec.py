"""The specification of a process of a local stack, before it is started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ProcessSpec:
    """A process to start: its command, its environment, its ports and its health check."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ports: Mapping[str, int]
    """The ports that `status` shows, by name."""

    health: str
    """A URL that responds once the process is up. For `tcp://host:port`, an accepted connection is enough."""
