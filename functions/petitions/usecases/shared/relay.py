"""Publishing of messages that were committed but not published, because of a crash or fault in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from petitions import telemetry
from petitions.domain.shared.edges import UpTo
from petitions.errors import Retryable
from petitions.ports.messages import Publisher
from petitions.ports.store import Document, Store
from petitions.ports.world import Clock
from petitions.usecases.shared.outbox import publish_and_mark, stored_messages
from petitions.usecases.shared.sweeping import BUDGET, due, pause, reason_of, severity

PATIENCE = timedelta(seconds=30)
GIVE_UP = 5
"""The number of failures in a row after which the run stops, as Pub/Sub seems to be down. The next run continues."""

FIRST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True)
class RelayUnpublished:
    """Publishes messages that were stored but not published, oldest first."""

    store: Store
    publisher: Publisher
    clock: Clock

    def __call__(self) -> int:
        """Publish the messages that have waited for more than 30 s, and return the number of inbox documents.

        A document that fails is moved back in the queue, further every time, so that it does not block later ones.
        Raise Retryable after GIVE_UP failures in a row.
        """
        began = self.clock.now()
        done = failed = 0
        for document in due(self.store, "inbox", "unpublished_since", began - PATIENCE):
            if UpTo(began + BUDGET).is_over(self.clock.now()):
                break
            try:
                publish_and_mark(self.store, self.publisher, f"inbox/{document.id}", stored_messages(document.data))
            except Exception as error:
                self._put_off(document, error)
                failed += isinstance(error, Retryable)
                if failed == GIVE_UP:
                    raise
            else:
                done, failed = done + 1, 0
        if done:
            telemetry.log("WARNING", "messages had stayed behind", metric="relay_behind", events=done)
        return done

    def _put_off(self, document: Document, error: Exception) -> None:
        tries = int(document.data.get("tries", 0)) + 1
        wait = pause(tries, FIRST_PAUSE)
        later = {"unpublished_since": self.clock.now() - PATIENCE + wait, "tries": tries}
        # A document that was published meanwhile has changed, so that it is not updated.
        self.store.update_unchanged("inbox", [(document, later)])
        reason = reason_of(error)
        telemetry.log(
            severity(tries), "relay failed", metric="relay_failed", inbox=document.id, reason=reason, tries=tries
        )
