"""The job of every minute that fetches files again, if their next try is due or their worker was interrupted."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.ports.messages import Publisher
from petitions.ports.store import Store
from petitions.ports.world import Clock
from petitions.usecases.shared.outbox import nudge
from petitions.usecases.shared.sweeping import due


@dataclass(frozen=True)
class SweepAttachments:
    """Requests another attempt for inputs whose files are due to be fetched.

    Pub/Sub spreads them over instances, so a slow link does not delay the rest.
    """

    store: Store
    publisher: Publisher
    clock: Clock

    def __call__(self) -> int:
        """Publish a message for every input with a due file, and return the number of inputs. Raise Retryable."""
        nudges = []
        for document in due(self.store, "inputs", "next_attempt_at", self.clock.now(), group=True):
            citizen = document.data["citizen"]
            nudges.append(nudge("attachments", citizen, {"citizen": citizen, "input": document.id.rpartition("/")[2]}))
        self.publisher.publish(nudges)
        return len(nudges)
