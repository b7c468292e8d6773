"""The operator who rotates the key that encrypts public copies, as the runbook describes.

Both keys are in use at first, then everything is encrypted with the new one, then the old one is removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from petitions.adapters.seals import key_id
from tests.simulation.around.pubsub import request
from tests.simulation.functions import ENVIRONMENT

NEW = "another-key-of-32-characters-for-tests"
AGAIN = 30.0
MOST_TRIES = 12
AN_HOUR = 3600.0
READ_BY_ALL = 200.0
"""Seconds after which no running instance knows only the old key, not even one that was stalled."""


@dataclass
class SealKeys:
    world: Any
    at_work: bool = False
    changed: bool = False

    @property
    def is_busy(self) -> bool:
        return self.at_work or (self.changed and bool(self._left()))

    def _left(self) -> list[str]:
        public = self.world.public
        paths = [*public.paths("sealed"), *public.paths("pages")]
        return [path for path in paths if public.documents[path]["key"] != key_id(NEW)]

    def __post_init__(self) -> None:
        self.scheduler = self.world.scheduler
        self.chance = self.scheduler.stream("seal keys")

    def begin(self) -> None:
        self.scheduler.after(self.chance.uniform(100, 450), self._change)

    def _change(self) -> None:
        self.at_work = True
        self.scheduler.log("desk", "the key of seals is changed", "operator")
        self.world.secrets["SEAL_KEYS"] = f"{NEW},{ENVIRONMENT['SEAL_KEYS']}"
        self.scheduler.after(READ_BY_ALL, lambda: self._renew(MOST_TRIES))

    def _renew(self, tries: int) -> None:
        """Call the schedule, at most `tries` times, until no copy is encrypted with the old key."""
        if not self._left() or not tries:
            self.world.secrets["SEAL_KEYS"] = NEW
            self.at_work, self.changed = False, True
            self.scheduler.after(AN_HOUR, self._hourly)
            return
        self._call()
        self.scheduler.after(AGAIN, lambda: self._renew(tries - 1))

    def _hourly(self) -> None:
        """Call the schedule where an instance that could not read the new key has used the old one since."""
        if self._left():
            self._call()
        self.scheduler.after(AN_HOUR, self._hourly)

    def _call(self) -> None:
        asked = request("/schedule/seals-renew")
        self.world.start("relay", lambda: self.world.programs.entry("relay")(asked), lambda _: None)
