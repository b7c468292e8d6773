"""Load the reference data that this release ships: units, calendars, deadline rules, reminder rules and texts.

`make load` and the start of a local stack use the module.
"""

from __future__ import annotations

import json
from typing import Any

from petitions.adapters.reference import SEEDS, ReferenceSet, parsed
from petitions.domain.units.directory import Directory
from petitions.domain.units.versions import DIRECTORY_KIND
from petitions.ports.store import Store
from petitions.ports.world import Clock
from petitions.usecases.reference.load_reference import LoadPlan, LoadReference


def planned(store: Store, clock: Clock) -> LoadPlan:
    """Return the changes that loading this release's data would make.

    Raise ValueError if the functions could not read the data.
    """
    seeds: dict[str, Any] = {kind: parsed(file) for kind, file in SEEDS.items()}
    reference = ReferenceSet(seeds.__getitem__)
    reference.check()
    plan = LoadReference(store, clock).plan(seeds)
    check(plan)
    return plan


def check(plan: LoadPlan) -> None:
    """Check that the functions can read every directory of units in a plan.

    Raise ValueError, KeyError or TypeError.
    """
    for version in plan.versions:
        if version.kind == DIRECTORY_KIND:
            Directory.load(json.loads(version.data))


def load(store: Store, clock: Clock) -> bool:
    """Load this release's data without asking. Return whether anything was written."""
    return LoadReference(store, clock).apply(planned(store, clock))
