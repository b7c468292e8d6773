"""The minute's sweep that hands files to a worker again, if they wait for their next try or were interrupted."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.ports.messages import Publisher
from petitions.ports.store import Store
from petitions.ports.world import Clock
from petitions.usecases.shared.outbox import nudge
from petitions.usecases.shared.sweeping import due


@dataclass(frozen=True)
class SweepAttachments:
    """One sweep. Pub/Sub spreads the fetching over instances, so that a slow link does not hold up others."""

    store: Store
    publisher: Publisher
    clock: Clock

    def __call__(self) -> int:
        """Publish a nudge for all inputs with a due file, and return how many. Raise Retryable."""
        nudges = []
        for document in due(self.store, "inputs", "next_attempt_at", self.clock.now(), group=True):
            citizen = document.data["citizen"]
            nudges.append(nudge("attachments", citizen, {"citizen": citizen, "input": document.id.rpartition("/")[2]}))
        self.publisher.publish(nudges)
        return len(nudges)
