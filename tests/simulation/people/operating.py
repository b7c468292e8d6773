"""The operator, who stops sending, renews the consent at Zalo, rotates Zalo's key, and deploys during the run."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any

from petitions.domain.lifecycle.lifecycle import Role
from petitions.domain.zalo.grant import GRANT_PATH
from petitions.domain.zalo.zalo_consent import consent_path
from petitions.domain.zalo.zalo_webhook import mac
from petitions.errors import PetitionError, Retryable
from petitions.usecases.notices.sending_limits import set_switch
from tests.simulation.aims import CONSENT, KEYS, TOKENS
from tests.simulation.around.zalo import SimulatedZalo, post
from tests.simulation.functions import APP, OA, OA_KEY
from tests.simulation.people.trying import AGAIN
from tests.simulation.scheduler import Instance, Scheduler
from tests.unit.petition.handling import officer

LOOKS_EVERY = 300.0
SHOWN_AFTER = 240.0
REREAD = 15.0
"""Seconds until every webhook has a new key. It reads its keys again after an unknown signature, at most every ten
seconds.
"""
AIMED = {CONSENT: ("consent renewed",), TOKENS: ("consent renewed",), KEYS: ("key changed",)}
"""Actions that the operator takes in every run with this aim."""
DEEDS = ("sending paused", "consent renewed", "key changed", "release deployed")


class Operator:
    def __init__(self, world: Any) -> None:
        self._world = world
        self._scheduler: Scheduler = world.scheduler
        self._zalo: SimulatedZalo = world.zalo
        self.chance = self._scheduler.stream("operator")
        self.paused: list[tuple[float, float]] = []
        """The periods in which all sending was stopped, as (begin, end) in seconds."""
        self.changes_key = False
        self._replayed = 0
        """The number of refused events that were replayed."""
        self._asked: str | None = None
        """The state of the consent in progress, "" before it is known, or None without a consent."""
        aims = AIMED.get(self._scheduler.aim or "", ())
        self.deeds = [deed for deed in DEEDS if self.chance.random() < 0.08 or deed in aims]

    def begin(self) -> None:
        acts: dict[str, Callable[[], None]] = {
            "sending paused": self._pause,
            "consent renewed": self._consents,
            "key changed": self._change_key,
            "release deployed": self._deploy,
        }
        for deed in self.deeds:
            self._scheduler.after(self.chance.uniform(60, 400), lambda deed=deed: self._do(deed, acts[deed]))  # type: ignore[misc]

    def watch(self) -> None:
        """Check for alarms now and then: renew the consent if Zalo refused the tokens, and replay refused events."""
        if self.is_called and self._asked is None:
            self._consents()
        if self._has_more and not self.changes_key:
            self.changes_key = True
            self._replay()
        self._scheduler.after(LOOKS_EVERY, self.watch)

    @property
    def is_busy(self) -> bool:
        return self.changes_key or self._has_more or self._asked is not None

    @property
    def _has_more(self) -> bool:
        return len(self._world.door.quarantine) > self._replayed

    @property
    def is_called(self) -> bool:
        """Return whether Zalo has refused the tokens, so that a coordinator must renew the consent."""
        return bool(self._world.databases["channel"].documents.get(GRANT_PATH, {}).get("refused"))

    def _do(self, deed: str, act: Callable[[], None]) -> None:
        if self._scheduler.happens(deed, 1):
            act()

    def _pause(self) -> None:
        stop_sending(self._world, self.chance.uniform(60, 300))

    def _consents(self) -> None:
        self._asked = ""
        self._world.start("desk", self._consent, lambda _: None)
        self._scheduler.after(SHOWN_AFTER, self._look)

    def _look(self) -> None:
        shown = self._world.store.documents.get(consent_path(self._asked), {}) if self._asked else {}
        if shown.get("state") == "given":
            self._asked = None
        elif self._asked is not None:
            self._consents()

    def _consent(self) -> None:
        who = officer("VPUB", Role.COORDINATOR, "dieu-phoi")
        try:
            consent = self._world.parts().consent
            _, state = consent.begin(who)
            self._asked = state
            self._zalo.code = f"code {state}"
            self._zalo.verifier = self._world.store.documents[consent_path(state)]["verifier"]
            consent.hand_over(who, state, f"code {state}", OA)
        except PetitionError:
            return  # the alarm is still there

    def _change_key(self) -> None:
        """Rotate the key that signs events. Zalo uses it at once, the functions some time later.

        Events that the webhook refuses in between are replayed.
        """
        former, self._zalo.key, self.changes_key = self._zalo.key, f"{OA_KEY}-new", True
        self._scheduler.after(self.chance.uniform(5, 120), lambda: self._put_in_force(f"{self._zalo.key},{former}"))

    def _put_in_force(self, keys: str) -> None:
        self._world.secrets["ZALO_OA_SECRET_KEYS"] = keys
        self._scheduler.after(REREAD, self._replay)

    def _replay(self) -> None:
        if not self._has_more:
            self.changes_key = False
            return
        body, signature = self._world.door.quarantine[self._replayed]
        if not hmac.compare_digest(mac(APP, body, json.loads(body)["timestamp"], self._zalo.key), signature):
            self._replayed += 1
            self._replay()
            return

        def done(answer: Any) -> None:
            self._replayed += answer is not None and answer[0].strip() == "stored"
            self._scheduler.after(1, self._replay)

        self._zalo.receive(post(body, signature), done)

    def _deploy(self) -> None:
        """Replace the instances of all functions, one function after the other.

        An old instance finishes its tasks, so old and new ones overlap.
        """
        self._scheduler.log("desk", "a new release", "operator")
        at = 0.0
        for several in self._world.instances.values():
            for place in range(len(several)):
                at += self.chance.uniform(0, 6)
                self._scheduler.after(at, lambda several=several, place=place: _replaced(several, place))  # type: ignore[misc]


def _replaced(several: list[Instance], place: int) -> None:
    former = several[place]
    several[place] = Instance(former.function, f"{former.name}'")


def stop_sending(world: Any, seconds: float) -> None:
    """Stop all sending for some seconds, like `make pause` and `make resume`, retrying if the database is down."""
    scheduler = world.scheduler

    def turn(*, paused: bool) -> None:
        try:
            set_switch(world.store, scheduler.clock, paused=paused)
        except Retryable:
            scheduler.after(AGAIN, lambda: turn(paused=paused))
            return
        if paused:
            world.operator.paused.append((scheduler.now, scheduler.now + seconds))
            scheduler.lasts("sending paused", "happens", seconds)
            scheduler.after(seconds, lambda: turn(paused=False))

    turn(paused=True)
