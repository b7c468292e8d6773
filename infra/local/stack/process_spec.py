"""How a process of the stack is started, before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ProcessSpec:
    """The command of one process, its environment, and how to see that it is up."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ports: Mapping[str, int]
    """The ports that `status` shows, by name."""

    health: str
    """A URL at which any answer means that the process is up; `tcp://host:port` needs an accepted connection only."""
