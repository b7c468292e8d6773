"""Each minute: petitions whose telling was put off, or was cut short by a crash or by time."""

from __future__ import annotations

from dataclasses import dataclass

from petitions import telemetry
from petitions.ports import Clock, Document, Store
from petitions.usecases.push_petition import PushPetition
from petitions.usecases.sweeping import due, in_turn, put_off, reason_of, severity

FIELD = "sync.next_at"


@dataclass(frozen=True)
class SweepPortal:
    """One sweep, longest waiting first."""

    store: Store
    clock: Clock
    push: PushPetition

    def __call__(self) -> int:
        """Push the petitions whose time has come, some pages at most; returns how many. One failure stops no other."""
        return in_turn(due(self.store, "petitions", FIELD, self.clock.now()), self.clock, self._push)

    def _push(self, document: Document) -> None:
        if self.push.breaker.blocks():
            return
        try:
            self.push(document.id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other petitions must be told
            tries = put_off(self.store, "petitions", FIELD, document, self.clock.now())
            reason = reason_of(error)
            telemetry.log(
                severity(tries),
                "push failed",
                metric="portal_sweep_failed",
                code=document.id,
                reason=reason,
                tries=tries,
            )
