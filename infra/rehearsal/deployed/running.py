"""The deployed system, running on this machine: functions, emulators and fakes, and the routes between them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.rehearsal.control_plane.plane import ControlPlane
from infra.rehearsal.deployed.around import Around
from infra.rehearsal.deployed.front import Front
from infra.rehearsal.deployed.functions import Started
from infra.rehearsal.deployed.messages import Messages
from infra.rehearsal.deployed.outside import Outside


@dataclass(frozen=True)
class Running:
    plane: ControlPlane
    around: Around
    started: Started
    front: Front
    outside: Outside
    messages: Messages

    def follow(self) -> None:
        """Create the deployed topics, subscriptions and buckets, and start the functions. Raises NoRouteError."""
        self.around.buckets(self.plane.state)
        self.messages.follow(self.plane.state)
        self.started.follow(self.plane.state)


@contextmanager
def running(plane: ControlPlane, folder: Path, ports: Mapping[str, int] | None = None) -> Iterator[Running]:
    """Run the emulators and the routes for a project while the context lasts.

    Nothing need be deployed yet: `Running.follow` starts the deployed functions later.
    """
    shutil.rmtree(folder / "functions", ignore_errors=True)
    around = Around(folder, plane.state.project, ports)
    started = Started(folder / "functions", around.environment())
    front = Front(plane, started, around.key)
    outside = Outside(folder, lambda: front.public_keys)
    started.around |= outside.environment()
    try:
        around.begin()
        host = f"127.0.0.1:{around.ports['pubsub']}"
        yield Running(plane, around, started, front, outside, Messages(host, front.address))
    finally:
        started.stop_all()
        front.close()
        outside.close()
        around.close()
