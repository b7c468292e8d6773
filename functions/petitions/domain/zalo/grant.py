"""The tokens to act for the Official Account, stored in the document `tokens/zalo` of the `channel` database."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from petitions.domain.shared.edges import Until
from petitions.domain.shared.records import Instant, Root

GRANT_PATH = "tokens/zalo"

LEASE = timedelta(seconds=120)
"""How long one process may take to refresh the tokens, while no other one may.

It is longer than the call to Zalo and the storing that follows.
"""

REFRESH_EARLY = timedelta(hours=12)
"""The age at which a token is refreshed in advance. It is valid for 25 h (PLATFORM 2.4)."""

STORE_FOR = timedelta(seconds=30)
"""How long to retry storing new tokens in the database, before they are put into the vault."""

MARGIN = timedelta(minutes=1)
"""The time before its expiry from which a token is no longer used."""


class ZaloGrant(Root):
    """The current pair of tokens, with the project, app and account to which they belong."""

    project: str
    app_id: str
    oa_id: str
    refresh_token: str = Field(repr=False)
    access_token: str | None = Field(default=None, repr=False)
    expires_at: Instant | None = None
    """The expiry of the access token."""
    refreshed_at: Instant | None = None
    generation: int = 0
    """The number of refreshes so far."""
    lease_owner: str | None = None
    """The process that is refreshing the tokens. None during a pause after a failure."""
    lease_until: Instant | None = None
    """The end of the refresh's time limit, or of the pause after a failure."""
    unanswered: int = 0
    """The number of temporary failures since the last refresh."""
    refused: str | None = None
    """Zalo's reason for refusing the refresh, or None."""

    def same_owner(self, other: ZaloGrant) -> bool:
        """Return whether both belong to the same project, app and Official Account."""
        return (self.project, self.app_id, self.oa_id) == (other.project, other.app_id, other.oa_id)

    def being_changed(self, now: datetime) -> bool:
        """Return whether a refresh is under way. A pause after a failure does not count."""
        return self.lease_owner is not None and self.leased(now)

    def leased(self, now: datetime) -> bool:
        """Return whether a refresh is under way or a pause after a failure is not over."""
        return self.lease_until is not None and now in Until(self.lease_until)

    def is_old(self, now: datetime) -> bool:
        """Return whether the token is due for a refresh in advance."""
        return (
            self.access_token is None
            or self.refreshed_at is None
            or Until(self.refreshed_at + REFRESH_EARLY).is_over(now)
        )
