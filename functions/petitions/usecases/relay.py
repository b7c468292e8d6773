"""What was committed but not published: a crash or a fault between the two leaves it in the inbox document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from petitions import telemetry
from petitions.ports import Clock, Publisher, Query, Store
from petitions.usecases.outbox import publish_and_mark, stored_messages

PAGE = 100
PATIENCE = timedelta(seconds=30)


@dataclass(frozen=True)
class RelayUnpublished:
    """One sweep, oldest first."""

    store: Store
    publisher: Publisher
    clock: Clock

    def __call__(self) -> int:
        """Publish what waits for more than 30 s, a page at most; returns how many inbox documents that was."""
        before = self.clock.now() - PATIENCE
        behind = self.store.find(
            Query(
                "inbox",
                where=(("unpublished_since", "<=", before),),
                order_by=("unpublished_since",),
                limit=PAGE,
            )
        )
        for document in behind:
            publish_and_mark(self.store, self.publisher, f"inbox/{document.id}", stored_messages(document.data))
        if behind:
            telemetry.log("WARNING", "messages had stayed behind", metric="relay_behind", events=len(behind))
        return len(behind)
