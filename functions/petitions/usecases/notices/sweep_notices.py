"""The minute's sweep: waiting notices are sent, interrupted ones become unknown, unknown ones are settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from petitions.ports.store import Document, Store
from petitions.ports.world import Clock
from petitions.usecases.notices.send_notice import SendNotice
from petitions.usecases.notices.sending_limits import MinuteBudget, SendingSwitch
from petitions.usecases.shared.sweeping import due, in_turn, safely

FIELD = "next_attempt_at"


@dataclass(frozen=True)
class SweepNotices:
    """One sweep in order of creation, so that messages to one citizen keep their order."""

    store: Store
    clock: Clock
    send: SendNotice
    switch: SendingSwitch
    budget: MinuteBudget

    def __call__(self) -> int:
        """Handle some pages of due notices, and return how many. One failure does not stop the others.

        While sending is paused, or once the minute is full, waiting notices are left for a later sweep.
        """
        if self.switch.paused():
            return 0
        found = sorted(due(self.store, "notices", FIELD, self.clock.now()), key=_age)
        return in_turn(iter(found), self.clock, self._send)

    def _send(self, document: Document) -> None:
        if document.data.get("channel") != "email" and not self.budget.is_open():
            return
        safely(
            self.store,
            self.clock,
            "notices",
            FIELD,
            document,
            lambda: self.send(document.id),
            event="notice failed",
            metric="notice_failed",
            label="notice",
        )


def _age(document: Document) -> tuple[datetime, str]:
    return document.data["created_at"], document.id
