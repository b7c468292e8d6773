"""The job of every minute that sends waiting notices and settles interrupted and unknown ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from petitions.errors import Retryable
from petitions.ports.store import Document, Store
from petitions.ports.world import Clock
from petitions.usecases.notices.send_notice import SendNotice
from petitions.usecases.notices.sending_limits import MinuteBudget, SendingSwitch
from petitions.usecases.shared.sweeping import due, safely

FIELD = "next_attempt_at"
MOST_PAGES = 20

BUDGET = timedelta(seconds=40)
"""No further notice is begun after this time, so that the function's time-out leaves time to renew tokens."""


@dataclass(frozen=True)
class SweepNotices:
    """Sends the waiting notices, to several recipients at once.

    Notices to one recipient are sent in order of creation.
    """

    store: Store
    clock: Clock
    send: SendNotice
    switch: SendingSwitch
    budget: MinuteBudget
    wake: Callable[[], object]
    """A function that makes notices due that wait for an access token, once there is one."""
    senders: int = 1
    """The number of recipients that are written to at the same time."""

    def __call__(self) -> int:
        """Handle due notices, several pages at most, and return their number. A failure does not stop the rest.

        While sending is paused, or once Zalo's limit of the minute is reached, waiting notices are left for a later
        run.
        """
        if self.switch.paused():
            return 0
        with suppress(Retryable):
            self.wake()
        began = self.clock.now()
        found = sorted(due(self.store, "notices", FIELD, began, pages=MOST_PAGES), key=_age)
        recipients: dict[str, list[Document]] = {}
        for document in found:
            recipients.setdefault(_recipient(document), []).append(document)
        run = partial(self._in_turn, until=began + BUDGET)
        if self.senders == 1:
            return sum(map(run, recipients.values()))
        with ThreadPoolExecutor(self.senders) as pool:
            runs = [pool.submit(copy_context().run, run, documents) for documents in recipients.values()]
            return sum(future.result() for future in runs)

    def _in_turn(self, documents: Sequence[Document], until: datetime) -> int:
        for number, document in enumerate(documents):
            if self.clock.now() > until:
                return number
            self._send(document)
        return len(documents)

    def _send(self, document: Document) -> None:
        if document.data.get("channel") != "email" and not self.budget.is_open():
            return
        safely(
            self.store,
            self.clock,
            "notices",
            FIELD,
            document,
            lambda: self.send(document.id, document.data),
            event="notice failed",
            metric="notice_failed",
            label="notice",
        )


def _recipient(document: Document) -> str:
    return str(document.data.get("citizen") or document.data.get("officer"))


def _age(document: Document) -> tuple[datetime, str]:
    return document.data["created_at"], document.id
