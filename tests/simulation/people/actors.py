"""People who take part only in some runs, with their probabilities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tests.simulation.aims import ALONE
from tests.simulation.people.accusing import Accusing
from tests.simulation.people.bureau.mailing import Mailing
from tests.simulation.people.bureau.recounting import Recounting
from tests.simulation.people.bureau.repairing import Repairing
from tests.simulation.people.bureau.systems import Systems
from tests.simulation.people.contradicting import Contradicting
from tests.simulation.people.paging import Paging
from tests.simulation.people.reform import Reform
from tests.simulation.people.sealing import SealKeys
from tests.simulation.people.second_thoughts import SecondThoughts
from tests.simulation.people.unit_at_work import UnitAtWork


class Actor(Protocol):
    @property
    def is_busy(self) -> bool:
        """Return whether one of their actions is still pending."""

    def begin(self) -> None: ...


UNIT_AT_WORK = "unit at work"
SECOND_THOUGHTS = "second thoughts"
CONTRADICTING = "contradicting"
REFORM = "reform"
SEAL_KEYS = "seal keys"
PAGING = "paging"
ACCUSING = "accusing"
MAILING = "mailing"
SYSTEMS = "systems"
REPAIRING = "repairing"
RECOUNTING = "recounting"

ACTORS: Mapping[str, tuple[Callable[[Any], Actor], float]] = {
    UNIT_AT_WORK: (UnitAtWork, 0.12),
    SECOND_THOUGHTS: (SecondThoughts, 0.15),
    CONTRADICTING: (Contradicting, 0.08),
    REFORM: (Reform, 0.08),
    SEAL_KEYS: (SealKeys, 0.08),
    PAGING: (Paging, 0.4),
    ACCUSING: (Accusing, 0.1),
    MAILING: (Mailing, 0.08),
    SYSTEMS: (Systems, 0.06),
    REPAIRING: (Repairing, 0.06),
    RECOUNTING: (Recounting, 0.05),
}

OF_ONE_DAY = frozenset({SYSTEMS, REPAIRING, RECOUNTING})
"""People that are in no run that goes on for days, because what they do would only make it longer."""


def drawn(world: Any) -> dict[str, Actor]:
    """Return the people of this run by name, each drawn independently of the others."""
    left_out = world.plan.without | (ACTORS.keys() if world.scheduler.aim == ALONE else set())
    left_out |= OF_ONE_DAY if world.days else set()
    return {
        name: make(world)
        for name, (make, share) in ACTORS.items()
        if world.scheduler.stream(f"is there {name}").random() < share and name not in left_out
    }
