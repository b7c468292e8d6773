"""Each minute: what waited is sent, what was left in the middle becomes unknown, what stayed unknown is settled."""

from __future__ import annotations

from dataclasses import dataclass

from petitions import telemetry
from petitions.ports import Clock, Document, Store
from petitions.usecases.send_notice import SendNotice
from petitions.usecases.sweeping import due, in_turn, put_off, reason_of, severity

FIELD = "next_attempt_at"


@dataclass(frozen=True)
class SweepNotices:
    """One sweep, oldest first."""

    store: Store
    clock: Clock
    send: SendNotice

    def __call__(self) -> int:
        """Handle the notices whose time has come, some pages at most; returns how many. One failure stops no other."""
        return in_turn(due(self.store, "notices", FIELD, self.clock.now()), self.clock, self._send)

    def _send(self, document: Document) -> None:
        try:
            self.send(document.id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other notices must go out
            tries = put_off(self.store, "notices", FIELD, document, self.clock.now())
            reason = reason_of(error)
            telemetry.log(
                severity(tries), "notice failed", metric="notice_failed", notice=document.id, reason=reason, tries=tries
            )
