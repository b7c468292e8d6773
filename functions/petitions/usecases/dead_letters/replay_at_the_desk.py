"""The replay of a dead letter by a coordinator, as with `make replay`, recorded in the audit log."""

from __future__ import annotations

from dataclasses import dataclass

from petitions.domain.officers.officer import Officer
from petitions.errors import Conflict, NotFound
from petitions.ports.store import Store
from petitions.ports.world import Clock, Ids
from petitions.usecases.dead_letters.replay_dead_letter import ReplayDeadLetters
from petitions.usecases.shared.auditing import audit_change

TOPICS = {
    "zalo-events-intake": "zalo-events",
    "zalo-receipts-notifications": "zalo-receipts",
    "attachments-attachments": "attachments",
    "petition-events-routing": "petition-events",
    "petition-events-portal-sync": "petition-events",
    "petition-events-relay": "petition-events",
    "notices-notifications": "notices",
    "zalo-consents-notifications": "zalo-consents",
    "page-posts-intake": "page-posts",
    "citizen-pages-relay": "citizen-pages",
    "jobs-reports": "jobs",
    "papers-reports": "papers",
}
"""The topic of each subscription, for the topics that the desk may publish to.

A test compares them with the manifest.
"""


@dataclass(frozen=True)
class ReplayAtTheDesk:
    """Publishes dead letters again, for a coordinator."""

    store: Store
    clock: Clock
    ids: Ids
    letters: ReplayDeadLetters

    def __call__(self, officer: Officer, letter_id: str) -> str:
        """Publish the dead letter again and return its topic. Raise NotFound or Conflict, in Vietnamese."""
        entry_id, now = self.ids.token(), self.clock.now()
        try:
            return self.letters.replay(
                letter_id,
                lambda tx: audit_change(tx, entry_id, officer, "letter_replayed", now, subject=letter_id),
            )
        except NotFound as error:
            raise NotFound("Không có thư này.") from error
        except Conflict as error:
            raise Conflict("Thư này đã được gửi lại, hoặc không còn gửi lại được.", reason="not_replayable") from error
