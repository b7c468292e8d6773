"""Interface to the petition system of the National Public Service Portal."""

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
    """The petition system of the National Public Service Portal. No method raises: failures are in the result.

    `key` is the caller's id of a call. The portal stores one record for a key, so a call of unknown outcome can be
    looked up, and a repeated call makes no duplicate.
    """

    def submit(self, key: str, item: PortalSubmission) -> PortalReply:
        """Submit a petition, and return the portal's reply, which may contain the national code."""
        ...

    def update_status(self, key: str, item: PortalStatus) -> PortalReply:
        """Report a petition's new state, unit or deadline to the portal, and return its reply."""
        ...

    def answer(self, key: str, item: PortalAnswer) -> PortalReply:
        """Submit the answer to a petition to the portal, and return its reply."""
        ...

    def rate(self, key: str, item: PortalRating) -> PortalReply:
        """Report the citizen's rating of an answer to the portal, and return its reply."""
        ...

    def takes(self, media_type: str, size: int) -> bool:
        """Return whether the portal accepts files of this type and size (bytes)."""
        ...

    def attach(self, key: str, item: PortalFile) -> PortalReply:
        """Add a file to a petition that the portal has, and return its reply."""
        ...

    def look_up(self, key: str) -> PortalReply:
        """Return a reply with `found` True if the call with this key took effect."""
        ...

    def changes_since(self, since: datetime, page: int) -> PortalPage[PortalChange]:
        """Return page `page` (from 1) of the portal's changes since an instant (to the second), oldest first."""
        ...

    def records_since(self, since: datetime, page: int) -> PortalPage[PortalRecord]:
        """Return page `page` (from 1) of the portal's Hanoi petitions changed since an instant, oldest first.

        New petitions count as changed.
        """
        ...

    def fetch(self, national_code: str) -> PortalPage[PortalRecord]:
        """Return a page with the petition of this code, or an empty page."""
        ...

    def units(self) -> PortalPage[str]:
        """Return the national codes of this city's units that the portal has."""
        ...

    def word_of_state(self, state: str) -> str:
        """Return the portal's name for one of this system's petition states."""
        ...
