"""What was committed but not published: a crash or a fault between the two leaves it in the inbox document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from petitions import telemetry
from petitions.errors import PetitionError
from petitions.ports import Clock, Publisher, Store
from petitions.usecases.outbox import publish_and_mark, stored_messages
from petitions.usecases.sweeping import due

PATIENCE = timedelta(seconds=30)
GIVE_UP = 5
"""Failures in a row that mean Pub/Sub itself is down: the next run goes on."""


@dataclass(frozen=True)
class RelayUnpublished:
    """One sweep, oldest first."""

    store: Store
    publisher: Publisher
    clock: Clock

    def __call__(self) -> int:
        """Publish what waits for more than 30 s, some pages at most; returns how many inbox documents that was.

        A document that cannot be published stops no other. Raises Retryable when nothing goes out any more.
        """
        before = self.clock.now() - PATIENCE
        done = failed = 0
        for document in due(self.store, "inbox", "unpublished_since", before):
            try:
                publish_and_mark(self.store, self.publisher, f"inbox/{document.id}", stored_messages(document.data))
            except PetitionError as error:
                failed += 1
                telemetry.log("ERROR", "relay failed", metric="relay_failed", inbox=document.id, reason=error.reason)
                if failed == GIVE_UP:
                    raise
            else:
                done, failed = done + 1, 0
        if done:
            telemetry.log("WARNING", "messages had stayed behind", metric="relay_behind", events=done)
        return done
