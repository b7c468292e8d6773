"""A merger of two units with open petitions, and a new wording of a text to citizens, during the run."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from petitions.adapters import reference
from petitions.domain.lifecycle.lifecycle import OPEN_STATES, Role
from petitions.domain.officers.officer import Officer
from petitions.domain.shared.instants import hanoi
from petitions.domain.units.directory import Directory
from petitions.domain.units.mergers import Merger
from petitions.domain.units.versions import DIRECTORY_KIND, ReferenceVersion, version_path
from petitions.usecases.reference.hand_over_unit import HandOverUnit
from petitions.usecases.reference.load_reference import LoadReference
from tests.simulation.people.trying import Trying
from tests.unit.petition.handling import officer

ENDS, HEIR = "SXD", "SNV"
TEXT, MARK = "accepted", "Trân trọng."
LOOKS_EVERY = 5.0
SEEN_AFTER = 220.0
"""Seconds until every function uses a change. Each reads the valid data every minute, a stalled one later."""


@dataclass
class Reform:
    """The operator during a merger of units, and the administrator during the change of a text."""

    world: Any
    settled_at: float = 0.0
    worded: tuple[float, float] = (math.inf, math.inf)
    """The second at which the new wording was requested, and the one at which it was known to be in force."""
    merged: bool = False

    def __post_init__(self) -> None:
        self.scheduler = self.world.scheduler
        self.chance = self.scheduler.stream("reform")
        self.trying = Trying(self.world)
        self._merges, self._words = self.chance.choice(((True, False), (True, True), (False, True)))

    @property
    def is_busy(self) -> bool:
        """Whether some functions have not read the change yet, or petitions of the ended unit wait for the schedule."""
        return self.trying.under_way > 0 or self.scheduler.now < self.settled_at or (self.merged and self._is_left())

    def _is_left(self) -> bool:
        documents = self.world.store.documents
        held = (documents[path] for path in self.world.store.paths("petitions"))
        return any(item["unit"] == ENDS and item["state"] in OPEN_STATES for item in held)

    def begin(self) -> None:
        """Schedule the merger and the new wording, as far as this run has them."""
        if self._merges:
            self._wait_for_work()
        if self._words:
            self.scheduler.after(self.chance.uniform(30, 300), self._word)

    def _wait_for_work(self) -> None:
        """Schedule the merger as soon as the unit that will end has a petition."""
        store = self.world.store
        if any(store.documents[path]["unit"] == ENDS for path in store.paths("petitions")):
            self.scheduler.after(self.chance.uniform(0, 60), self._merge)
        elif not self.world.office.shut:
            self.scheduler.after(LOOKS_EVERY, self._wait_for_work)

    def _merge(self) -> None:
        self.scheduler.log("desk", f"{ENDS} becomes part of {HEIR}", "operator")
        self.world.office.holds = HEIR
        self.trying.until_done(self._do_merge, self._is_merged)

    def _is_merged(self) -> None:
        """Repeat the merger after all functions use it, for petitions that came to the ended unit in between."""
        self.settled_at = self.scheduler.now + SEEN_AFTER + 1
        self.scheduler.after(
            SEEN_AFTER, lambda: self.trying.until_done(self._do_merge, lambda: setattr(self, "merged", True))
        )

    def _do_merge(self) -> bool:
        """Load the shipped units and merge two of them, like `make load` and `make merge-units`.

        Return whether the ended unit has no petitions and officers any more. Otherwise it must be called again.
        """
        store, clock = self.world.store, self.scheduler.clock
        loading = LoadReference(store, clock)
        loading.apply(loading.plan({DIRECTORY_KIND: reference.parsed(reference.SEEDS[DIRECTORY_KIND])}))
        day = hanoi(clock.now()).date()
        loading.apply(loading.plan_merger(Merger(day=day.isoformat(), parts=[ENDS], into=HEIR, source="Nghị quyết")))
        version = loading.plan_merger(Merger(day=day.isoformat(), parts=[ENDS], into=HEIR, source="Nghị quyết")).after
        stored = store.get(version_path(DIRECTORY_KIND, version.in_force(day)[DIRECTORY_KIND]))
        directory = Directory.load(json.loads(ReferenceVersion.model_validate(stored).data))
        handing = HandOverUnit(store, self.world.publisher, clock, directory)
        handing()
        return not any(unit_holdings.petitions + unit_holdings.officers for unit_holdings in handing.held())

    def _word(self) -> None:
        self.scheduler.log("desk", f"{TEXT} is worded anew", "officers")
        self.worded = self.scheduler.now, math.inf
        self.trying.until_done(lambda: _publish(self.world.parts()), self._is_worded)

    def _is_worded(self) -> None:
        self.worded = self.worded[0], self.scheduler.now


def _publish(parts: Any) -> bool:
    who: Officer = officer("VPUB", Role.ADMIN, "quan-tri")
    text = parts.texts.one(TEXT)
    if MARK in text.words["texts"]:
        return True
    words = dict(text.words) | {"texts": f"{text.words['texts']} {MARK}"}
    change = parts.texts.proposed(TEXT, words, text.seen)
    parts.texts.publish(who, change, change.previewed)
    return True
