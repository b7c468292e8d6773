"""The petition system of the National Public Service Portal, as use cases need it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from petitions.domain.portal.portal_items import (
    PortalAnswer,
    PortalChange,
    PortalFile,
    PortalPage,
    PortalRating,
    PortalRecord,
    PortalReply,
    PortalStatus,
    PortalSubmission,
)


class Portal(Protocol):
    """The petition system of the National Public Service Portal. Nothing raises: outcomes are values.

    `key` is the caller's own id of the call. The portal keeps one record for a key, so that a call of unknown outcome
    can be looked up and a repeated one makes no duplicate.
    """

    def submit(self, key: str, item: PortalSubmission) -> PortalReply:
        """Submit a petition. The reply may contain the national code."""
        ...

    def update_status(self, key: str, item: PortalStatus) -> PortalReply:
        """Report a new state, unit or deadline."""
        ...

    def answer(self, key: str, item: PortalAnswer) -> PortalReply:
        """Submit the answer."""
        ...

    def rate(self, key: str, item: PortalRating) -> PortalReply:
        """Report the citizen's rating."""
        ...

    def takes(self, media_type: str, size: int) -> bool:
        """Return whether the portal accepts files of this type and size (bytes)."""
        ...

    def attach(self, key: str, item: PortalFile) -> PortalReply:
        """Add a file to a petition that the portal has."""
        ...

    def look_up(self, key: str) -> PortalReply:
        """Find out whether the call with this key happened."""
        ...

    def changes_since(self, since: datetime, page: int) -> PortalPage[PortalChange]:
        """Return page `page` (from 1) of the portal's changes since an instant (to the second), the oldest first."""
        ...

    def records_since(self, since: datetime, page: int) -> PortalPage[PortalRecord]:
        """Return page `page` (from 1) of our petitions created or changed there since an instant, the oldest first."""
        ...

    def fetch(self, national_code: str) -> PortalPage[PortalRecord]:
        """Return a page with one petition, or an empty one."""
        ...

    def units(self) -> PortalPage[str]:
        """Return the national codes of those of our units that the portal knows."""
        ...

    def word_of_state(self, state: str) -> str:
        """Return the portal's word for one of our states."""
        ...
