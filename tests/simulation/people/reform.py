"""A merger of two units with open petitions, and a reworded text to citizens, during the run."""

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
        """Return whether a function has not read the change yet, or the ended unit still has petitions."""
        return self.trying.under_way > 0 or self.scheduler.now < self.settled_at or (self.merged and self._is_left())

    def _is_left(self) -> bool:
        documents = self.world.store.documents
        held = (documents[path] for path in self.world.store.paths("petitions"))
        return any(item["unit"] == ENDS and item["state"] in OPEN_STATES for item in held)

    def begin(self) -> None:
        if self._merges:
            self._wait_for_work()
        if self._words:
            self.scheduler.after(self.chance.uniform(30, 300), self._word)

    def _wait_for_work(self) -> None:
        store = self.world.store
        if any(store.documents[path]["unit"] == ENDS for path in store.paths("petitions")):
            self.scheduler.after(self.chance.uniform(0, 60), self._merge)
        elif not self.world.office.shut:
            self.scheduler.after(LOOKS_EVERY, self._wait_for_work)

    def _merge(self) -> None:
        self.scheduler.log("desk", f"{ENDS} becomes part of {HEIR}", "operator")
        self.world.office.holds = HEIR
        self.trying.until_done(self._do_merge, self._repeat_merger)

    def _repeat_merger(self) -> None:
        """Repeat the merger once all functions use it, for petitions that reached the ended unit in between."""
        self.settled_at = self.scheduler.now + SEEN_AFTER + 1
        self.scheduler.after(
            SEEN_AFTER, lambda: self.trying.until_done(self._do_merge, lambda: setattr(self, "merged", True))
        )

    def _do_merge(self) -> bool:
        """Load the shipped units and merge two of them, like `make load` and `make merge-units`.

        Return whether the ended unit has no petitions or officers left. Otherwise call this again.
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
