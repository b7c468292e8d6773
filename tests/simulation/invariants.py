"""All promises of the simulation, as functions that yield violations after a run."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from typing import Any
from unittest import mock

from petitions import telemetry
from tests.simulation.functions import innermost_frame
from tests.simulation.promises.bureau.of_mail import OF_MAIL
from tests.simulation.promises.bureau.of_repairs import OF_REPAIRS
from tests.simulation.promises.bureau.of_systems import OF_SYSTEMS
from tests.simulation.promises.of_accused import OF_ACCUSED
from tests.simulation.promises.of_changes import OF_CHANGES
from tests.simulation.promises.of_messages import OF_MESSAGES
from tests.simulation.promises.of_pages import OF_PAGES
from tests.simulation.promises.of_people import OF_PEOPLE
from tests.simulation.promises.of_published import published_figures_equal_a_recount
from tests.simulation.promises.of_records import AT_THE_END, OF_RECORDS
from tests.simulation.promises.of_waiting import OF_WAITING
from tests.simulation.promises.read_world import AtRest, Invariant
from tests.simulation.system import Broken, Plan, Simulation

ON_THE_WAY: tuple[Invariant, ...] = (
    *OF_MESSAGES,
    *OF_RECORDS,
    *OF_PEOPLE,
    *OF_CHANGES,
    *OF_PAGES,
    *OF_ACCUSED,
    *OF_MAIL,
    *OF_SYSTEMS,
    *OF_REPAIRS,
)
INVARIANTS = (*ON_THE_WAY, *OF_WAITING, *AT_THE_END, published_figures_equal_a_recount)


def violations(world: Simulation) -> Broken:
    """Return the broken promises as (name, violation), starting with those found during the run."""
    return list(dict.fromkeys([*world.broken, *_broken(world, INVARIANTS)]))


def outcome(world: Simulation) -> Broken:
    """Run a simulation, and return its broken promises as (name, violation).

    An exception that stopped the run is reported under the name `it_comes_to_its_end`.
    """
    try:
        world.run()
        return violations(world)
    except Exception as error:  # noqa: BLE001 - the other seeds are to be run
        return [
            (
                "it_comes_to_its_end",
                f"{type(error).__name__}: {error} ({innermost_frame(traceback.extract_tb(error.__traceback__))})",
            )
        ]


def begun(seed: int, plan: Plan | None = None, **more: Any) -> Simulation:
    """Return the simulation of a seed, ready to run.

    Some promises are also checked when the faults end, before any citizen is erased.
    """
    return Simulation(seed, plan, judge=lambda world: _broken(world, ON_THE_WAY), **more)


def run_seed(seed: int, plan: Plan | None = None, **more: Any) -> Simulation:
    world = begun(seed, plan, **more)
    world.run()
    return world


def _broken(world: Simulation, promises: Iterable[Invariant]) -> Broken:
    rest = AtRest(world)
    with mock.patch.object(telemetry, "log"):
        return [(promise.__name__, words) for promise in promises for words in promise(rest)]
