"""Each minute: what waits for its next try, and what was left in the middle, is handed to a worker again."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.ports.messages import Publisher
from petitions.ports.store import Store
from petitions.ports.world import Clock
from petitions.usecases.shared.outbox import nudge
from petitions.usecases.shared.sweeping import due


@dataclass(frozen=True)
class SweepAttachments:
    """One sweep. The fetching itself is done by as many instances as Pub/Sub sees fit: a slow link stops nobody."""

    store: Store
    publisher: Publisher
    clock: Clock

    def __call__(self) -> int:
        """Publish a nudge for every input with a file that is due; returns how many. Raises Retryable."""
        nudges = []
        for each in due(self.store, "inputs", "next_attempt_at", self.clock.now(), group=True):
            citizen = each.data["citizen"]
            nudges.append(nudge("attachments", citizen, {"citizen": citizen, "input": each.id.rpartition("/")[2]}))
        self.publisher.publish(nudges)
        return len(nudges)
