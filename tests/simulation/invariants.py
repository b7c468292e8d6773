"""The promises, each as a function from the world at rest to what breaks it. Their names are what a table shows."""

from __future__ import annotations

from unittest import mock

from petitions import telemetry
from tests.simulation.of_messages import OF_MESSAGES
from tests.simulation.of_records import OF_RECORDS
from tests.simulation.read_world import AtRest, Invariant
from tests.simulation.system import Simulation

INVARIANTS: tuple[Invariant, ...] = (*OF_MESSAGES, *OF_RECORDS)


def violations(world: Simulation) -> list[tuple[str, str]]:
    """Return the broken promises, by name, with what breaks them."""
    rest = AtRest(world)
    with mock.patch.object(telemetry, "log"):
        return [(each.__name__, words) for each in INVARIANTS for words in each(rest)]
