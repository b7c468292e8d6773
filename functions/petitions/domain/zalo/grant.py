"""The Official Account's grant as it is stored: `tokens/zalo` in the `channel` database, one document."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from petitions.domain.shared.records import Instant, Root

GRANT_PATH = "tokens/zalo"

LEASE = timedelta(seconds=120)
"""One refresh at a time anywhere; longer than the call and the storing that follows it."""

EARLY = timedelta(hours=12)
"""A token of this age is refreshed before a sender needs it; it lives 25 h (PLATFORM 2.4)."""

STORE_FOR = timedelta(seconds=30)
"""So long a new pair that the database does not take is tried again, before it goes to the vault."""

MARGIN = timedelta(minutes=1)
"""A token that ends sooner than this is not used any more."""


class Grant(Root):
    """The current pair; `generation` grows with every refresh. Whose it is stands beside it and is checked."""

    project: str
    app_id: str
    oa_id: str
    refresh_token: str = Field(repr=False)
    access_token: str | None = Field(default=None, repr=False)
    expires_at: Instant | None = None
    refreshed_at: Instant | None = None
    generation: int = 0
    lease_owner: str | None = None
    lease_until: Instant | None = None
    unanswered: int = 0
    refused: str | None = None

    def same_owner(self, other: Grant) -> bool:
        """Whether both are of one project, app and Official Account."""
        return (self.project, self.app_id, self.oa_id) == (other.project, other.app_id, other.oa_id)

    def being_changed(self, now: datetime) -> bool:
        """Whether someone refreshes just now: a pause after a failure has no owner."""
        return self.lease_owner is not None and self.leased(now)

    def leased(self, now: datetime) -> bool:
        """Whether someone refreshes now, or a pause after a failure is not over."""
        return self.lease_until is not None and self.lease_until > now

    def is_old(self, now: datetime) -> bool:
        """Whether it is time for the early refresh."""
        return self.access_token is None or self.refreshed_at is None or self.refreshed_at + EARLY <= now
