"""The Official Account's grant, stored in one document of the `channel` database: `tokens/zalo`."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from petitions.domain.shared.records import Instant, Root

GRANT_PATH = "tokens/zalo"

LEASE = timedelta(seconds=120)
"""The lease of a refresh, one at a time anywhere. It is longer than the call and the storing that follows it."""

REFRESH_EARLY = timedelta(hours=12)
"""The age at which a token is refreshed before a sender needs it. It lives 25 h (PLATFORM 2.4)."""

STORE_FOR = timedelta(seconds=30)
"""How long to retry storing a new pair that the database refuses, before it goes to the vault."""

MARGIN = timedelta(minutes=1)
"""A token that expires sooner than this is no longer used."""


class ZaloGrant(Root):
    """The current pair of tokens, with the project, app and account it belongs to, which are checked."""

    project: str
    app_id: str
    oa_id: str
    refresh_token: str = Field(repr=False)
    access_token: str | None = Field(default=None, repr=False)
    expires_at: Instant | None = None
    """The expiry of the access token."""
    refreshed_at: Instant | None = None
    generation: int = 0
    """Grows with every refresh."""
    lease_owner: str | None = None
    """The owner of a refresh under way. A pause after a failure has none."""
    lease_until: Instant | None = None
    """The end of the refresh's lease or of the pause."""
    unanswered: int = 0
    """Temporary failures since the last refresh."""
    refused: str | None = None
    """Zalo's reason for refusing to refresh."""

    def same_owner(self, other: ZaloGrant) -> bool:
        """Return whether both belong to the same project, app and Official Account."""
        return (self.project, self.app_id, self.oa_id) == (other.project, other.app_id, other.oa_id)

    def being_changed(self, now: datetime) -> bool:
        """Return whether a refresh is under way, as opposed to a pause after a failure."""
        return self.lease_owner is not None and self.leased(now)

    def leased(self, now: datetime) -> bool:
        """Return whether a refresh is under way or a pause after a failure is not over."""
        return self.lease_until is not None and self.lease_until > now

    def is_old(self, now: datetime) -> bool:
        """Return whether the early refresh is due."""
        return self.access_token is None or self.refreshed_at is None or self.refreshed_at + REFRESH_EARLY <= now
