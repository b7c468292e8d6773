"""A faulty release, and the people who repair the dead letters that it leaves.

For some minutes a function fails on some messages, before or after handling them, until they become dead letters. There
may also be an unreadable message. After the fix, a coordinator replays the dead letters at the desk, and an operator
dismisses the hopeless ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from petitions.domain.lifecycle.lifecycle import Role
from petitions.errors import Conflict, NotFound
from petitions.ports.messages import Message
from tests.simulation.people.bureau.at_work import AtWork
from tests.unit.petition.handling import officer

FAULTY = (
    "zalo-events-intake", "zalo-events-intake", "notices-notifications", "petition-events-routing",
    "petition-events-portal-sync", "petition-events-relay",
)  # fmt: skip
"""Subscriptions whose function may be released with a fault."""
LASTS = (170.0, 300.0)
"""Seconds until the fault is mended. A message is a dead letter after five attempts, which take 150."""
LOOKS_EVERY = (20.0, 60.0)
RATE = 0.5
UNREADABLE = "a message of nobody"
UNEXPECTED = "unexpected"
"""The reason of a letter that met the fault. When the fault is mended, a function can handle it."""


class FaultOfReleaseError(Exception):
    """Raised by the faulty release."""


class Repairing(AtWork):
    def __init__(self, world: Any) -> None:
        super().__init__(world, "repairing")
        self._faulty = self.chance.choice(FAULTY)
        self._until = 0.0
        self._kinds: dict[str, str] = {}
        """How the fault strikes a message, by its id: "before" or "after" it is handled, or "" for not."""
        self.has_unreadable = self.chance.random() < 0.5
        self._is_hasty = self.chance.random() < 0.5
        self.replayed: dict[str, str] = {}
        """The content of the letters that were published again, by id."""
        world.fault_of_release = self.strikes

    @property
    def is_busy(self) -> bool:
        return super().is_busy or self.scheduler.now < self._until or bool(self._waiting())

    def begin(self) -> None:
        self.scheduler.after(self.chance.uniform(5, 60), self._release)

    def _release(self) -> None:
        if not self.scheduler.happens("faulty release", 1):
            return
        self._until = self.scheduler.now + self.chance.uniform(*LASTS)
        self.scheduler.lasts("faulty release", "happens", self._until - self.scheduler.now)
        if self.has_unreadable:
            self.events += 1
            self.world.publisher.publish([Message("notices", {"about": UNREADABLE}, "", {})])
        self._look()

    def strikes(self, subscription: str, message_id: str, *, handled: bool) -> None:
        """Raise FaultOfReleaseError if the fault strikes this message before or after it is handled."""
        if subscription != self._faulty or self.scheduler.now >= self._until:
            return
        if message_id not in self._kinds:
            drawn = self.chance.random() < RATE
            self._kinds[message_id] = self.chance.choice(("before", "after")) if drawn else ""
        if self._kinds[message_id] == ("after" if handled else "before"):
            self.scheduler.lasts("faulty release", "happens", 0.0)
            raise FaultOfReleaseError

    def _waiting(self) -> Mapping[str, Any]:
        store = self.world.store
        letters = {path.partition("/")[2]: store.documents[path] for path in store.paths("dead_letters")}
        return {name: fields for name, fields in letters.items() if not fields.keys() & {"replayed_at", "dismissed_at"}}

    def _look(self) -> None:
        for letter, fields in self._waiting().items():
            met_the_fault = fields["reason"] == UNEXPECTED
            if not met_the_fault or self._is_hasty:
                self._dismiss(letter)
            if met_the_fault and self.scheduler.now >= self._until:
                self._replay(letter, fields["payload"].decode())
        self.scheduler.after(self.chance.uniform(*LOOKS_EVERY), self._look)

    def _dismiss(self, letter: str) -> None:
        self.events += 1

        def dismiss() -> bool:
            parts = self.world.parts()
            try:
                parts.letters.dismiss(letter, "vanhanh", "không ai đọc được", parts.ids.token())
            except (Conflict, NotFound):
                return True  # ended already, or it may yet be handled
            return True

        self.trying.until_done(dismiss)

    def _replay(self, letter: str, payload: str) -> None:
        self.events += 2
        self.replayed[letter] = payload

        def replay() -> bool:
            try:
                self.world.parts().replay(officer("VPUB", Role.COORDINATOR, "dieu-phoi"), letter)
            except (Conflict, NotFound):
                return True  # replayed or dismissed already, or erased
            return True

        def is_done() -> None:
            self.scheduler.lasts("faulty release", "happens", 0.0)

        self.trying.until_done(replay, is_done)
